"""Repairing a published round: what has happened is read from the rows, and one run is solved around what stands.

Whoever changes a row that a published round rests on calls ``queue`` in the same transaction: a decline, a lapse,
a withdrawal, a cut in days, a partner who pauses. One repair of a round is under way at a time. It reads
the rows when a worker takes it, so it knows all that has happened by then; what comes later is found at its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from matcher.evidence.repair_changes import RepairEvent
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import may, require
from webapp.services import audit, repair_events, rounds
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow
from webapp.services.lasting_breaches import Pair
from webapp.store import runs as store
from webapp.store.matches import proposes, rounds_in_force_with
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import UnitOfWork

REPAIRS = SystemActor("repairs")
GAP = 0.001
NOTHING = NotAllowedNow("Nothing has happened that calls for a repair.")
NOT_IN_FORCE = NotAllowedNow("Only a published round can be repaired.")


def queue(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, over: Pair | None = None) -> Run | None:
    """Queue a repair of a round if anything has happened since its current run; the one under way if there is
    one; None where nothing calls for one, or the round is not published.

    Who only declines has no right to start runs: the repair is then the service's own act, and the audit names
    the decline beside it. ``over`` is a pair whose offer has just ended: where the current run proposed it, nothing
    else needs to be read to know that a repair is called for, and whoever declines does not wait for it.
    """
    doer = actor if may(actor, Action.RUN_REPAIR) else REPAIRS
    require(doer, Action.RUN_REPAIR, hidden=False)
    unit.flush()
    round_ = unit.session.get(Round, round_id)
    if round_ is None or round_.state not in IN_FORCE:
        return None
    under_way = store.repair_under_way(unit.session, round_id)
    current = store.current_of(unit.session, round_id)
    if under_way is not None or current is None:
        return under_way
    is_certain = over is not None and proposes(unit.session, current.id, over)
    if not is_certain and not repair_events.events_of(unit.session, round_, current):
        return None
    return _queued(unit, doer, round_, current)


def queue_for_partner(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> tuple[Run, ...]:
    """As ``queue``, for every published round whose current run has a match of the partner: for whoever changes
    what a partner offers, may do or has declared."""
    found = [
        queue(unit, actor=actor, round_id=round_id)
        for round_id in unit.session.scalars(rounds_in_force_with(partner_id))
    ]
    return tuple(row for row in found if row is not None)


def ask(unit: UnitOfWork, *, actor: Actor, round_id: UUID) -> Run:
    """The button: as ``queue``, for those who may start a repair; raises ``NotAllowedNow`` where there is
    nothing to repair."""
    require(actor, Action.RUN_REPAIR, hidden=False)
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    if round_.state not in IN_FORCE:
        raise NOT_IN_FORCE
    row = queue(unit, actor=actor, round_id=round_id)
    if row is None:
        raise NOTHING
    return row


def queue_what_came_meanwhile(unit: UnitOfWork, *, run: Run, round_: Round) -> Run | None:
    """At the end of a repair: queue another one for what happened while it was solved, if anything did."""
    require(REPAIRS, Action.RUN_REPAIR, hidden=False)
    left = set(repair_events.events_of(unit.session, round_, run)) - set(events_in(run))
    return _queued(unit, REPAIRS, round_, run) if left else None


def told(events: Iterable[RepairEvent]) -> dict[str, Any]:
    """Events as a run keeps them, in its row and in its solver's order."""
    known = sorted(events)
    return {
        "events": [{"code": each.code, "partner": each.partner, "request": each.request} for each in known],
        "partners": sorted({each.partner for each in known if each.partner}),
        "requests": sorted({each.request for each in known if each.request}),
    }


def events_in(run: Run) -> tuple[RepairEvent, ...]:
    """The events that a repair was made for."""
    return tuple(RepairEvent(**each) for each in (run.repair or {}).get("events", ()))


def _queued(unit: UnitOfWork, doer: AnyActor, round_: Round, current: Run) -> Run | None:
    row = Run(
        round_id=round_.id,
        number=store.next_number(unit.session, round_.id),
        policy_id=current.policy_id,
        state=RunState.QUEUED,
        repairs_id=current.id,
        started_by=doer.user_id if isinstance(doer, Actor) else None,
        queued_at=unit.now,
        gap=GAP,
    )
    try:
        with unit.session.begin_nested():
            unit.session.add(row)
    except IntegrityError:  # somebody else queued one in this moment: a constraint lets only one wait
        return store.repair_under_way(unit.session, round_.id)
    audit.record(unit, doer, Action.RUN_REPAIR, audit.Subject("run", row.id), after=content_of(row))
    unit.wake_for(row.id)
    return row
