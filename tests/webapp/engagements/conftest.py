"""Both sides of an offer at the door of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.engagements import Pair, accepted, offered, started
from tests.factories.organisations import add_network
from tests.factories.rounds import open_round
from tests.factories.taxonomy import add_taxonomy
from tests.site import Person
from webapp.authority.roles import Role
from webapp.services.working_days import london_day
from webapp.store.engagement_reviews import CheckIn
from webapp.store.engagements import Engagement
from webapp.store.offers import Offer
from webapp.store.unit_of_work import Database


@dataclass
class Sides:
    """An offer of T3's expert to T1, with people of both sides, another trust and the national team."""

    database: Database
    offer_id: UUID
    lead: Person
    member: Person
    other_lead: Person
    expert: Person
    reviewer: Person

    def offer(self) -> Offer:
        """The offer as it is stored now."""
        with self.database.unit(writing=False) as unit:
            return unit.session.get_one(Offer, self.offer_id)

    def engagement(self) -> Engagement:
        """The engagement as it is stored now."""
        with self.database.unit(writing=False) as unit:
            row = unit.session.scalars(select(Engagement).where(Engagement.offer_id == self.offer_id)).one()
            unit.session.refresh(row, ["months", "check_ins", "outcome"])
            return row

    def make_due(self, check_in_id: UUID) -> None:
        """Let a check-in be due today, as if six weeks had gone by."""
        with self.database.unit(writing=True, request_id="due") as unit:
            row = unit.session.get_one(CheckIn, check_in_id)
            row.due_on = london_day(unit.now)

    def accept(self, *, start: bool = False) -> str:
        """Both say yes (and the work starts); gives the address of the engagement."""
        with self.database.unit(writing=True, request_id="accepting") as unit:
            offer = unit.session.get_one(Offer, self.offer_id)
            assert self.lead.actor is not None
            assert self.expert.actor is not None
            pair = Pair(offer, self.lead.actor, self.expert.actor, offer.partner)
            row = started(unit, pair) if start else accepted(unit, pair)
            return f"/engagements/{row.id}"


@pytest.fixture
def sides(database: Database, signed_in: Callable[..., Person]) -> Sides:
    """The country, committed, with people signed in."""
    with database.unit(writing=True, request_id="country") as unit:
        bodies = add_network(unit.session)
        add_taxonomy(unit.session)
        open_round(unit)
        ids = {code: row.id for code, row in bodies.items()}
    lead = signed_in(Role.TRUST_LEAD, organisation_id=ids["T1"])
    with database.unit(writing=True, request_id="offer") as unit:
        bodies = {"T3": unit.session.merge(bodies["T3"])}
        pair = offered(unit, bodies["T3"], lead.actor)
        offer_id, expert_user, partner_id = pair.offer.id, pair.expert.user_id, pair.partner.id
    return Sides(
        database,
        offer_id,
        lead=lead,
        member=signed_in(Role.TRUST_MEMBER, organisation_id=ids["T1"]),
        other_lead=signed_in(Role.TRUST_LEAD, organisation_id=ids["T2"]),
        expert=signed_in(Role.PARTNER_EXPERT, user_id=expert_user, partner_id=partner_id),
        reviewer=signed_in(Role.NATIONAL_REVIEWER),
    )
