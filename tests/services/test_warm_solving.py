"""The warm child: the same bytes as a new process gives, killed without harm to whoever gave it work."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.services.conftest import Country
from tests.services.matched import Matched
from webapp.services import run_documents, run_execution, run_replay, runs
from webapp.services.runs import RunOrder
from webapp.services.solving import Order, Progress, Solved, SolvingError, SolvingStoppedError, Watch
from webapp.services.warm_solving import WarmChild
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.unit_of_work import Database

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def kept() -> Iterator[WarmChild]:
    """One process for all tests here: whoever kills it leaves a new one to the next."""
    child = WarmChild()
    yield child
    child.close()


def documents_of(database: Database, run_id: UUID) -> dict[str, bytes]:
    with database.unit(writing=False) as unit:
        return {
            f"{kind.value}.json": run_documents.content(unit.session, run_id, kind) for kind in DocumentKind
        }


def kill(child: WarmChild) -> None:
    assert child._process is not None
    os.killpg(child._process.pid, signal.SIGKILL)


class TestJobs:
    @ONE_ENGINE
    def test_a_replay_in_it_gives_the_same_bytes(
        self, database: Database, country: Country, matched: Matched, kept: WarmChild
    ) -> None:
        with database.unit(writing=False) as unit:
            stored = run_replay.stored(unit, actor=country.reviewer, name=str(matched.run_id))
        assert run_replay.differences(stored, solver=kept.solve) == ()
        first = kept._process
        assert run_replay.differences(stored, solver=kept.solve) == ()
        assert kept._process is first

    def test_a_snapshot_that_breaks_a_rule_fails_the_job_and_not_the_process(self, kept: WarmChild) -> None:
        for _ in range(2):
            with pytest.raises(SolvingError, match="months: is missing"):
                kept.solve(b"{}", Order(), lambda _progress: True)
        assert kept._process is not None
        assert kept._process.poll() is None

    @ONE_ENGINE
    def test_a_watcher_that_says_no_ends_the_job_at_once(
        self, database: Database, matched: Matched, kept: WarmChild
    ) -> None:
        content = documents_of(database, matched.run_id)["snapshot.json"]
        with pytest.raises(SolvingStoppedError):
            kept.solve(content, Order(), lambda _progress: False)
        assert kept._process is None

    @ONE_ENGINE
    def test_its_end_fails_the_run_with_a_reference_and_the_next_one_is_solved(
        self, database: Database, country: Country, matched: Matched, kept: WarmChild
    ) -> None:
        def killed(snapshot: bytes, order: Order, watch: Watch) -> Solved:
            def then_kill(progress: Progress) -> bool:
                kill(kept)
                return watch(progress)

            return kept.solve(snapshot, order, then_kill)

        with database.unit(writing=True) as unit:
            queued = [
                runs.start(
                    unit, actor=country.reviewer, order=RunOrder(matched.round_id, is_scenario=True)
                ).id
                for _ in range(2)
            ]
        assert run_execution.execute(database, queued[0], solver=killed) is RunState.FAILED
        assert run_execution.execute(database, queued[1], solver=kept.solve) is RunState.FINISHED
        with database.unit(writing=False) as unit:
            row = unit.session.get_one(Run, queued[0])
            assert row.failure == "The solver stopped without an answer."
            assert len(row.failure_reference) == 8

    def test_it_ends_when_its_owner_goes(self, kept: WarmChild) -> None:
        child = WarmChild()
        child.warm_up()
        process = child._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=180) is not None
        child.close()


class TestQuestions:
    def test_one_that_is_asked_while_nothing_is_known_has_no_answer(self, kept: WarmChild) -> None:
        with pytest.raises(SolvingError):
            kept.ask("unknown", {"kind": "prices"})

    @ONE_ENGINE
    def test_why_not_another_partner_has_its_price_on_each_level(
        self, database: Database, matched: Matched, kept: WarmChild
    ) -> None:
        kept.remember("a", documents_of(database, matched.run_id))
        assert kept.knows("a")
        question = {"kind": "why_not", "request": "R-1"}
        answers = [kept.ask("a", {**question, "partner": f"P-{number}"}) for number in (1, 2, 3)]
        engaged = [each for each in answers if each["pair"]["is_engaged"]]
        others = [each for each in answers if not each["pair"]["is_engaged"]]
        assert engaged
        for each in engaged:
            assert each["forced"]["after"] == each["forced"]["without"], "what stands costs nothing to force"
        for each in others:
            assert each["forced"]["after"]["value"] <= each["forced"]["without"]["value"] + 1e-6

    @ONE_ENGINE
    def test_levels_have_prices_that_are_no_less_than_nothing(
        self, database: Database, matched: Matched, kept: WarmChild
    ) -> None:
        kept.remember("a", documents_of(database, matched.run_id))
        told = kept.ask("a", {"kind": "prices"})["levels"]
        assert [each["level"] for each in told] == ["mandated", "floors", "worst_group"]
        assert all(each["bound_without"] >= each["bound"] for each in told)
