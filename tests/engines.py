"""Databases for tests: SQLite and PostgreSQL, each migrated once and copied for every test that asks.

A test that takes ``database`` (or anything that stands on it) runs twice, once on each engine. One that
makes sense on a single engine says so::

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import URL, create_engine, text

from tests import postgres_server
from webapp.store import schema
from webapp.store.unit_of_work import Database, UnitOfWork

ENGINES = ("sqlite", "postgresql")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime):
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        """Move on by a time difference: ``forward(days=1)``."""
        self.now += timedelta(**parts)


class Engine(Protocol):
    """Makes databases: ``empty`` ones, or a ``copy`` of the migrated one."""

    version: str

    def empty(self) -> str: ...
    def copy(self) -> str: ...
    def drop(self, url: str) -> None: ...


class SqliteEngine:
    """Files in a folder, in memory where the system offers it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.version = f"SQLite {sqlite3.sqlite_version}"
        self._numbers = itertools.count()
        self._template: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self._next()}"

    def copy(self) -> str:
        if self._template is None:
            template = self._next()
            schema.upgrade(f"sqlite:///{template}")
            with closing(sqlite3.connect(template)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._template = template
        path = self._next()
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)

    def _next(self) -> Path:
        return self.folder / f"{next(self._numbers)}.sqlite"


class PostgresEngine:
    """Databases on one server; a copy is ``CREATE DATABASE ... TEMPLATE``."""

    def __init__(self, server: URL):
        self.server = server
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT", pool_size=1)
        self._names = (f"test_{os.getpid()}_{number}" for number in itertools.count())
        self._template: URL | None = None
        with self._admin.connect() as connection:
            self.version = "PostgreSQL " + str(connection.scalar(text("SHOW server_version"))).split()[0]

    def empty(self) -> str:
        return self._create("").render_as_string(hide_password=False)

    def copy(self) -> str:
        if self._template is None:
            template = self._create("")
            schema.upgrade(template.render_as_string(hide_password=False))
            self._template = template
        return self._create(f'TEMPLATE "{self._template.database}" STRATEGY FILE_COPY').render_as_string(
            hide_password=False
        )

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def close(self) -> None:
        """Drop the template and let go of the server."""
        if self._template is not None:
            self.drop(self._template.render_as_string(hide_password=False))
        self._admin.dispose()

    def _create(self, how: str) -> URL:
        name = next(self._names)
        self._say(f'CREATE DATABASE "{name}" {how}')
        return self.server.set(database=name)

    def _say(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def sqlite_engine() -> Iterator[SqliteEngine]:
    """SQLite files of this test process."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="sqlite-", dir=memory) as folder:
        yield SqliteEngine(Path(folder))


@pytest.fixture(scope="session")
def postgresql_engine() -> Iterator[PostgresEngine]:
    """A PostgreSQL server of this test process, started by the first test that asks for it."""
    with postgres_server.running() as server:
        engine = PostgresEngine(server)
        yield engine
        engine.close()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine of this test, by name."""
    return request.param


@pytest.fixture
def engine(engine_name: str, request: pytest.FixtureRequest) -> Engine:
    """The engine of this test; the summary counts it."""
    chosen: Engine = request.getfixturevalue(f"{engine_name}_engine")
    request.node.user_properties.append(("engine", chosen.version))
    return chosen


@pytest.fixture
def empty_database_url(engine: Engine) -> Iterator[str]:
    """A database without a table."""
    url = engine.empty()
    yield url
    engine.drop(url)


@pytest.fixture
def database_url(engine: Engine) -> Iterator[str]:
    """A migrated database of the test's own."""
    url = engine.copy()
    yield url
    engine.drop(url)


@pytest.fixture
def clock() -> Clock:
    """Monday 2 November 2026, nine in the morning, until the test moves it."""
    return Clock(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """The migrated database with its engine; units of work read the test's clock."""
    database = Database(database_url, clock=clock)
    yield database
    database.dispose()


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    """A writing unit of work that is rolled back at the end; call ``unit.commit()`` to keep what it did."""
    unit = database.unit(writing=True, request_id="test")
    yield unit
    unit.rollback()
    unit.close()
