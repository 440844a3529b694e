"""A worker's part of a run: take it, solve it in a child process, verify, store; once, whatever dies.

The row is the truth. Whoever claims a run gets a new attempt number and a lease; progress, result and end are
written only under that number. A lease that runs out lets another worker claim the run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from matcher.allocation.result import Allocation, Status
from matcher.problem.collecting import uncollected
from matcher.problem.records import RecordError
from matcher.serialisation import FormatError, read_instance, read_result, sha256
from webapp.authority.actor import SystemActor
from webapp.services import (
    allocation_rows,
    audit,
    repair_events,
    repairs,
    run_documents,
    runs,
    solving,
)
from webapp.services.run_answers import Answer, Mended, Reader, checked, facts
from webapp.services.runs import give_round_back
from webapp.services.solving import Order, Progress, Solved, SolvingError, SolvingStoppedError, Watch
from webapp.services.states import advance
from webapp.store import runs as store
from webapp.store.rounds import IN_FORCE, ROUND_TRANSITIONS, Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunKind, RunState
from webapp.store.unit_of_work import Database, UnitOfWork

WORKER = SystemActor("worker")
LEASE = timedelta(seconds=60)
RENEW_SECONDS = 5.0
LOOK_SECONDS = 0.9
MOST_ATTEMPTS = 3
Solver = Callable[[bytes, Order, Watch], Solved]
_log = logging.getLogger(__name__)


class NothingToRepairError(Exception):
    """What a repair was queued for has been settled since, or its round is no longer published."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this worker holds, under its attempt number. A repair has no snapshot before it is prepared."""

    run_id: UUID
    attempt: int
    snapshot: bytes
    order: Order
    months: tuple[str, ...]


def execute(
    database: Database, run_id: UUID, *, solver: Solver = solving.solve, read: Reader = read_instance
) -> RunState | None:
    """Do one run from claim to end; gives the state it ended in, None where it was not to be had or lost.

    ``read`` reads instances for the verifier: one that remembers the last is quicker.
    """
    claimed = _claim(database, run_id)
    if claimed is None:
        return None
    try:
        claimed = claimed if claimed.snapshot else _prepared(database, claimed)
        documents = solver(claimed.snapshot, claimed.order, _Watcher(database, claimed))
        answer = checked(documents, read)
    except (SolvingStoppedError, NothingToRepairError):
        return _end(database, claimed, RunState.CANCELLED, "It was cancelled.")
    except (SolvingError, FormatError, RecordError) as error:
        _log.warning("run %s failed: %s", run_id, error)
        return _end(database, claimed, RunState.FAILED, str(error)[:1000])
    return _store(database, claimed, answer)


def execute_within(unit: UnitOfWork, run_id: UUID, *, solver: Solver) -> None:
    """Do one small run inside the caller's transaction: for a command that makes its rounds all or none.

    The database is spoken to while the solver works, so that it does not end a transaction that seems idle.
    """
    claimed = _take(unit, run_id)
    if claimed is None:
        raise SolvingError("The run was not to be had.")
    documents = solver(claimed.snapshot, claimed.order, lambda _: unit.session.scalar(select(1)) == 1)
    _put(unit, claimed, checked(documents))


def reclaim(database: Database, *, repairs: bool = False) -> tuple[UUID, ...]:
    """Runs (or repairs) that a worker should take now; those that nobody holds and are cancelled or stuck are
    ended."""
    with database.unit(writing=False) as unit:
        waiting = list(unit.session.scalars(store.waiting(unit.now, repairs=repairs)))
    if not waiting:
        return ()
    with database.unit(writing=True) as unit:
        rows = [unit.session.get_one(Run, run_id, with_for_update=True) for run_id in waiting]
        for row in rows:
            if row.cancel_asked:
                _end_row(unit, row, RunState.CANCELLED, "It was cancelled.")
            elif row.attempt >= MOST_ATTEMPTS:
                _end_row(unit, row, RunState.FAILED, f"It was tried {row.attempt} times and did not end.")
        return tuple(row.id for row in rows if row.state in (RunState.QUEUED, RunState.RUNNING))


