"""What the machinery is doing: runs, emails and workers, without any business content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.paging import Page, Paging, page_of
from webapp.store import outbox_queue, worker_signs
from webapp.store.outbox import DeliveryState
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import UnitOfWork

QUIET_AFTER = timedelta(minutes=3)
"""A worker gives a sign each minute; after three it counts as silent."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run as a piece of work: no name of a round, no result."""

    run_id: UUID
    number: int
    is_scenario: bool
    state: RunState
    attempt: int
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker with its last sign of life."""

    machine: str
    seen_at: datetime
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Machinery:
    """Everything on the page of jobs."""

    workers: tuple[WorkerSeen, ...]
    emails: Mapping[DeliveryState, int]
    jobs: Page[Job]


def machinery(unit: UnitOfWork, *, actor: AnyActor, paging: Paging) -> Machinery:
    """Workers, emails by state, and runs, the latest first."""
    require(actor, Action.SYSTEM_READ, hidden=False)
    page = page_of(unit.session, select(Run).order_by(Run.queued_at.desc(), Run.id), paging)
    signs = unit.session.scalars(worker_signs.listed())
    return Machinery(
        workers=tuple(
            WorkerSeen(each.machine, each.seen_at, unit.now - each.seen_at > QUIET_AFTER) for each in signs
        ),
        emails=outbox_queue.counts(unit.session),
        jobs=Page(tuple(map(_job, page.rows)), page.total, page.number, page.size),
    )


def give_sign(unit: UnitOfWork, *, machine: str) -> None:
    """A worker says that it is alive (no audit: nothing of anybody's changes)."""
    worker_signs.give(unit.session, machine, unit.now)


def _job(row: Run) -> Job:
    return Job(
        run_id=row.id,
        number=row.number,
        is_scenario=row.is_scenario,
        state=row.state,
        attempt=row.attempt,
        queued_at=row.queued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        lease_until=row.lease_until,
    )
