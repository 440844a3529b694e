"""What has come to keep a pair apart for good, so that even an offer may not stand.

Interests that have only grown old are no such thing, nor is a release that was withdrawn: they stop new matches,
not what was offered. Asked of columns, for thousands of pairs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.store.partners import Partner, PartnerState, barring_interests
from webapp.store.rounds import Round
from webapp.store.support_requests import Exclusion, SupportRequest

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of a pair: the partner's state and home, and whom the request is for and from."""

    partner_id: UUID
    request_id: UUID
    partner_state: PartnerState
    home: UUID | None
    bodies: tuple[UUID, ...]

    @property
    def pair(self) -> Pair:
        """(Partner, request)."""
        return self.partner_id, self.request_id


SIDES = (
    Partner.id,
    SupportRequest.id,
    Partner.state,
    Partner.organisation_id,
    SupportRequest.requester_id,
    SupportRequest.beneficiary_id,
)
"""The columns of ``sides_in``, for a query that joins partners and requests."""


def sides_in(row: Sequence[Any]) -> Sides:
    """Both sides of a pair from the values of ``SIDES``."""
    partner_id, request_id, state, home, *bodies = row
    return Sides(partner_id, request_id, state, home, tuple(bodies))


class Barred:
    """Who may not support whom in a round, whatever was agreed: two queries, then any number of answers."""

    def __init__(self, session: Session, round_: Round) -> None:
        excluded = session.execute(
            select(Exclusion.partner_id, Exclusion.request_id)
            .join(SupportRequest, SupportRequest.id == Exclusion.request_id)
            .where(SupportRequest.round_id == round_.id)
        )
        declared = session.execute(barring_interests())
        self._interests = frozenset((partner_id, body_id) for partner_id, body_id in declared)
        self._exclusions = frozenset((partner_id, request_id) for partner_id, request_id in excluded)

    def code(self, sides: Sides) -> str | None:
        """Why the pair may not stand; None where it may."""
        if sides.partner_state is not PartnerState.ACTIVE:
            return "partner_paused"
        if sides.home in sides.bodies or any((sides.partner_id, b) in self._interests for b in sides.bodies):
            return "conflict_declared"
        return "partner_excluded" if sides.pair in self._exclusions else None
