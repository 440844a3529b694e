"""A repair that was rehearsed: the documents are those of one that was not, and nothing is rehearsed twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.published import decline, publish
from webapp.services import rehearsals, repairs, run_execution, run_replay
from webapp.services.rehearsals import Reading
from webapp.services.warm_solving import WarmChild
from webapp.store.decisions import DecisionKind
from webapp.store.runs import RunState
from webapp.store.unit_of_work import Database, UnitOfWork


@pytest.fixture(scope="module")
def child() -> Iterator[WarmChild]:
    """One process for all tests here."""
    child = WarmChild()
    yield child
    child.close()


class _Refusing:
    """A child that has rehearsed everything, and is not asked to do it again."""

    def has_rehearsed(self, name: str) -> bool:
        return True

    def rehearse(self, name: str, snapshot: bytes) -> bytes:
        raise AssertionError(f"{name} was rehearsed twice")


def test_before_a_round_is_published_there_is_nothing_to_rehearse(
    database: Database, matched: Matched, child: WarmChild
) -> None:
    rehearsals.rehearse(database, child, Reading())
    assert not child.has_rehearsed(str(matched.run_id))


def test_a_rehearsed_repair_gives_the_bytes_of_one_that_was_not(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched, child: WarmChild
) -> None:
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    publish(unit, country, matched.run_id)
    unit.commit()
    unit.close()
    reading = Reading()
    rehearsals.rehearse(database, child, reading)
    assert child.has_rehearsed(str(matched.run_id))
    rehearsals.rehearse(database, _Refusing(), reading)

    with database.unit(writing=True) as again:
        decline(again, "R-1")
        row = repairs.queue(again, actor=JOB, round_id=matched.round_id)
        assert row is not None
        run_id = row.id
    assert run_execution.execute(database, run_id, solver=child.solve, read=reading) is RunState.FINISHED
    with database.unit(writing=False) as after:
        stored = run_replay.stored(after, actor=country.reviewer, name=str(run_id))
    assert run_replay.differences(stored) == ()
    rehearsals.rehearse(database, child, reading)
    assert child.has_rehearsed(str(run_id)), "the repaired round is another one"
