"""Engagements at each point of their way, through the services that bring them there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from tests.factories.accounts import person
from tests.factories.offers import published_offer
from tests.factories.partners import active_partner
from tests.factories.support_requests import submitted
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services import engagement_course, engagements, offers
from webapp.services.engagements import Agreement
from webapp.store.engagements import Engagement
from webapp.store.offers import Offer
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork

AGREEMENT = Agreement(
    aim="Patients go home on the day they are ready",
    measure="Days waited after being ready",
    sponsor="A Sponsor, Chief operating officer",
    requester_lead="A Lead",
    requester_email="lead@example.org",
    partner_lead="Partner P-1",
    partner_email="partner@example.org",
    accountability="The trust stays accountable for its services.",
    data_access="Summary figures only.",
    exit_terms="Either side may end it and says why.",
)


@dataclass
class Pair:
    """An offer with both sides at hand: ``lead`` answers for the trust, ``expert`` for the partner."""

    offer: Offer
    lead: Actor
    expert: Actor
    partner: Partner


def offered(unit: UnitOfWork, home: Organisation, lead: Actor, **request: object) -> Pair:
    """A match of the lead's request with an expert of another organisation, published: three days."""
    partner = active_partner(unit, home, f"P-{unit.session.query(Partner).count() + 1}")
    expert = person(unit.session, Role.PARTNER_EXPERT, partner_id=partner.id)
    partner.user_id = expert.user_id
    asked = submitted(unit, lead, days=3, max_team=1, **request)
    asked.state = RequestState.MATCHED
    people = tuple(person(unit.session, Role.NATIONAL_ADMIN).user_id for _ in range(2))
    return Pair(published_offer(unit, partner, asked, people), lead, expert, partner)


def accepted(unit: UnitOfWork, pair: Pair) -> Engagement:
    """Both sides say yes."""
    for actor in (pair.expert, pair.lead):
        offers.accept(unit, actor=actor, offer_id=pair.offer.id, expected_version=pair.offer.version)
    return unit.session.scalars(select(Engagement).where(Engagement.offer_id == pair.offer.id)).one()


def agreed(unit: UnitOfWork, pair: Pair) -> Engagement:
    """Both sides accept the same agreement."""
    row = accepted(unit, pair)
    wanted = replace(AGREEMENT, partner_lead=pair.partner.name)
    row = engagements.edit_agreement(
        unit, actor=pair.expert, engagement_id=row.id, agreement=wanted, expected_version=row.version
    )
    for actor in (pair.expert, pair.lead):
        engagements.accept_agreement(unit, actor=actor, engagement_id=row.id, expected_version=row.version)
    return row


def started(unit: UnitOfWork, pair: Pair, on: date | None = None) -> Engagement:
    """The work has begun."""
    row = agreed(unit, pair)
    day = on or unit.now.date()
    return engagement_course.start(
        unit, actor=pair.lead, engagement_id=row.id, started_on=day, expected_version=row.version
    )
