"""Repairs of a round as people read them: what waits for one, and what each one was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matcher.evidence.repair_changes import Change, RepairEvent
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import repair_events, repair_moments, repairs, rounds
from webapp.services.called_names import called
from webapp.services.repair_moments import Happened, Span
from webapp.store import runs as store
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run, RunKind
from webapp.store.unit_of_work import UnitOfWork

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class RoundRepairs:
    """What waits for a repair of a round (as many as were asked for are named), and its repairs, the newest first."""

    round: Round
    waiting: tuple[Happened, ...]
    number_waiting: int
    repairs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class RepairChanges:
    """Matches that a repair changed (as many as were asked for), how many there are, and names by reference."""

    shown: tuple[Change, ...]
    number: int
    names: Mapping[str, str]


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, most: int = MOST_SHOWN) -> RoundRepairs:
    """Everything about the repairs of a round; at most twelve queries whatever has happened."""
    require(actor, Action.RUN_READ, hidden=False)
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    runs = list(unit.session.scalars(store.current_and_repairs_of(round_id).limit(most + 1)))
    current = next((each for each in runs if each.is_current), None)
    waiting: tuple[RepairEvent, ...] = ()
    named: tuple[Happened, ...] = ()
    if current is not None and round_.state in IN_FORCE:
        waiting = repair_events.events_of(unit.session, round_, current)
        span = Span(_known_until(current))
        named = repair_moments.happened(unit.session, round_id, waiting[:most], span)
    made = tuple(each for each in runs if each.kind is RunKind.REPAIR)
    return RoundRepairs(round_, named, len(waiting), made)


def of_run(unit: UnitOfWork, *, actor: AnyActor, run: Run, most: int = MOST_SHOWN) -> tuple[Happened, ...]:
    """What a repair was made for; nothing for another run. In the order in which it was found."""
    require(actor, Action.RUN_READ, hidden=False)
    events = repairs.events_in(run)[:most]
    before = unit.session.get(Run, run.repairs_id) if events and run.repairs_id else None
    if before is None:
        return ()
    span = Span(_known_until(before), run.started_at)
    return repair_moments.happened(unit.session, run.round_id, events, span)


def changes_of(
    unit: UnitOfWork, *, actor: AnyActor, run: Run, most: int = MOST_SHOWN
) -> RepairChanges | None:
    """What a finished repair changed, and why; None for another run, and for a repair of before this was kept."""
    require(actor, Action.RUN_READ, hidden=False)
    plain = (run.summary or {}).get("changes")
    if plain is None:
        return None
    shown = [Change(**each) for each in plain[:most]]
    names = called(
        unit.session,
        partners=[each.partner for each in shown],
        requests=[each.request for each in shown],
    )
    return RepairChanges(tuple(shown), len(plain), names)


def _known_until(run: Run) -> datetime:
    """What came later the run does not know: it reads the rows when it is queued, a repair when it begins."""
    return (run.started_at if run.kind is RunKind.REPAIR else None) or run.queued_at
