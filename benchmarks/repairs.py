"""``python -m benchmarks.repairs``: from "a partner declined" to a repaired proposal on the page, in seconds.

A round of 1,000 requests and 3,000 partners is solved once, approved and proposed; a real worker is started, and the
round is published. Then partners decline through the page of their offer: the first in the very moment of the
publication, the others once the worker is ready again; each time the work list is asked until it shows the repair.
``--profile`` does the worker's part in this process instead and prints where its time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import re
import secrets
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

import webapp  # noqa: F401  # first: its commands and the seeds know each other
from benchmarks import closed_round
from benchmarks.large_round import TOKEN
from benchmarks.real_worker import processor_seconds, real_worker, until_idle
from benchmarks.signed_in import add_sign_in
from webapp import create_app
from webapp.authority.actor import Actor, SystemActor
from webapp.authority.roles import Role
from webapp.services import publications, run_execution, runs
from webapp.services.runs import RunOrder
from webapp.settings import Settings
from webapp.store import schema
from webapp.store.accounts import Membership, User
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState
from webapp.store.partners import Partner
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round
from webapp.store.runs import Run, RunState
from webapp.store.sign_ins import SignIn, token_hash
from webapp.store.unit_of_work import Database, UnitOfWork
from webapp.worker import Worker

COMMAND = SystemActor("command")
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
PATIENCE = 120.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Publish the round unless the database holds it already, decline, print what each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repairs", description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--partners", type=int, default=3000)
    parser.add_argument("--declines", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the first run may search")
    parser.add_argument("--database", help="address of a database, empty or left by an earlier call")
    parser.add_argument("--profile", action="store_true", help="do the worker's part here, and profile it")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{Path(folder) / 'repairs.sqlite'}"
        schema.upgrade(url)
        bench = _Bench(url)
        bench.propose(requests=wanted.requests, partners=wanted.partners, seconds=wanted.seconds)
        if wanted.profile:
            bench.publish()
            bench.profile(wanted.declines)
            return
        with real_worker(url) as worker:
            until_idle(worker)
            bench.publish()
            bench.decline_and_wait(wanted.declines, worker)


@dataclass
class _Times:
    """Seconds of one decline, stage by stage."""

    answered: float
    taken: float
    solved: float
    shown: float
    used: float

    def line(self, number: int) -> str:
        return (
            f"decline {number}: {self.shown:5.2f} s to the proposal on the page (answered after {self.answered:.2f}, "
            f"taken by the worker after {self.taken:.2f}, stored after {self.solved:.2f}; "
            f"{self.used:.2f} s of processor time, worker and web)"
        )


class _Bench:
    """One database, the application on it, and its round."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url)
        settings = Settings(
            database_url=url, queue_url=url, secret_key=secrets.token_urlsafe(48), demonstration={}
        )
        self.app: Flask = create_app(settings)
        self.reviewer = self._client(TOKEN)

    def propose(self, *, requests: int, partners: int, seconds: float) -> None:
        """Bring the round from nothing to what waits for a second person, unless it is there."""
        with self.database.unit(writing=False) as unit:
            is_there = unit.session.scalar(select(Round.id).limit(1)) is not None
        if is_there:
            self._sign_in_again()
            return
        patient = Database(self.url, statement_limits=False)
        round_id = closed_round.make(patient, requests=requests, partners=partners)
        with _timed("snapshot and queue"), self.database.unit(writing=True) as unit:
            order = RunOrder(round_id, gap=0.02, limit_seconds=seconds)
            run_id = runs.start(unit, actor=COMMAND, order=order).id
        with _timed("first run"):
            state = run_execution.execute(self.database, run_id)
        if state is not RunState.FINISHED:
            raise SystemExit(f"the first run {state}")
        with patient.unit(writing=True) as unit:
            proposer = _approve_all(unit, run_id)
        with _timed("propose"), self.database.unit(writing=True) as unit:
            publications.propose(unit, actor=proposer, run_id=run_id)
        patient.dispose()

    def publish(self) -> None:
        """Have a second person confirm what was proposed, unless that was done."""
        with self.database.unit(writing=True) as unit:
            query = select(Publication).where(Publication.state == PublicationState.PROPOSED)
            row = unit.session.scalars(query).one_or_none()
            if row is None:
                return
            second = _administrator(unit, f"second-{secrets.token_hex(4)}")
        with _timed("publish"), self.database.unit(writing=True) as unit:
            publications.confirm(unit, actor=second, publication_id=row.id, expected_version=row.version)

    def _sign_in_again(self) -> None:
        with self.database.unit(writing=True) as unit:
            row = unit.session.scalars(select(SignIn).where(SignIn.token_hash == token_hash(TOKEN))).one()
            row.created_at = row.last_seen_at = row.proven_at = unit.now

    def profile(self, declines: int) -> None:
        """The worker's part of each decline in this process, profiled from the second one on."""
        worker = Worker(self.database, self.url)
        worker.mender.warm_up()
        worker.look()
        for number in range(1, declines + 1):
            before, profiler = self._current(), cProfile.Profile()
            began = time.perf_counter()
            self._decline(self._next_offer(number))
            answered = time.perf_counter() - began
            with self.database.unit(writing=False) as unit:
                run_id = unit.session.scalars(select(Run.id).where(Run.state == RunState.QUEUED)).one()
            profiler.enable()
            worker.execute(str(run_id))
            profiler.disable()
            told = f"decline {number}: {answered:.2f} s to answer, {time.perf_counter() - began:.2f} s in all"
            print(told, "" if self._current() != before else "NOT REPAIRED")
            if number == declines:
                pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)
        worker.mender.close()
        worker.warm.close()
        worker.desk.close()

    def decline_and_wait(self, declines: int, worker: int) -> None:
        """Each decline with a real worker, timed until the work list of the repair is there."""
        for number in range(1, declines + 1):
            offer_id = self._next_offer(number)
            before = self._current()
            print(self._timed_decline(offer_id, before, worker).line(number), flush=True)
            until_idle(worker)

    def _timed_decline(self, offer_id: uuid.UUID, before: uuid.UUID, worker: int) -> _Times:
        began, used = time.perf_counter(), processor_seconds(worker) + time.process_time()
        self._decline(offer_id)
        answered = time.perf_counter() - began
        taken = None
        while (current := self._current()) == before:
            if taken is None and self._is_taken():
                taken = time.perf_counter() - began
            if time.perf_counter() - began > PATIENCE:
                raise SystemExit("no repair came")
            time.sleep(0.1)
        solved = time.perf_counter() - began
        used = processor_seconds(worker) + time.process_time() - used
        page = self.reviewer.get(f"/national/runs/{current}/review")
        if page.status_code != 200:
            raise SystemExit(f"the work list answered {page.status_code}")
        return _Times(answered, taken or solved, solved, time.perf_counter() - began, used)

    def _current(self) -> uuid.UUID:
        with self.database.unit(writing=False) as unit:
            return unit.session.scalars(select(Run.id).where(Run.is_current)).one()

    def _is_taken(self) -> bool:
        with self.database.unit(writing=False) as unit:
            return unit.session.scalar(select(Run.id).where(Run.state == RunState.RUNNING)) is not None

    def _next_offer(self, number: int) -> uuid.UUID:
        """An open offer of a partner who can sign in from now on."""
        with self.database.unit(writing=True) as unit:
            query = (
                select(Offer)
                .join(Offer.partner)
                .where(Offer.state == OfferState.OFFERED, Partner.user_id.is_(None))
            )
            offer = unit.session.scalars(query.order_by(Offer.id).offset(7 * number).limit(1)).one()
            _let_in(unit, offer.partner, f"{TOKEN}-{offer.id}")
            return offer.id

    def _decline(self, offer_id: uuid.UUID) -> None:
        client = self._client(f"{TOKEN}-{offer_id}")
        path = f"/offers/{offer_id}/decline"
        page = client.get(path)
        fields = dict(HIDDEN.findall(page.get_data(as_text=True)))
        answer = client.post(path, data={**fields, "reason": "no_time", "words": "", "colleague": ""})
        if answer.status_code != 303:
            raise SystemExit(f"declining answered {answer.status_code}")

    def _client(self, token: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("sign-in", token)
        return client


def _approve_all(unit: UnitOfWork, run_id: uuid.UUID) -> Actor:
    """Approve every match; gives who did."""
    person = _administrator(unit, "first")
    run = unit.session.get_one(Run, run_id)
    found = unit.session.execute(
        select(ProposedMatch.id, ProposedMatch.partner_id, ProposedMatch.request_id).where(
            ProposedMatch.run_id == run_id
        )
    )
    common = {
        "round_id": run.round_id,
        "run_id": run_id,
        "kind": DecisionKind.APPROVE,
        "reason": "A benchmark",
        "is_override": False,
        "decided_by": person.user_id,
        "decided_at": unit.now,
    }
    rows = [
        {"match_id": match_id, "partner_id": partner_id, "request_id": request_id, **common}
        for match_id, partner_id, request_id in found
    ]
    print(f"{len(rows):,} matches")
    unit.session.execute(insert(Decision), rows)
    return person


def _administrator(unit: UnitOfWork, name: str) -> Actor:
    user = User(email=f"{name.lower()}@example.org", name=name, password=None)
    unit.session.add(user)
    unit.flush()
    held = Membership(user_id=user.id, role=Role.NATIONAL_ADMIN)
    unit.session.add(held)
    unit.flush()
    return Actor(user_id=user.id, role=Role.NATIONAL_ADMIN, name=name)


def _let_in(unit: UnitOfWork, partner: Partner, token: str) -> None:
    """An account for an expert, signed in."""
    user = User(email=f"{partner.reference.lower()}@example.org", name=partner.name, password=None)
    unit.session.add(user)
    unit.flush()
    held = Membership(user_id=user.id, role=Role.PARTNER_EXPERT, partner_id=partner.id)
    unit.session.add(held)
    unit.flush()
    partner.user_id = user.id
    add_sign_in(unit, held, token)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began, used = time.perf_counter(), time.process_time()
    yield
    print(
        f"{what}: {time.perf_counter() - began:.1f} s ({time.process_time() - used:.1f} s here)", flush=True
    )


if __name__ == "__main__":
    main()
