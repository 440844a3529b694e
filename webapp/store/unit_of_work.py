"""One transaction for each web request or command.

``Database`` owns the engine; ``Database.unit`` opens a ``UnitOfWork``. Services flush, the edge commits::

    with database.unit(writing=True) as unit:      # commits at the end, rolls back on an exception
        support_requests.submit(unit, actor=actor, ...)

A reading unit refuses to flush. A writing unit on SQLite starts with ``BEGIN IMMEDIATE``: a deferred
transaction that reads and then writes fails at once under contention, whatever the time-out.
Audit entries gathered by services are sealed into the chain as the last statements before the commit, so
that the one lock all writers share is held for as short as can be and always taken last.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import ORMExecuteState, Session

from webapp.store import audit
from webapp.store.base import Timed

Clock = Callable[[], datetime]
Wake = Callable[[uuid.UUID], None]

POSTGRES_LIMITS = {
    "statement_timeout": 5000,
    "lock_timeout": 2000,
    "idle_in_transaction_session_timeout": 10000,
}
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class ReadingUnitError(RuntimeError):
    """A unit opened for reading was asked to write."""


def nobody_runs(_run_id: uuid.UUID) -> None:
    """Nobody listens: a worker finds the row when it next looks."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def nobody_waits() -> None:
    """The sender of messages looks by itself, each minute."""


class Database:
    """The engine of one database and its units of work; ``wake`` calls for runs, ``wake_sender`` for messages."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock = utc_now,
        statement_limits: bool = True,
        pool_size: int = 5,
    ):
        """``statement_limits`` false lifts PostgreSQL's time-outs, for migrations and backups only."""
        self.url = driver_url(url)
        self.clock = clock
        self.wake: Wake = nobody_runs
        self.wake_sender: Callable[[], None] = nobody_waits
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _make_engine(self.url, statement_limits, pool_size)
        self._reading = self.engine.execution_options(
            unit_writes=False, postgresql_readonly=not self.is_sqlite
        )
        self._writing = self.engine.execution_options(unit_writes=True)

    def unit(self, *, writing: bool, request_id: str | None = None, clock: Clock | None = None) -> UnitOfWork:
        """Open a unit; it takes a connection at its first statement."""
        bind = self._writing if writing else self._reading
        now = (clock or self.clock)()
        unit = UnitOfWork(bind, now=now, request_id=request_id or f"unit-{uuid.uuid4()}", writing=writing)
        unit.wake_sender, unit.wake = self.wake_sender, self.wake
        return unit

    def dispose(self) -> None:
        """Close every pooled connection (after a fork, at the end of a test)."""
        self.engine.dispose()


class UnitOfWork:
    """A session, the instant it counts as now, and the id under which its log lines and audit rows are found.

    ``after_commit`` holds calls to make once the transaction stands (waking the queue); they run in order.
    """

    def __init__(self, bind: Engine, *, now: datetime, request_id: str, writing: bool):
        self.now = now
        self.request_id = request_id
        self.writing = writing
        self.wake: Wake = nobody_runs
        self.after_commit: list[Callable[[], None]] = []
        self.wake_sender: Callable[[], None] = nobody_waits
        self.audit_entries: list[audit.Entry] = []
        self.session = Session(bind, expire_on_commit=False, autoflush=True)
        event.listen(self.session, "before_flush", self._before_flush)
        event.listen(self.session, "do_orm_execute", self._before_bulk)

    def wake_for(self, run_id: uuid.UUID) -> None:
        """Wake a worker for a run once the transaction stands."""
        self.after_commit.append(partial(self.wake, run_id))

    def flush(self) -> None:
        """Send pending changes, so that constraints speak now."""
        self.session.flush()

    def commit(self) -> None:
        """Seal the audit entries, commit, then run what waited for it."""
        if self.audit_entries:
            self.session.flush()
            audit.seal(self.session, self.audit_entries, now=self.now, request_id=self.request_id)
            self.audit_entries = []
        self.session.commit()
        waiting, self.after_commit = self.after_commit, []
        for call in waiting:
            call()

    def rollback(self) -> None:
        """Forget every change, gathered audit entry and waiting call."""
        self.audit_entries = []
        self.after_commit = []
        self.session.rollback()

    def close(self) -> None:
        """Give the connection back; what was not committed is gone."""
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self.writing:
                self.commit()
            elif self.writing:
                self.rollback()
        finally:
            self.close()

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        if not self.writing and (
            session.new or session.deleted or any(map(session.is_modified, session.dirty))
        ):
            raise ReadingUnitError("a unit opened for reading was asked to write")
        for row in session.new:
            if isinstance(row, Timed):
                row.created_at = row.created_at or self.now
                row.updated_at = row.updated_at or self.now
        for row in session.dirty:
            if isinstance(row, Timed) and session.is_modified(row):
                row.updated_at = self.now

    def _before_bulk(self, state: ORMExecuteState) -> None:
        if not self.writing and (state.is_insert or state.is_update or state.is_delete):
            raise ReadingUnitError("a unit opened for reading was asked to write")


def driver_url(url: str) -> URL:
    """The SQLAlchemy URL with our PostgreSQL driver named; raises ``ValueError`` for another engine."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"the database must be SQLite or PostgreSQL, not {backend}")


def _make_engine(url: URL, statement_limits: bool, pool_size: int) -> Engine:
    if url.get_backend_name() != "sqlite":
        options = ["-c timezone=UTC"]
        if statement_limits:
            options += [f"-c {name}={value}" for name, value in POSTGRES_LIMITS.items()]
        arguments = {"options": " ".join(options), "connect_timeout": 5}
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=pool_size,
            pool_timeout=5,
            pool_recycle=1800,
            connect_args=arguments,
        )
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("unit_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
