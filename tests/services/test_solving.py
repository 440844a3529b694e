"""The solver's child process: it answers, it is killed, it dies loudly; and a replay gives the same bytes."""

from __future__ import annotations

import os
from dataclasses import replace
from uuid import UUID

import pytest

from matcher import VERSION
from matcher.problem.records import RecordError
from matcher.serialisation import read_result, write_result
from tests.services.conftest import Country
from tests.services.matched import Matched
from tests.services.solvers import in_process
from webapp.services import run_documents, run_replay, solving
from webapp.services.solving import Order, Progress, SolvingError, SolvingStoppedError
from webapp.store.runs import DocumentKind
from webapp.store.unit_of_work import Database


def snapshot_of(database: Database, run_id: UUID) -> bytes:
    with database.unit(writing=False) as unit:
        return run_documents.content(unit.session, run_id, DocumentKind.SNAPSHOT)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestChild:
    def test_it_gives_the_bytes_that_are_stored(
        self, database: Database, country: Country, matched: Matched
    ) -> None:
        with database.unit(writing=False) as unit:
            stored = run_replay.stored(unit, actor=country.reviewer, name=str(matched.run_id))
        stages: list[str] = []

        def watched(snapshot: bytes, order: Order, watch: solving.Watch) -> solving.Solved:
            def listen(progress: Progress) -> bool:
                stages.append(progress.stage)
                return watch(progress)

            return solving.solve(snapshot, order, listen)

        assert run_replay.differences(stored, solver=watched) == ()
        assert {"mandated", "explaining"} <= set(stages)

    def test_it_is_killed_when_the_watcher_says_so(self, database: Database, matched: Matched) -> None:
        before = _children()
        with pytest.raises(SolvingStoppedError):
            solving.solve(snapshot_of(database, matched.run_id), Order(), lambda _progress: False)
        assert _children() == before

    def test_it_is_killed_when_its_time_is_over(self, database: Database, matched: Matched) -> None:
        with pytest.raises(SolvingError, match="longer"):
            solving.solve(
                snapshot_of(database, matched.run_id), Order(hard_seconds=0.0), lambda _progress: True
            )

    def test_a_change_in_the_stored_bytes_is_seen(
        self, database: Database, country: Country, matched: Matched
    ) -> None:
        with database.unit(writing=False) as unit:
            stored = run_replay.stored(unit, actor=country.reviewer, name="latest")
        for content in (stored.documents[DocumentKind.RESULT] + b" ", b"{}"):
            altered = {**stored.documents, DocumentKind.RESULT: content}
            told = run_replay.differences(run_replay.StoredRun(altered, stored.order), solver=in_process)
            assert [line.split(":")[0] for line in told] == ["result"]

    def test_a_run_of_an_earlier_version_is_replayed_by_this_one(
        self, database: Database, country: Country, matched: Matched
    ) -> None:
        with database.unit(writing=False) as unit:
            stored = run_replay.stored(unit, actor=country.reviewer, name="latest")
        result = read_result(stored.documents[DocumentKind.RESULT])
        assert result.versions["matcher"] == VERSION
        earlier = write_result(replace(result, versions={"scipy": "1.0"}))
        documents = {**stored.documents, DocumentKind.RESULT: earlier}
        told = run_replay.differences(run_replay.StoredRun(documents, stored.order), solver=in_process)
        assert told == ()


class TestSnapshot:
    def test_a_bad_snapshot_is_refused_with_every_problem(self) -> None:
        with pytest.raises(RecordError) as failure:
            in_process(b"{}", Order(), lambda _progress: True)
        assert "months: is missing" in failure.value.problems


def _children() -> set[str]:
    """Processes of ours that solve."""
    found = set()
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                if entry.isdigit() and b"webapp.services.solver_child" in file.read():
                    with open(f"/proc/{entry}/status") as status:
                        parent = next(line.split()[1] for line in status if line.startswith("PPid"))
                    if parent == str(os.getpid()):
                        found.add(entry)
        except OSError:
            continue
    return found
