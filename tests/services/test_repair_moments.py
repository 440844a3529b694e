"""What happened to a published round carries its moment and the person: from rows, else from the audit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from matcher.evidence.repair_changes import RepairEvent
from tests.engines import Clock
from tests.factories.accounts import person
from tests.factories.partners import MONTHS, active_partner
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services import capacity, interests, partners, repair_moments
from webapp.services.capacity import DaysDeclared
from webapp.services.repair_moments import Happened, Span
from webapp.store.accounts import User
from webapp.store.partners import Partner, PartnerKind, PartnerState
from webapp.store.unit_of_work import Database, UnitOfWork

EXACTLY = timedelta(microseconds=1)


@pytest.fixture
def team(unit: UnitOfWork, country: Country) -> tuple[Partner, Actor]:
    """A support organisation's team that takes part, and its manager, who acts an hour later."""
    home = country.organisations["T3"]
    row = active_partner(unit, home, "P-1", kind=PartnerKind.SUPPORT_ORGANISATION)
    manager = person(unit.session, Role.PARTNER_MANAGER, organisation_id=home.id)
    unit.commit()
    return row, manager


def named(database: Database, country: Country, event: RepairEvent, since: datetime) -> Happened:
    with database.unit(writing=False) as unit:
        (found,) = repair_moments.happened(unit.session, country.round.id, [event], Span(since))
        return found


def cut(unit: UnitOfWork, actor: Actor, row: Partner) -> None:
    """No days any more in the first month."""
    (cell,) = capacity.grid(unit, actor=actor, partner_id=row.id, months=MONTHS[:1])
    capacity.declare(unit, actor=actor, partner_id=row.id, days={MONTHS[0]: DaysDeclared(0, cell.version)})


def pause(unit: UnitOfWork, actor: Actor, row: Partner) -> None:
    """The team takes no part any more."""
    partners.move(unit, actor=actor, partner_id=row.id, to=PartnerState.PAUSED, expected_version=row.version)


def declare(unit: UnitOfWork, actor: Actor, row: Partner) -> None:
    """The declaration of interests, said anew."""
    interests.confirm_interests(unit, actor=actor, partner_id=row.id, expected_version=row.version)


ACTS = {"capacity_cut": cut, "partner_paused": pause, "conflict_declared": declare}


@pytest.mark.parametrize("code", list(ACTS))
def test_what_only_changes_values_has_its_moment_and_its_doer_from_the_audit(
    code: str,
    database: Database,
    unit: UnitOfWork,
    country: Country,
    team: tuple[Partner, Actor],
    clock: Clock,
) -> None:
    row, manager = team
    clock.forward(hours=1)
    with database.unit(writing=True) as later:
        ACTS[code](later, manager, later.session.get_one(Partner, row.id))
        at, name = later.now, later.session.get_one(User, manager.user_id).name
    event = RepairEvent(code, "P-1")
    found = named(database, country, event, at)
    assert (found.at, found.by, found.role, found.partner) == (at, name, "partner_manager", "Partner P-1")
    after = named(database, country, event, at + EXACTLY)
    assert (after.at, after.by, after.role) == (None, "", "")


def test_a_late_request_says_who_sent_it_and_when(
    database: Database, unit: UnitOfWork, country: Country
) -> None:
    row = submitted(unit, country.lead, reference="R-1")
    unit.commit()
    found = named(database, country, RepairEvent("late_request", request="R-1"), row.submitted_at)
    assert (found.at, found.request, found.role) == (row.submitted_at, row.title, "trust_lead")
    assert found.by
