"""The worker: takes runs that wait, sends messages, looks each minute for what nobody holds, tidies each hour.

One process solves one run at a time, in a child (``services.solving``); more workers may stand on other machines.
The queue wakes it; what is to be done stands in the rows, so a worker that dies loses nothing.
"""

from __future__ import annotations

import logging
import socket
import threading
from uuid import UUID

from huey import Huey, crontab
from sqlalchemy.exc import SQLAlchemyError

from matcher.serialisation import read_instance
from webapp.authority.actor import SystemActor
from webapp.security.sealing import Sealer
from webapp.services import (
    bulletins,
    clean_up,
    deadlines,
    jobs,
    question_answers,
    round_checks,
    run_execution,
    sending,
    takeovers,
    transparency,
)
from webapp.services.mailers import mailer_for
from webapp.services.rehearsals import Rehearsals
from webapp.services.run_execution import Solver
from webapp.services.sending import SILENT, Office
from webapp.services.warm_solving import WarmChild
from webapp.services.work_queue import WorkQueue
from webapp.settings import Settings
from webapp.store.unit_of_work import Database
from webapp.ui.transparency import record

THREADS = 4
"""One solves, one mends, one sends, one looks for runs that nobody holds."""
LONGEST_PAUSE = 0.25
"""Seconds between looks at an empty queue: somebody may be waiting for the next best."""
log = logging.getLogger(__name__)


