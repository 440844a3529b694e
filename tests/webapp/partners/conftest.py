"""A small country with a partner of each kind, signed in at the door of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from tests.factories.accounts import person
from tests.factories.offers import published_offer
from tests.factories.organisations import add_network
from tests.factories.partners import active_partner
from tests.factories.rounds import open_round
from tests.factories.support_requests import submitted
from tests.factories.taxonomy import add_taxonomy
from tests.site import Person
from webapp.authority.roles import Role
from webapp.store.capacity import CapacityMonth
from webapp.store.offers import OfferState
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner, PartnerKind
from webapp.store.unit_of_work import Database

MOST_QUERIES = 12
MOST_BYTES = 100_000


@dataclass
class Partners:
    """An expert at T3, a manager of a team, a newcomer without a profile; T1 asks for support."""

    database: Database
    organisations: dict[str, UUID]
    expert_id: UUID
    team_id: UUID
    expert: Person
    manager: Person
    newcomer: Person

    def row(self, partner_id: UUID | None = None) -> Partner:
        """The profile as it is stored now (the expert's unless told)."""
        with self.database.unit(writing=False) as unit:
            row = unit.session.get_one(Partner, partner_id or self.expert_id)
            unit.session.refresh(row, ["skills", "interests", "releases"])
            return row

    def days(self) -> dict[str, int]:
        """The expert's days by month, as they are stored now."""
        with self.database.unit(writing=False) as unit:
            rows = unit.session.query(CapacityMonth).filter_by(partner_id=self.expert_id)
            return {row.month: row.days for row in rows}

    def offered(self, state: OfferState = OfferState.OFFERED) -> str:
        """Publish a match of T1's request with the expert; gives the address of its page."""
        with self.database.unit(writing=True, request_id="published") as unit:
            lead = person(unit.session, Role.TRUST_LEAD, organisation_id=self.organisations["T1"])
            people = [person(unit.session, Role.NATIONAL_ADMIN).user_id for _ in range(2)]
            request = submitted(unit, lead)
            row = unit.session.get_one(Partner, self.expert_id)
            return f"/partner/matches/{published_offer(unit, row, request, tuple(people), state=state).id}"


@pytest.fixture
def partners(database: Database, signed_in: Callable[..., Person]) -> Partners:
    """The country, committed, with people signed in."""
    with database.unit(writing=True, request_id="country") as unit:
        organisations: dict[str, Organisation] = add_network(unit.session)
        add_taxonomy(unit.session)
        open_round(unit)
        expert = active_partner(unit, organisations["T3"], "P-1")
        team = active_partner(unit, organisations["S1"], "P-2", kind=PartnerKind.SUPPORT_ORGANISATION)
        ids = {code: row.id for code, row in organisations.items()}
        expert_id, team_id = expert.id, team.id
    people = Partners(
        database,
        ids,
        expert_id,
        team_id,
        expert=signed_in(Role.PARTNER_EXPERT, partner_id=expert_id),
        manager=signed_in(Role.PARTNER_MANAGER, partner_id=team_id, organisation_id=ids["S1"]),
        newcomer=signed_in(Role.PARTNER_EXPERT),
    )
    assert people.expert.actor is not None
    with database.unit(writing=True, request_id="country") as unit:
        unit.session.get_one(Partner, expert_id).user_id = people.expert.actor.user_id
    return people
