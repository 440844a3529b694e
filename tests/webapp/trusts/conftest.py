"""A small country with an open round, and people of two trusts at the door of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.factories.organisations import add_network
from tests.factories.rounds import open_round
from tests.factories.support_requests import submitted, whole_draft
from tests.factories.taxonomy import add_taxonomy
from tests.site import Person
from webapp.authority.roles import Role
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork

MOST_QUERIES = 12
MOST_BYTES = 100_000


@dataclass
class Trusts:
    """Trusts T1 (a lead and a member) and T2 (a lead), their board (a lead), and an open round."""

    database: Database
    organisations: dict[str, UUID]
    round_id: UUID
    lead: Person
    member: Person
    other_lead: Person
    board_lead: Person

    def draft(self, person: Person | None = None, **changes: Any) -> str:
        """The address of a whole draft of the person's organisation (T1's lead unless told)."""
        return self._made(whole_draft, person, changes)

    def submitted(self, person: Person | None = None, **changes: Any) -> str:
        """The address of a submitted request."""
        return self._made(submitted, person, changes)

    def row(self, path: str) -> SupportRequest:
        """The request behind an address, as it is stored now."""
        with self.database.unit(writing=False) as unit:
            row = unit.session.get_one(SupportRequest, UUID(path.split("/")[2]))
            unit.session.refresh(row, ["skills", "exclusions"])
            return row

    def _made(
        self, make: Callable[..., SupportRequest], person: Person | None, changes: dict[str, Any]
    ) -> str:
        actor = (person or self.lead).actor
        assert actor is not None
        with self.database.unit(writing=True, request_id="made") as unit:
            return f"/requests/{make(unit, actor, **changes).id}"


def country(unit: UnitOfWork) -> tuple[dict[str, UUID], UUID]:
    """Reference rows and an open round: organisations by code, the round."""
    organisations = add_network(unit.session)
    add_taxonomy(unit.session)
    return {code: row.id for code, row in organisations.items()}, open_round(unit).id


@pytest.fixture
def trusts(database: Database, signed_in: Callable[..., Person]) -> Trusts:
    """The country, committed, with people signed in."""
    with database.unit(writing=True, request_id="country") as unit:
        organisations, round_id = country(unit)
    t1, t2 = organisations["T1"], organisations["T2"]
    return Trusts(
        database,
        organisations,
        round_id,
        lead=signed_in(Role.TRUST_LEAD, organisation_id=t1),
        member=signed_in(Role.TRUST_MEMBER, organisation_id=t1),
        other_lead=signed_in(Role.TRUST_LEAD, organisation_id=t2),
        board_lead=signed_in(Role.TRUST_LEAD, organisation_id=organisations["B1"]),
    )
