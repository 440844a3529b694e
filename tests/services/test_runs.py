"""Queueing, cancelling and doing runs: one end, one result, whatever dies on the way."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from matcher.serialisation import read_result
from tests.engines import Clock
from tests.factories.partners import active_partner
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from tests.services.solvers import in_process
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import AccessDenied
from webapp.services import decisions, rounds, run_execution, runs, solving, support_requests, work_lists
from webapp.services.decisions import Verdict
from webapp.services.failures import NotAllowedNow, NotFound, Rejected
from webapp.services.paging import Paging
from webapp.services.runs import RunOrder
from webapp.services.solving import Order, Progress, Solved, SolvingError, Watch
from webapp.services.work_lists import CHANGED, MatchFilter
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.partners import Reach
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunDocument, RunState, claim, latest
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork


@pytest.fixture
def closed(unit: UnitOfWork, country: Country) -> UUID:
    """A closed round with two requests and two partners, one of them barred from T1; kept."""
    submitted(unit, country.lead, reference="R-1", severity=3)
    submitted(unit, country.other_lead, reference="R-2", days=4)
    active_partner(unit, country.organisations["T3"], "P-1", reach=Reach.NATIONAL)
    active_partner(unit, country.organisations["T1"], "P-2")
    round_ = country.round
    rounds.close(unit, actor=JOB, round_id=round_.id, expected_version=round_.version)
    unit.commit()
    unit.close()
    return round_.id


def queued(database: Database, round_id: UUID, actor: AnyActor = JOB, **values: object) -> UUID:
    with database.unit(writing=True) as unit:
        return runs.start(unit, actor=actor, order=RunOrder(round_id, **values)).id


def row_of(database: Database, run_id: UUID) -> Run:
    with database.unit(writing=False) as unit:
        return unit.session.get_one(Run, run_id)


def state_of_round(database: Database, round_id: UUID) -> RoundState:
    with database.unit(writing=False) as unit:
        return unit.session.get_one(Round, round_id).state


class TestStart:
    def test_the_round_is_matching_and_has_one_run(self, database: Database, closed: UUID) -> None:
        queued(database, closed)
        assert state_of_round(database, closed) is RoundState.MATCHING
        with pytest.raises(NotAllowedNow):
            queued(database, closed)

    def test_a_scenario_leaves_the_round_alone(
        self, database: Database, closed: UUID, country: Country
    ) -> None:
        queued(database, closed, country.reviewer, is_scenario=True)
        assert state_of_round(database, closed) is RoundState.CLOSED

    def test_a_worker_is_woken_after_the_commit(self, database: Database, closed: UUID) -> None:
        woken: list[UUID] = []
        with database.unit(writing=True) as unit:
            row = runs.start(unit, actor=JOB, order=RunOrder(closed), wake=woken.append)
            assert woken == []
        assert woken == [row.id]

    def test_a_requester_may_not(self, database: Database, closed: UUID, country: Country) -> None:
        with database.unit(writing=False) as unit, pytest.raises(AccessDenied):
            runs.start(unit, actor=country.lead, order=RunOrder(closed))


class TestExecution:
    def test_a_run_ends_certified_with_its_rows(self, database: Database, closed: UUID) -> None:
        run_id = queued(database, closed)
        assert run_execution.execute(database, run_id, solver=in_process) is RunState.FINISHED
        with database.unit(writing=False) as unit:
            run = unit.session.get_one(Run, run_id)
            matches = unit.session.scalars(select(ProposedMatch).order_by(ProposedMatch.days)).all()
            assert (run.is_current, run.certificate_passed, run.solver_status) == (True, True, "optimal")
            assert [each.request.reference for each in matches] == ["R-2", "R-1"]
            assert all(sum(each.days_by_month.values()) == each.days for each in matches)
            assert matches[0].evidence["candidates"] >= 1
            assert latest(unit.session) is run
            assert {row.kind for row in run.documents} == set(DocumentKind)
        assert state_of_round(database, closed) is RoundState.IN_REVIEW

    def test_what_cannot_be_met_is_listed(self, database: Database, closed: UUID) -> None:
        with database.unit(writing=True) as unit:
            unit.session.execute(ProposedMatch.__table__.delete())
        run_id = queued(database, closed)
        run_execution.execute(database, run_id, solver=in_process)
        with database.unit(writing=False) as unit:
            short = unit.session.scalars(select(UnmetRequest).where(UnmetRequest.run_id == run_id)).all()
            wanted = sum(each.days_short for each in short)
            given = sum(each.days for each in unit.session.scalars(select(ProposedMatch)))
            assert wanted + given == 10

    def test_it_is_stored_once(self, database: Database, closed: UUID) -> None:
        run_id = queued(database, closed)
        run_execution.execute(database, run_id, solver=in_process)
        assert run_execution.execute(database, run_id, solver=in_process) is None
        with database.unit(writing=False) as unit:
            assert len(unit.session.scalars(select(RunDocument)).all()) == 4

    def test_a_failure_is_said_with_a_reference(self, database: Database, closed: UUID) -> None:
        def failing(_snapshot: bytes, _order: Order, _watch: Watch) -> Solved:
            raise SolvingError("The solver stopped without an answer.")

        run_id = queued(database, closed)
        assert run_execution.execute(database, run_id, solver=failing) is RunState.FAILED
        run = row_of(database, run_id)
        assert (run.failure, len(run.failure_reference)) == ("The solver stopped without an answer.", 8)
        assert state_of_round(database, closed) is RoundState.CLOSED

    def test_an_altered_answer_is_not_stored(self, database: Database, closed: UUID) -> None:
        def altering(snapshot: bytes, order: Order, watch: Watch) -> Solved:
            solved = in_process(snapshot, order, watch)
            days = read_result(solved.result).engagements[0].days
            wrong = [days[0] + 50, *days[1:]]
            before = str(list(days)).replace(" ", "").encode()
            after = str(wrong).replace(" ", "").encode()
            assert before in solved.result
            return replace(solved, result=solved.result.replace(before, after, 1))

        run_id = queued(database, closed)
        assert run_execution.execute(database, run_id, solver=altering) is RunState.FAILED
        assert "verification" in row_of(database, run_id).failure
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(ProposedMatch)).all() == []


class TestLostWorkers:
    def test_a_dead_workers_run_is_taken_again(self, database: Database, closed: UUID, clock: Clock) -> None:
        run_id = queued(database, closed)
        first = run_execution._claim(database, run_id)
        assert first is not None
        assert run_execution.reclaim(database) == ()
        assert run_execution.execute(database, run_id, solver=in_process) is None
        clock.forward(seconds=61)
        assert run_execution.reclaim(database) == (run_id,)
        assert run_execution.execute(database, run_id, solver=in_process) is RunState.FINISHED
        assert row_of(database, run_id).attempt == 2

    def test_a_worker_that_lost_its_lease_stores_nothing(
        self, database: Database, closed: UUID, clock: Clock
    ) -> None:
        def slow(snapshot: bytes, order: Order, watch: Watch) -> Solved:
            solved = in_process(snapshot, order, watch)
            clock.forward(seconds=61)
            with database.unit(writing=True) as unit:
                assert claim(unit.session, run_id, now=unit.now, lease_until=unit.now) == 2
            return solved

        run_id = queued(database, closed)
        assert run_execution.execute(database, run_id, solver=slow) is None
        run = row_of(database, run_id)
        assert (run.state, run.attempt) == (RunState.RUNNING, 2)
        with database.unit(writing=False) as unit:
            assert len(unit.session.scalars(select(RunDocument)).all()) == 1

    def test_after_three_attempts_it_has_failed(self, database: Database, closed: UUID, clock: Clock) -> None:
        run_id = queued(database, closed)
        for _ in range(3):
            assert run_execution._claim(database, run_id) is not None
            clock.forward(seconds=61)
        assert run_execution.reclaim(database) == ()
        assert row_of(database, run_id).state is RunState.FAILED
        assert state_of_round(database, closed) is RoundState.CLOSED


class TestCancel:
    def test_a_waiting_run_ends_at_once(self, database: Database, closed: UUID) -> None:
        run_id = queued(database, closed)
        with database.unit(writing=True) as unit:
            runs.cancel(unit, actor=JOB, run_id=run_id)
        assert row_of(database, run_id).state is RunState.CANCELLED
        assert state_of_round(database, closed) is RoundState.CLOSED
        with database.unit(writing=True) as unit, pytest.raises(NotAllowedNow):
            runs.cancel(unit, actor=JOB, run_id=run_id)

    def test_a_running_one_is_told(
        self, database: Database, closed: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def told(_snapshot: bytes, _order: Order, watch: Watch) -> Solved:
            assert watch(Progress("value", 0.5, 1.0, 2.0))
            with database.unit(writing=True) as unit:
                runs.cancel(unit, actor=JOB, run_id=run_id)
            assert row_of(database, run_id).stage == "value"
            monkeypatch.setattr(run_execution, "LOOK_SECONDS", 0.0)
            assert not watch(Progress("value", 0.6))
            raise solving.SolvingStoppedError

        run_id = queued(database, closed)
        assert run_execution.execute(database, run_id, solver=told) is RunState.CANCELLED

    def test_one_that_nobody_holds_is_ended_by_the_next_look(
        self, database: Database, closed: UUID, clock: Clock
    ) -> None:
        run_id = queued(database, closed)
        assert run_execution._claim(database, run_id) is not None
        with database.unit(writing=True) as unit:
            runs.cancel(unit, actor=JOB, run_id=run_id)
        clock.forward(seconds=61)
        assert run_execution.reclaim(database) == ()
        assert row_of(database, run_id).state is RunState.CANCELLED


def test_a_request_withdrawn_during_the_solve_is_told_and_its_match_approved_by_nobody(
    database: Database, closed: UUID, country: Country
) -> None:
    """The run keeps what it read; the row says that the request is over, and no decision gets past that."""

    def meanwhile(snapshot: bytes, order: Order, watch: Watch) -> Solved:
        with database.unit(writing=True) as unit:
            row = unit.session.scalars(select(SupportRequest).filter_by(reference="R-1")).one()
            support_requests.withdraw(
                unit, actor=country.lead, request_id=row.id, reason="", expected_version=row.version
            )
        return in_process(snapshot, order, watch)

    run_id = queued(database, closed)
    assert run_execution.execute(database, run_id, solver=meanwhile) is RunState.FINISHED
    with database.unit(writing=True) as unit:
        listed = work_lists.work_list(
            unit, actor=country.reviewer, run_id=run_id, wanted=MatchFilter(look=CHANGED), paging=Paging()
        )
        (changed,) = listed.rows
        assert changed.match.request.reference == "R-1"
        verdict = Verdict(kind=DecisionKind.APPROVE, reason="It fits")
        with pytest.raises(Rejected, match="withdrawn"):
            decisions.decide(unit, actor=country.reviewer, match_id=changed.match.id, verdict=verdict)


class TestReading:
    def test_pages_and_latest(self, database: Database, closed: UUID, country: Country) -> None:
        with database.unit(writing=False) as unit, pytest.raises(NotFound):
            runs.find(unit, actor=country.reviewer, name="latest")
        run_id = queued(database, closed)
        run_execution.execute(database, run_id, solver=in_process)
        with database.unit(writing=False) as unit:
            page = runs.run_page(unit, actor=country.reviewer, run_id=run_id)
            assert page.matches == 2
            assert runs.listing(unit, actor=country.reviewer, paging=Paging(), round_id=closed).total == 1
            assert runs.find(unit, actor=country.reviewer, name="latest").id == run_id
            with pytest.raises(NotFound):
                runs.find(unit, actor=country.reviewer, name="../etc/passwd")