class _Watcher:
    """Renews the lease and writes progress; answers no once the run is cancelled or no longer held."""

    def __init__(self, database: Database, claimed: Claimed) -> None:
        self.database, self.claimed = database, claimed
        self._looked = self._written = -RENEW_SECONDS
        self._stage = ""

    def __call__(self, progress: Progress) -> bool:
        moment = time.monotonic()
        if moment - self._looked < LOOK_SECONDS:
            return True
        self._looked = moment
        try:
            if progress.stage == self._stage and moment - self._written < RENEW_SECONDS:
                return self._goes_on()
            self._written, self._stage = moment, progress.stage
            return self._renew(progress)
        except OperationalError as error:
            _log.warning("run %s: progress could not be written: %s", self.claimed.run_id, error.orig)
            return True  # the lease outlasts a busy database

    def _renew(self, progress: Progress) -> bool:
        with self.database.unit(writing=True) as unit:
            return (
                store.write_held(
                    unit.session,
                    self.claimed.run_id,
                    self.claimed.attempt,
                    lease_until=unit.now + LEASE,
                    stage=progress.stage,
                    progress=min(max(progress.done, 0.0), 1.0),
                    stage_value=progress.value,
                    stage_bound=progress.bound,
                )
                and not unit.session.get_one(Run, self.claimed.run_id).cancel_asked
            )

    def _goes_on(self) -> bool:
        with self.database.unit(writing=False) as unit:
            return not unit.session.get_one(Run, self.claimed.run_id).cancel_asked


def _claim(database: Database, run_id: UUID) -> Claimed | None:
    with database.unit(writing=True) as unit:
        return _take(unit, run_id)


def _take(unit: UnitOfWork, run_id: UUID) -> Claimed | None:
    attempt = store.claim(unit.session, run_id, now=unit.now, lease_until=unit.now + LEASE)
    if attempt is None:
        return None
    row = unit.session.get_one(Run, run_id, populate_existing=True)
    audit.record(unit, WORKER, "run.claim", audit.Subject("run", run_id), after={"attempt": attempt})
    return Claimed(
        run_id=run_id,
        attempt=attempt,
        snapshot=_snapshot_of(unit, row),
        order=Order(gap=row.gap, limit_seconds=row.limit_seconds, repair=row.repair),
        months=unit.session.get_one(Round, row.round_id).months,
    )


def _snapshot_of(unit: UnitOfWork, row: Run) -> bytes:
    """The stored snapshot; nothing for a repair that no worker has begun: it reads the rows as late as it can."""
    if row.kind is RunKind.REPAIR and row.repair is None:
        return b""
    return run_documents.content(unit.session, row.id, DocumentKind.SNAPSHOT)


def _prepared(database: Database, claimed: Claimed) -> Claimed:
    """Take a repair's snapshot with all that has happened by now, and keep both with the run."""
    with uncollected(), database.unit(writing=False) as unit:
        row = unit.session.get_one(Run, claimed.run_id)
        current = store.current_of(unit.session, row.round_id)
        round_ = unit.session.get_one(Round, row.round_id)
        if current is None or round_.state not in IN_FORCE:
            raise NothingToRepairError
        events = repair_events.events_of(unit.session, round_, current)
        content = runs.snapshot_of(unit, round_, row.policy)
        current_id = current.id
    if not events:
        raise NothingToRepairError
    told = repairs.told(events)
    with database.unit(writing=True) as unit:
        known = {"repair": told, "repairs_id": current_id}
        if not store.write_held(unit.session, claimed.run_id, claimed.attempt, **known):
            raise SolvingStoppedError
        run_documents.add(unit.session, claimed.run_id, DocumentKind.SNAPSHOT, content)
    return replace(claimed, snapshot=content, order=replace(claimed.order, repair=told, nice=0))


