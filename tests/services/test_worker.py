"""The worker: woken by the queue, or finding by itself what nobody holds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.engines import Clock
from tests.factories.partners import active_partner
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from tests.services.solvers import in_process
from webapp.services import health, messages, rounds, run_execution, runs
from webapp.services.runs import RunOrder
from webapp.services.solving import Order, Solved, Watch
from webapp.services.work_queue import WorkQueue
from webapp.store import form_tokens, rate_limits
from webapp.store.form_tokens import FormToken
from webapp.store.outbox import MessageDelivery
from webapp.store.rate_limits import RateCount
from webapp.store.runs import Run, RunState
from webapp.store.sign_ins import SignIn
from webapp.store.unit_of_work import Database, UnitOfWork
from webapp.worker import Worker


@pytest.fixture
def queue_url(tmp_path: Path, engine_name: str, database_url: str) -> str:
    """A queue of the test's own, on the test's engine."""
    return f"sqlite:///{tmp_path / 'x.sqlite'}" if engine_name == "sqlite" else database_url


@pytest.fixture
def web(queue_url: str) -> Iterator[WorkQueue]:
    """The queue as a web process holds it."""
    queue = WorkQueue(queue_url)
    yield queue
    queue.close()


@pytest.fixture
def worker(database: Database, queue_url: str) -> Iterator[Worker]:
    """A worker that solves in the test's process."""
    worker = Worker(database, queue_url, solver=in_process)
    yield worker
    worker.queue.close()


@pytest.fixture
def round_id(unit: UnitOfWork, country: Country) -> UUID:
    """A closed round with one request and one partner; kept."""
    submitted(unit, country.lead, reference="R-1")
    active_partner(unit, country.organisations["T2"], "P-1")
    row = country.round
    rounds.close(unit, actor=JOB, round_id=row.id, expected_version=row.version)
    unit.commit()
    unit.close()
    return row.id


def state_of(database: Database, run_id: UUID) -> tuple[RunState, int]:
    with database.unit(writing=False) as unit:
        row = unit.session.get_one(Run, run_id)
        return row.state, row.attempt


class TestWorker:
    def test_it_does_what_the_queue_names(
        self, database: Database, web: WorkQueue, worker: Worker, round_id: UUID
    ) -> None:
        with database.unit(writing=True) as unit:
            run_id = runs.start(unit, actor=JOB, order=RunOrder(round_id), wake=web.wake).id
        huey = worker.listen()
        while (message := huey.dequeue()) is not None:
            huey.execute(message)
        assert state_of(database, run_id) == (RunState.FINISHED, 1)

    def test_it_finds_what_a_dead_worker_left(
        self, database: Database, worker: Worker, round_id: UUID, clock: Clock
    ) -> None:
        with database.unit(writing=True) as unit:
            run_id = runs.start(unit, actor=JOB, order=RunOrder(round_id)).id
        assert run_execution._claim(database, run_id) is not None
        worker.look()
        assert state_of(database, run_id) == (RunState.RUNNING, 1)
        clock.forward(seconds=61)
        worker.look()
        assert state_of(database, run_id) == (RunState.FINISHED, 2)

    def test_one_that_breaks_does_not_take_the_worker_along(
        self, database: Database, queue_url: str, round_id: UUID
    ) -> None:
        def broken(_snapshot: bytes, _order: Order, _watch: Watch) -> Solved:
            raise RuntimeError("not foreseen")

        with database.unit(writing=True) as unit:
            run_id = runs.start(unit, actor=JOB, order=RunOrder(round_id)).id
        Worker(database, queue_url, solver=broken).look()
        assert state_of(database, run_id) == (RunState.RUNNING, 1)

    def test_two_workers_do_a_run_once(self, database: Database, queue_url: str, round_id: UUID) -> None:
        with database.unit(writing=True) as unit:
            run_id = runs.start(unit, actor=JOB, order=RunOrder(round_id)).id
        workers = [Worker(database, queue_url, solver=in_process) for _ in range(2)]
        threads = [threading.Thread(target=worker.look) for worker in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert state_of(database, run_id) == (RunState.FINISHED, 1)

    def test_it_settles_messages_as_soon_as_their_cause_is_kept(
        self, database: Database, web: WorkQueue, worker: Worker, country: Country, unit: UnitOfWork
    ) -> None:
        unit.commit()
        database.wake_sender = web.wake_sender
        about = {"request_id": "1", "reference": "R-1"}
        with database.unit(writing=True) as other:
            messages.post(
                other, kind="result.unmatched", to_user_id=country.lead.user_id, about=about, dedupe_key="x"
            )
        huey = worker.listen()
        woken = huey.dequeue()
        assert woken is not None
        huey.execute(woken)
        with database.unit(writing=False) as reading:
            assert reading.session.scalars(select(MessageDelivery.user_id)).all() == [country.lead.user_id]

    def test_a_queue_that_is_down_costs_only_time(self, database: Database, round_id: UUID) -> None:
        web = WorkQueue("sqlite:////nowhere/at/all/x.sqlite")
        with database.unit(writing=True) as unit:
            run_id = runs.start(unit, actor=JOB, order=RunOrder(round_id), wake=web.wake).id
        assert state_of(database, run_id) == (RunState.QUEUED, 0)

    def test_readiness_tells_a_queue_that_answers_from_one_that_does_not(
        self, database: Database, web: WorkQueue
    ) -> None:
        ready = {"database": True, "migrations": True, "queue": True}
        assert health.readiness(database, web) == ready
        down = WorkQueue("sqlite:////nowhere/at/all/x.sqlite")
        assert health.readiness(database, down) == {**ready, "queue": False}
        down.close()

    def test_once_an_hour_it_drops_what_is_over(
        self, database: Database, worker: Worker, clock: Clock, country: Country, unit: UnitOfWork
    ) -> None:
        names = [task.name for task in worker.listen()._registry.periodic_tasks]
        assert sorted(names) == [
            "drop_what_is_over",
            "give_sign",
            "keep_deadlines",
            "look_for_runs",
            "send_what_is_due",
        ]
        _leave_traces(unit, country.lead.user_id, "old")
        unit.commit()
        clock.forward(days=3)
        with database.unit(writing=True) as later:
            _leave_traces(later, country.lead.user_id, "new")
        worker.tidy()
        with database.unit(writing=False) as reading:
            for kept in (SignIn.token_hash, FormToken.owner, RateCount.key):
                assert reading.session.scalars(select(kept)).all() == ["new"]


def _leave_traces(unit: UnitOfWork, user_id: UUID, name: str) -> None:
    """One row in each table of passing things."""
    unit.session.add(
        SignIn(
            token_hash=name,
            user_id=user_id,
            role_epoch=0,
            created_at=unit.now,
            last_seen_at=unit.now,
            proven_at=unit.now,
        )
    )
    form_tokens.claim(unit.session, owner=name, token=name, content_digest="0" * 64, now=unit.now)
    rate_limits.count(unit.session, name, window_seconds=60, now=unit.now)
