"""Trying policy values before anybody proposes them: a scenario of a round beside the run that stands."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import runs
from webapp.services.policies import PolicyDraft
from webapp.services.runs import RunOrder
from webapp.services.scenario_changes import Changes, changes_of, draft_of
from webapp.services.work_queue import Wake
from webapp.store import rounds as round_store
from webapp.store import runs as store
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run, RunKind, RunState
from webapp.store.unit_of_work import UnitOfWork

TRIED_ON = (
    RoundState.CLOSED,
    RoundState.IN_REVIEW,
    RoundState.PUBLISHED,
    RoundState.REPAIR_REVIEW,
    RoundState.MATCHING,
    RoundState.OPEN,
)
GAP = 0.005
MOST_LOOKED_AT = 50


def possible_rounds(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Round, ...]:
    """Rounds on which values can be tried: those that have closed first, the newest of them on top."""
    require(actor, Action.SCENARIO_START, hidden=False)
    rows = unit.session.scalars(round_store.newest_first(TRIED_ON).limit(20))
    return tuple(sorted(rows, key=lambda row: (row.state is RoundState.OPEN, -row.number)))


def start(
    unit: UnitOfWork, *, actor: Actor, round_id: UUID, draft: PolicyDraft, wake: Wake | None = None
) -> tuple[UUID, UUID]:
    """Queue a scenario under the draft's values; gives the run to compare it with, then the scenario.

    Where no run of the round stands on its own policy yet, that is queued as a scenario first.
    """
    base = _standing(unit, round_id)
    if base is None:
        plain = RunOrder(round_id, name="Policy as it is", is_scenario=True, gap=GAP)
        base = runs.start(unit, actor=actor, order=plain, wake=wake)
    order = RunOrder(round_id, name=f"Trying {draft.name}"[:200], is_scenario=True, gap=GAP, draft=draft)
    return base.id, runs.start(unit, actor=actor, order=order, wake=wake).id


def tried(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID | None) -> PolicyDraft | None:
    """The values that a run tries, to be proposed as they are."""
    require(actor, Action.RUN_READ, hidden=False)
    row = unit.session.get(Run, run_id) if run_id is not None else None
    return draft_of(row) if row is not None else None


def _standing(unit: UnitOfWork, round_id: UUID) -> Run | None:
    current = store.current_of(unit.session, round_id)
    if current is not None:
        return current
    query = select(Run).where(Run.round_id == round_id, Run.state.in_((RunState.FINISHED, RunState.QUEUED)))
    rows = unit.session.scalars(query.order_by(Run.number.desc()).limit(MOST_LOOKED_AT))
    return next((row for row in rows if _is_plain(row)), None)


def _is_plain(row: Run) -> bool:
    if row.kind is RunKind.REPAIR or row.policy_id != row.round.policy_id:
        return False
    return draft_of(row) is None and changes_of(row) == Changes()
