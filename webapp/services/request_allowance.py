"""What an organisation has left in the open round: severity points, and places."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.store import rounds
from webapp.store.round_requests import counted_of
from webapp.store.rounds import SEVERITY_POINTS, Round
from webapp.store.support_requests import MOST_OPEN, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an organisation has left in the open round: severity points, and places 1 to 3 not yet taken.

    ``taken`` are the requests that hold the other places, by place.
    """

    round: Round | None
    points_left: int
    ranks_left: tuple[int, ...]
    taken: tuple[SupportRequest, ...] = ()


def allowance(unit: UnitOfWork, *, actor: Actor, request_id: UUID | None = None) -> Allowance:
    """Points and places that the actor's organisation has left, not counting ``request_id`` itself."""
    require(actor, Action.REQUEST_DRAFT, organisation_id=actor.organisation_id, hidden=False)
    held_in = rounds.open_round(unit.session)
    if held_in is None or actor.organisation_id is None:
        return Allowance(None, SEVERITY_POINTS, tuple(range(1, MOST_OPEN + 1)))
    others = [
        row for row in counted_of(unit.session, held_in.id, actor.organisation_id) if row.id != request_id
    ]
    taken = {row.rank for row in others}
    spent = sum(row.severity or 0 for row in others)
    free = tuple(rank for rank in range(1, MOST_OPEN + 1) if rank not in taken)
    return Allowance(held_in, SEVERITY_POINTS - spent, free, tuple(others))