def _store(database: Database, claimed: Claimed, answer: Answer) -> RunState | None:
    """Write documents, matches and the end in one transaction, if the run is still held."""
    with uncollected(), database.unit(writing=True) as unit:
        return _put(unit, claimed, answer)


def _put(unit: UnitOfWork, claimed: Claimed, answer: Answer) -> RunState | None:
    allocation = answer.allocation
    is_held = store.write_held(
        unit.session,
        claimed.run_id,
        claimed.attempt,
        state=RunState.FINISHED,
        finished_at=unit.now,
        lease_until=None,
        stage="finished",
        progress=1.0,
        **facts(answer, _mended(unit, claimed)),
    )
    if not is_held:
        return None
    for kind, content in (
        (DocumentKind.INSTANCE, answer.documents.instance),
        (DocumentKind.RESULT, answer.documents.result),
        (DocumentKind.EVIDENCE, answer.documents.evidence),
    ):
        run_documents.add(unit.session, claimed.run_id, kind, content)
    rows = allocation_rows.Rows(claimed.run_id, claimed.months, answer.locked)
    allocation_rows.add(unit.session, rows, allocation, answer.evidence)
    _hand_over(unit, unit.session.get_one(Run, claimed.run_id), allocation)
    digests = {"result": sha256(answer.documents.result), "attempt": claimed.attempt}
    audit.record(unit, WORKER, "run.finish", audit.Subject("run", claimed.run_id), after=digests)
    return RunState.FINISHED


def _mended(unit: UnitOfWork, claimed: Claimed) -> Mended | None:
    """What a repair started from, as the run that it repairs holds it; None for any other run."""
    run = unit.session.get_one(Run, claimed.run_id)
    if claimed.order.repair is None or run.repairs_id is None:
        return None
    before = read_result(run_documents.content(unit.session, run.repairs_id, DocumentKind.RESULT))
    return Mended(before.engagements, repairs.events_in(run))


def _hand_over(unit: UnitOfWork, run: Run, allocation: Allocation) -> None:
    """A certified, feasible run that is no scenario becomes its round's current one, to be reviewed."""
    unit.session.refresh(run)
    if run.is_scenario:
        return
    if allocation.status is Status.INFEASIBLE:
        give_round_back(unit, run)
        return
    round_ = unit.session.get_one(Round, run.round_id, with_for_update=True, populate_existing=True)
    before = store.current_of(unit.session, run.round_id)
    if run.kind is RunKind.REPAIR and (round_.state not in IN_FORCE or before is None):
        return  # the round was rolled back or ended while it was being repaired
    if before is not None:
        before.is_current = False
        unit.flush()
    run.is_current = True
    if round_.state is RoundState.MATCHING:
        advance(round_, RoundState.IN_REVIEW, ROUND_TRANSITIONS, "round")
    if round_.state is RoundState.PUBLISHED:
        advance(round_, RoundState.REPAIR_REVIEW, ROUND_TRANSITIONS, "round")
    unit.flush()
    if run.kind is RunKind.REPAIR:
        repairs.queue_what_came_meanwhile(unit, run=run, round_=round_)


def _end(database: Database, claimed: Claimed, state: RunState, sentence: str) -> RunState | None:
    with database.unit(writing=True) as unit:
        row = unit.session.get_one(Run, claimed.run_id, with_for_update=True)
        if row.attempt != claimed.attempt or row.state is not RunState.RUNNING:
            return None
        _end_row(unit, row, state, sentence)
    return state


def _end_row(unit: UnitOfWork, row: Run, state: RunState, sentence: str) -> None:
    row.state, row.finished_at, row.lease_until = state, unit.now, None
    if state is RunState.FAILED:
        row.failure, row.failure_reference = sentence, token_hex(4)
    give_round_back(unit, row)
    after = {"state": state, "reference": row.failure_reference}
    audit.record(unit, WORKER, f"run.{state.value}", audit.Subject("run", row.id), after=after)