class Worker:
    """Does runs, one after the other, in a child that stays warm; without an ``office`` no email leaves.

    ``solver`` may be replaced in tests.
    """

    def __init__(
        self, database: Database, queue_url: str, *, solver: Solver | None = None, office: Office = SILENT
    ) -> None:
        self.database = database
        self.warm = WarmChild()
        self.mender = WarmChild()
        self.solver = solver or self.warm.solve
        self.mending_solver = solver or self.mender.solve
        self.rehearsals = Rehearsals(database, self.mender)
        self._rehearses = solver is None
        self.office = office
        self.queue = WorkQueue(queue_url, execute=self.execute, send=self.send)
        database.wake = self.queue.wake
        database.wake_sender = self.queue.wake_sender
        self.desk = WarmChild()
        self._solving = threading.Lock()
        self._mending = threading.Lock()
        self._broken = threading.Event()
        self._counting = threading.Lock()
        self._answering = threading.Lock()
        self._sending = threading.Lock()
        self._posted = threading.Event()

    def execute(self, run_id: str) -> None:
        """Do what waits, this run among it: somebody asked for it, and what else waits is found in the rows."""
        log.debug("woken for %s", run_id)
        self.look()

    def mend(self) -> None:
        """Do repairs, in a warm child of their own: whoever waits for the next best waits for no long solve.

        Then get ready for the next one. A worker that is mending already goes round once more.
        """
        self._broken.set()
        while self._broken.is_set() and self._mending.acquire(blocking=False):
            try:
                self._broken.clear()
                self._do_waiting(self.mending_solver, repairs=True)
                self._rehearse()
            finally:
                self._mending.release()

    def answer(self) -> None:
        """Answer questions about runs, in a warm child of their own, so that none waits for a long solve."""
        if not self._answering.acquire(blocking=False):
            return
        try:
            while question_answers.answer_waiting(self.database, self.desk):
                pass
        except SQLAlchemyError:
            log.exception("questions could not be answered")
        finally:
            self._answering.release()

    def give_sign(self) -> None:
        """Once a minute: say that this worker is alive; the page of jobs shows the last sign."""
        try:
            with self.database.unit(writing=True) as unit:
                jobs.give_sign(unit, machine=socket.gethostname())
        except SQLAlchemyError:
            log.exception("the sign of life could not be written")

    def look(self) -> None:
        """Take up what waits or was left by a worker that died: repairs first, the long solves last.

        A worker that is solving already leaves runs to that.
        """
        self.mend()
        self.count()
        self.answer()
        if not self._solving.acquire(blocking=False):
            return
        try:
            self._do_waiting(self.solver, repairs=False)
        finally:
            self._solving.release()

    def send(self) -> None:
        """Send what is due; one that is sending already goes round once more."""
        self._posted.set()
        while self._posted.is_set() and self._sending.acquire(blocking=False):
            try:
                self._posted.clear()
                bulletins.post_due(self.database)
                sending.send_due(self.database, self.office)
            except SQLAlchemyError:
                log.exception("messages could not be looked at")
            finally:
                self._sending.release()

    def count(self) -> None:
        """Count the rounds that are to be counted before they are solved: seconds, beside a solve if need be."""
        if not self._counting.acquire(blocking=False):
            return
        try:
            round_checks.count_due(self.database)
        except SQLAlchemyError:
            log.exception("rounds could not be counted")
        finally:
            self._counting.release()

    def tidy(self) -> None:
        """Once an hour: drop what is over, let successors take over. A failure waits for the next hour."""
        try:
            with self.database.unit(writing=True) as unit:
                clean_up.drop_what_is_over(unit)
                transparency.keep(unit, rows=record(transparency.facts(unit)))
                takeovers.take_over_due(unit, actor=SystemActor("worker"))
        except SQLAlchemyError:
            log.exception("what is over could not be dropped")

    def keep_deadlines(self) -> None:
        """Every five minutes: reminders and lapses that are due. A failure waits for the next time."""
        try:
            deadlines.keep(self.database)
        except SQLAlchemyError:
            log.exception("what is due could not be looked up")

    def listen(self) -> Huey:
        """The queue with its task, the looks of each minute and of five, and the tidying of each hour."""
        huey = self.queue.listen()

        def give_sign() -> None:
            self.give_sign()

        def look_for_runs() -> None:
            self.look()

        def send_what_is_due() -> None:
            self.send()

        def drop_what_is_over() -> None:
            self.tidy()

        def keep_deadlines() -> None:
            self.keep_deadlines()

        huey.periodic_task(crontab(), name="give_sign")(give_sign)
        huey.periodic_task(crontab(), name="look_for_runs")(look_for_runs)
        huey.periodic_task(crontab(), name="send_what_is_due")(send_what_is_due)
        huey.periodic_task(crontab(minute="*/5"), name="keep_deadlines")(keep_deadlines)
        huey.periodic_task(crontab(minute="17"), name="drop_what_is_over")(drop_what_is_over)
        return huey

    def _rehearse(self) -> None:
        if self._rehearses:
            try:
                self.rehearsals.get_ready()
            except SQLAlchemyError:
                log.exception("the round in force could not be rehearsed")

    def _do_waiting(self, solver: Solver, *, repairs: bool) -> None:
        tried: set[UUID] = set()
        while waiting := [run_id for run_id in self._waiting(repairs) if run_id not in tried]:
            tried.add(waiting[0])
            self._do(waiting[0], solver)

    def _waiting(self, repairs: bool) -> tuple[UUID, ...]:
        try:
            return run_execution.reclaim(self.database, repairs=repairs)
        except SQLAlchemyError:
            log.exception("the rows could not be looked at")
            return ()

    def _do(self, run_id: UUID, solver: Solver) -> None:
        try:
            read = self.rehearsals.reading if solver is self.mending_solver else read_instance
            state = run_execution.execute(self.database, run_id, solver=solver, read=read)
        except Exception:  # the worker loop: one run's failure must not end the worker; its lease runs out
            log.exception("run %s was left", run_id)
        else:
            log.info("run %s: %s", run_id, state.value if state else "not taken")


def run(settings: Settings) -> None:
    """Work until told to stop; what was waiting at the start is done first."""
    database = Database(settings.database_url, pool_size=THREADS + 2)
    office = Office(mailer_for(settings), settings.public_url, Sealer(settings).unseal)
    worker = Worker(database, settings.queue_url, office=office)
    consumer = worker.listen().create_consumer(
        workers=THREADS, periodic=True, max_delay=LONGEST_PAUSE, check_worker_health=True, shutdown_timeout=5
    )
    # The mender starts with its first rehearsal: without a round in force there is nothing to repair.
    for look in (worker.look, worker.send, worker.tidy, worker.warm.warm_up):
        threading.Thread(target=look, daemon=True).start()
    try:
        consumer.run()
    finally:
        worker.warm.close()
        worker.mender.close()
        worker.desk.close()
