"""A real worker, killed while a run is being solved: nothing half written, another one does the run, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.partners import active_partner
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.published import decline, publish
from webapp.services import repairs, rounds, runs
from webapp.services.runs import RunOrder
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunDocument, RunState
from webapp.store.unit_of_work import Database, UnitOfWork

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
WORKER = ["-m", "flask", "--app", "wsgi", "worker"]
WITHOUT_AN_ANSWER = [
    "-c",
    """
import sys, time
from flask.cli import main
from webapp.services.solving import Progress
from webapp.services.warm_solving import WarmChild

def solve(child, snapshot, order, watch):
    child.warm_up()
    while watch(Progress()):
        time.sleep(0.1)

WarmChild.solve = solve
sys.argv = ["flask", "--app", "wsgi", "worker"]
main()
""",
]
"""The same worker, whose solver comes to no answer: it is killed in the middle of a solve, however quick solves are."""


@contextmanager
def real_worker(database: Database, command: Sequence[str] = WORKER) -> Iterator[subprocess.Popen[bytes]]:
    """``flask worker`` on the test's database, as it runs in production."""
    url = database.url.render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": os.urandom(32).hex()}
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < deadline, "it did not come to that in four minutes"
        time.sleep(0.05)


def children_of(process: subprocess.Popen[bytes]) -> set[int]:
    found = set()
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            status = Path(f"/proc/{entry}/status").read_text(encoding="ascii")
        except OSError:
            continue
        if f"\nPPid:\t{process.pid}\n" in status:
            found.add(int(entry))
    return found


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False


@pytest.fixture
def run_id(unit: UnitOfWork, country: Country) -> UUID:
    """A run that waits; kept."""
    submitted(unit, country.lead, reference="R-1")
    active_partner(unit, country.organisations["T2"], "P-1")
    row = country.round
    rounds.close(unit, actor=JOB, round_id=row.id, expected_version=row.version)
    made = runs.start(unit, actor=JOB, order=RunOrder(row.id)).id
    unit.commit()
    unit.close()
    return made


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_killed_worker_leaves_nothing_half_written_and_another_does_the_run_once(
    database: Database, run_id: UUID
) -> None:
    def run() -> Run:
        with database.unit(writing=False) as unit:
            return unit.session.get_one(Run, run_id)

    def kept() -> tuple[list[DocumentKind], int]:
        with database.unit(writing=False) as unit:
            kinds = unit.session.scalars(select(RunDocument.kind).where(RunDocument.run_id == run_id))
            matches = select(func.count()).select_from(ProposedMatch).where(ProposedMatch.run_id == run_id)
            return sorted(kinds), unit.session.scalar(matches) or 0

    with real_worker(database, WITHOUT_AN_ANSWER) as first:
        wait_until(lambda: run().state is RunState.RUNNING and bool(children_of(first)))
        solvers = children_of(first)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        wait_until(lambda: not any(map(is_alive, solvers)))
    assert (run().state, run().attempt) == (RunState.RUNNING, 1)
    assert kept() == ([DocumentKind.SNAPSHOT], 0)

    with database.unit(writing=True) as unit:
        row = unit.session.get_one(Run, run_id)
        assert row.lease_until is not None
        row.lease_until -= timedelta(days=365)  # as if a minute had passed
    with real_worker(database):
        wait_until(lambda: run().state is not RunState.RUNNING or run().attempt > 2)
        wait_until(lambda: run().state is RunState.FINISHED)
    assert run().attempt == 2
    assert kept() == (sorted(DocumentKind), 1)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_repair_whose_worker_was_killed_is_taken_up_again_and_stored_once(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    publish(unit, country, matched.run_id)
    decline(unit, "R-1")
    queued = repairs.queue(unit, actor=JOB, round_id=matched.round_id)
    assert queued is not None
    run_id = queued.id
    unit.commit()
    unit.close()

    def stands() -> tuple[RunState, int, bool, RoundState, int]:
        with database.unit(writing=False) as reading:
            row = reading.session.get_one(Run, run_id)
            state = reading.session.get_one(Round, row.round_id).state
            matches = select(func.count()).select_from(ProposedMatch).where(ProposedMatch.run_id == run_id)
            return row.state, row.attempt, row.is_current, state, reading.session.scalar(matches) or 0

    with real_worker(database, WITHOUT_AN_ANSWER) as first:
        wait_until(lambda: stands()[0] is RunState.RUNNING)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert stands() == (RunState.RUNNING, 1, False, RoundState.PUBLISHED, 0)

    with database.unit(writing=True) as later:
        row = later.session.get_one(Run, run_id)
        assert row.lease_until is not None
        row.lease_until -= timedelta(days=365)  # as if a minute had passed
    with real_worker(database):
        wait_until(lambda: stands()[0] is RunState.FINISHED)
    assert stands() == (RunState.FINISHED, 2, True, RoundState.REPAIR_REVIEW, 2)
