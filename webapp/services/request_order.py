"""The order of an organisation's requests in the open round, changed for all of them in one step.

The rank of a request is unique in its organisation and round, so two requests could otherwise change places
only through a third place that is free, and there is none once three requests stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import audit
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, Problem, StaleVersion, check_version, stop_at
from webapp.store import rounds
from webapp.store.round_requests import counted_of, put_in_places
from webapp.store.support_requests import MOST_OPEN, SupportRequest
from webapp.store.unit_of_work import UnitOfWork

NOTHING_TO_ORDER = "No round is open for requests now, so the order of your requests stands."
TWICE = "Give each request a place of its own"


@dataclass(frozen=True, slots=True)
class Placed:
    """The place that a request is given, and the version of it that the person saw."""

    rank: int
    version: int


def standing(unit: UnitOfWork, *, actor: Actor) -> tuple[SupportRequest, ...]:
    """The requests of the actor's organisation that hold a place in the open round, by place."""
    require(actor, Action.REQUEST_SUBMIT, organisation_id=actor.organisation_id, hidden=False)
    held_in = rounds.open_round(unit.session)
    if held_in is None or actor.organisation_id is None:
        return ()
    return tuple(counted_of(unit.session, held_in.id, actor.organisation_id))


def put(unit: UnitOfWork, *, actor: Actor, places: Mapping[UUID, Placed]) -> tuple[SupportRequest, ...]:
    """Give every standing request its place; one audit row for each request that moved, which are returned."""
    rows = standing(unit, actor=actor)
    if not rows:
        raise NotAllowedNow(NOTHING_TO_ORDER)
    if {row.id for row in rows} != set(places):
        raise StaleVersion("the requests of the round are others now")
    for row in rows:
        check_version(row, places[row.id].version)
    stop_at(_problems(rows, places))
    moved = {row: places[row.id].rank for row in rows if row.rank != places[row.id].rank}
    before = {row.id: content_of(row) for row in moved}
    with answering_for(unit, {"uq_support_requests_rank": StaleVersion("a place was taken meanwhile")}):
        put_in_places(unit.session, moved)
        for row in moved:
            row.updated_at = unit.now
    for row in moved:
        subject = audit.Subject("support_request", row.id)
        audit.record(unit, actor, Action.REQUEST_DRAFT, subject, before=before[row.id], after=content_of(row))
    return tuple(moved)


def field_of(request_id: UUID) -> str:
    """The name by which a problem points to the place of this request."""
    return f"place_{request_id.hex}"


def _problems(rows: tuple[SupportRequest, ...], places: Mapping[UUID, Placed]) -> Iterator[Problem]:
    given: set[int] = set()
    for row in rows:
        rank = places[row.id].rank
        if not 1 <= rank <= MOST_OPEN:
            yield Problem(field_of(row.id), f"Choose a place from 1 to {MOST_OPEN}")
        elif rank in given:
            yield Problem(field_of(row.id), TWICE)
        given.add(rank)
