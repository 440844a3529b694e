"""Runs: one solve of a round's snapshot each. The row is the truth; the queue only wakes a worker."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, undefer

from webapp.store.base import Base, Identified, Timed, stored_enum
from webapp.store.policies import Policy
from webapp.store.rounds import Round
from webapp.store.transitions import Transitions


class RunState(StrEnum):
    """Where a run stands; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


RUN_TRANSITIONS = Transitions(
    {
        RunState.QUEUED: {RunState.RUNNING, RunState.CANCELLED, RunState.FAILED},
        RunState.RUNNING: {RunState.QUEUED, RunState.FINISHED, RunState.FAILED, RunState.CANCELLED},
    }
)


class DocumentKind(StrEnum):
    """What is kept of a run, byte for byte."""

    SNAPSHOT = "snapshot"
    INSTANCE = "instance"
    RESULT = "result"
    EVIDENCE = "evidence"


class RunKind(StrEnum):
    """What a run is for."""

    ROUND = "round"
    REPAIR = "repair"
    SCENARIO = "scenario"


_REPAIR_UNDER_WAY = text("repairs_id IS NOT NULL AND state IN ('queued', 'running')")


class Run(Identified, Timed, Base):
    """One run. Only the worker that holds ``attempt`` may write its progress and its end (fencing).

    A repair names the run that it repairs, and keeps in ``repair`` what had happened (references and codes).
    ``changes`` says what a scenario changed, ``held`` which days the policy held back from the run.
    """

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("attempt >= 0", name="attempt_range"),
        CheckConstraint("progress BETWEEN 0 AND 1", name="progress_range"),
        CheckConstraint("state <> 'finished' OR certificate_passed", name="finished_certified"),
        CheckConstraint(
            "NOT is_current OR (state = 'finished' AND NOT is_scenario)", name="current_is_sound"
        ),
        CheckConstraint("state <> 'running' OR lease_until IS NOT NULL", name="running_leased"),
        CheckConstraint("gap > 0 AND gap < 1", name="gap_range"),
        CheckConstraint("NOT is_scenario OR repairs_id IS NULL", name="scenario_repairs_nothing"),
        CheckConstraint("repairs_id IS NULL OR repairs_id <> id", name="repairs_other"),
        Index(
            "uq_runs_one_repair",
            "round_id",
            unique=True,
            sqlite_where=_REPAIR_UNDER_WAY,
            postgresql_where=_REPAIR_UNDER_WAY,
        ),
        Index(
            "uq_runs_one_current",
            "round_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index("ix_runs_state_lease", "state", "lease_until"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policies.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    is_scenario: Mapped[bool] = mapped_column(default=False)
    is_current: Mapped[bool] = mapped_column(default=False)
    repairs_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("runs.id"), index=True)
    repair: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    held: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    state: Mapped[RunState] = mapped_column(stored_enum(RunState, "state"), default=RunState.QUEUED)
    started_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(String(60), default="")
    progress: Mapped[float] = mapped_column(default=0.0)
    stage_value: Mapped[float | None]
    stage_bound: Mapped[float | None]
    gap: Mapped[float] = mapped_column(default=0.001)
    limit_seconds: Mapped[float | None]
    effort: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    certificate_passed: Mapped[bool] = mapped_column(default=False)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    solver_status: Mapped[str] = mapped_column(String(20), default="")
    levels: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    versions: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    failure: Mapped[str] = mapped_column(String(1000), default="")
    failure_reference: Mapped[str] = mapped_column(String(40), default="")

    round: Mapped[Round] = relationship()
    policy: Mapped[Policy] = relationship()
    documents: Mapped[list[RunDocument]] = relationship(order_by="RunDocument.kind", viewonly=True)

    @property
    def kind(self) -> RunKind:
        """Whether it matches a round, repairs another run, or is made to compare."""
        if self.is_scenario:
            return RunKind.SCENARIO
        return RunKind.REPAIR if self.repairs_id is not None else RunKind.ROUND


