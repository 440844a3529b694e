"""The queue that wakes workers: an SQLite file beside the database, or tables in PostgreSQL.

It holds no truth. A message says "look at this run"; one that is lost costs a minute, until the periodic
look at the rows.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from uuid import UUID

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy.engine import make_url

NAME = "matching"
EXECUTE = "execute_run"
SEND = "send_messages"
Execute = Callable[[str], None]
Wake = Callable[[UUID], None]
_log = logging.getLogger(__name__)


def make_queue(queue_url: str) -> Huey:
    """The queue at an address: ``sqlite:///FILE`` (the queue's file stands beside it) or PostgreSQL."""
    url = make_url(queue_url)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "matching.sqlite")
        return SqliteHuey(NAME, filename=str(path.with_name(f"{path.stem}-queue.sqlite")), results=False)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey(NAME, dsn=plain, results=False)


class WorkQueue:
    """Wakes workers, from its first use on: a queue that is down must not stop the web from starting.

    ``execute`` is what a worker does with a run, ``send`` with messages; whoever only wakes leaves them out.
    """

    def __init__(
        self, queue_url: str, execute: Execute | None = None, send: Callable[[], None] | None = None
    ) -> None:
        self.queue_url = queue_url
        self.execute = execute or _nobody
        self.send = send or _no_sender

    @cached_property
    def huey(self) -> Huey:
        """The queue itself, with its tasks."""
        return make_queue(self.queue_url)

    @cached_property
    def _task(self) -> Callable[[str], object]:
        def execute_run(run_id: str) -> None:
            self.execute(run_id)

        task: Callable[[str], object] = self.huey.task(name=EXECUTE)(execute_run)
        return task

    @cached_property
    def _sending(self) -> Callable[[], object]:
        def send_messages() -> None:
            self.send()

        task: Callable[[], object] = self.huey.task(name=SEND)(send_messages)
        return task

    def listen(self) -> Huey:
        """The queue, ready to hand messages to ``execute`` and ``send``."""
        assert self._task is not None
        assert self._sending is not None
        return self.huey

    def answers(self) -> bool:
        """Whether the queue's file or tables can be read now."""
        try:
            self.huey.pending_count()
        except (sqlite3.Error, psycopg.Error) as error:
            _log.warning("the queue does not answer: %s", error)
            return False
        return True

    def close(self) -> None:
        """Let go of the queue's connections."""
        if "huey" in self.__dict__:
            self.huey.storage.close()

    def wake(self, run_id: UUID) -> None:
        """Ask for a worker to look at a run: after the commit, never before. A failure costs only time."""
        try:
            self._task(str(run_id))
        except (sqlite3.Error, psycopg.Error) as error:
            _log.warning("no worker could be woken for run %s: %s", run_id, error)

    def wake_sender(self) -> None:
        """Ask for a worker to send what was posted: after the commit. A failure costs at most a minute."""
        try:
            self._sending()
        except (sqlite3.Error, psycopg.Error) as error:
            _log.warning("no worker could be woken to send messages: %s", error)


def _nobody(_run_id: str) -> None:
    raise RuntimeError("this process does no runs")


def _no_sender() -> None:
    raise RuntimeError("this process sends no messages")
