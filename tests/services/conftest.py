"""A small country with a taxonomy, people and an open round, for the tests of services."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.factories.accounts import person
from tests.factories.organisations import add_network
from tests.factories.rounds import open_round
from tests.factories.taxonomy import add_taxonomy
from tests.services.matched import Matched, match_country
from tests.services.post_offices import PUBLIC, Postbox, smtp_server
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.security.sealing import Sealer
from webapp.services.mailers import SmtpMailer
from webapp.services.sending import Office
from webapp.settings import MailServer, Settings
from webapp.store.organisations import Organisation
from webapp.store.rounds import Round
from webapp.store.unit_of_work import Database, UnitOfWork


@dataclass
class Country:
    """What ``country`` holds: organisations by code, the open round, and people to act."""

    organisations: dict[str, Organisation]
    round: Round
    lead: Actor
    member: Actor
    other_lead: Actor
    reviewer: Actor
    second_reviewer: Actor
    admin: Actor
    second_admin: Actor


@pytest.fixture
def country(unit: UnitOfWork) -> Country:
    """Reference rows, an open round, and people of trusts T1, T2 and the national team."""
    session = unit.session
    organisations = add_network(session)
    add_taxonomy(session)
    t1, t2 = organisations["T1"].id, organisations["T2"].id
    return Country(
        organisations=organisations,
        round=open_round(unit),
        lead=person(session, Role.TRUST_LEAD, organisation_id=t1),
        member=person(session, Role.TRUST_MEMBER, organisation_id=t1),
        other_lead=person(session, Role.TRUST_LEAD, organisation_id=t2),
        reviewer=person(session, Role.NATIONAL_REVIEWER),
        second_reviewer=person(session, Role.NATIONAL_REVIEWER),
        admin=person(session, Role.NATIONAL_ADMIN),
        second_admin=person(session, Role.NATIONAL_ADMIN),
    )


@pytest.fixture
def matched(database: Database, unit: UnitOfWork, country: Country) -> Matched:
    """The round closed and matched: R-1 and R-2 with a partner each, a third partner with room."""
    return match_country(database, unit, country)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(Settings("", "", secrets.token_urlsafe(48)))


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def office(postbox: Postbox, sealer: Sealer) -> Iterator[Office]:
    """An office that hands over to a real SMTP server on this machine."""
    with smtp_server(postbox) as port:
        server = MailServer("127.0.0.1", port, tls_required=False)
        mailer = SmtpMailer(server, sender="no-reply@matching.example.org")
        yield Office(mailer, PUBLIC, sealer.unseal)


@pytest.fixture
def kept_country(country: Country, unit: UnitOfWork) -> Country:
    """The country, committed, so that units of others see it."""
    unit.commit()
    return country