class RunDocument(Identified, Base):
    """One document of a run, compressed; ``sha256`` is of the plain bytes and never changes."""

    __tablename__ = "run_documents"
    __table_args__ = (UniqueConstraint("run_id", "kind"),)

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"))
    kind: Mapped[DocumentKind] = mapped_column(stored_enum(DocumentKind, "kind"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


def newest_first(round_id: uuid.UUID | None = None, *, scenarios: bool = True) -> Select[Run]:
    """Runs of a round (or of all), the newest first."""
    query = select(Run).order_by(Run.queued_at.desc(), Run.number.desc(), Run.id)
    if round_id is not None:
        query = query.where(Run.round_id == round_id)
    return query if scenarios else query.where(Run.is_scenario.is_(False))


def current_and_repairs_of(round_id: uuid.UUID) -> Select[Run]:
    """The current run of a round and all its repairs, those under way included; current first, then the newest."""
    is_meant = or_(Run.is_current, Run.repairs_id.is_not(None))
    query = select(Run).where(Run.round_id == round_id, is_meant)
    return query.order_by(Run.is_current.desc(), Run.number.desc())


def latest(session: Session) -> Run | None:
    """The newest finished, certified run that is no scenario (CONTRACT.md)."""
    query = newest_first(scenarios=False).where(Run.state == RunState.FINISHED, Run.certificate_passed)
    return session.scalar(query.limit(1))


def current_of(session: Session, round_id: uuid.UUID) -> Run | None:
    """The run of the round that is under review or published."""
    return session.scalar(select(Run).where(Run.round_id == round_id, Run.is_current))


def repair_under_way(session: Session, round_id: uuid.UUID) -> Run | None:
    """The round's repair that waits or is being solved."""
    open_states = (RunState.QUEUED, RunState.RUNNING)
    query = select(Run).where(Run.round_id == round_id, Run.repairs_id.is_not(None))
    return session.scalar(query.where(Run.state.in_(open_states)).order_by(Run.number))


def next_number(session: Session, round_id: uuid.UUID) -> int:
    """The number of the round's next run."""
    return (session.scalar(select(func.max(Run.number)).where(Run.round_id == round_id)) or 0) + 1


def claim(session: Session, run_id: uuid.UUID, *, now: datetime, lease_until: datetime) -> int | None:
    """Take a run that waits or whose lease is over; gives the new attempt, None where it is not to be had."""
    free = or_(Run.state == RunState.QUEUED, (Run.state == RunState.RUNNING) & (Run.lease_until < now))
    taken = session.execute(
        update(Run)
        .where(Run.id == run_id, free, Run.cancel_asked.is_(False))
        .values(
            state=RunState.RUNNING,
            attempt=Run.attempt + 1,
            lease_until=lease_until,
            started_at=now,
            stage="",
            progress=0.0,
            updated_at=now,
        )
        .returning(Run.attempt)
        .execution_options(synchronize_session=False)
    )
    return taken.scalar_one_or_none()


def held(run_id: uuid.UUID, attempt: int) -> Any:
    """The condition under which the holder of ``attempt`` may write."""
    return (Run.id == run_id) & (Run.attempt == attempt) & (Run.state == RunState.RUNNING)


def write_held(session: Session, run_id: uuid.UUID, attempt: int, **values: Any) -> bool:
    """Write as the holder of ``attempt``; false where the run is no longer held."""
    written = session.execute(
        update(Run)
        .where(held(run_id, attempt))
        .values(**values)
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    )
    return written.one_or_none() is not None


def waiting(now: datetime, *, repairs: bool) -> Select[uuid.UUID]:
    """Repairs, or all other runs, that some worker should take: queued, or their lease is over. Oldest first."""
    expired = (Run.state == RunState.RUNNING) & (Run.lease_until < now)
    is_wanted = Run.repairs_id.is_not(None) if repairs else Run.repairs_id.is_(None)
    query = select(Run.id).where(or_(Run.state == RunState.QUEUED, expired), is_wanted)
    return query.order_by(Run.queued_at, Run.id)


def document(session: Session, run_id: uuid.UUID, kind: DocumentKind) -> RunDocument | None:
    """One document of a run, content included."""
    query = select(RunDocument).where(RunDocument.run_id == run_id, RunDocument.kind == kind)
    return session.scalar(query.options(undefer(RunDocument.content)))
