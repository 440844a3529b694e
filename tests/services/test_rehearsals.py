"""A repair that was rehearsed: the documents are those of one that was not, and nothing is rehearsed twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.engines import Clock
from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.published import decline, publish
from webapp.services import audit, publications, repairs, run_execution, run_replay, runs
from webapp.services.rehearsals import STALE_AFTER, Rehearsals
from webapp.services.warm_solving import WarmChild
from webapp.store.decisions import DecisionKind
from webapp.store.partners import Partner
from webapp.store.runs import RunState
from webapp.store.unit_of_work import Database, UnitOfWork


class _Watched(WarmChild):
    """The real child, which keeps what it was given to rehearse."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[bytes] = []

    def rehearse(self, name: str, snapshot: bytes) -> bytes:
        self.given.append(snapshot)
        return super().rehearse(name, snapshot)


@pytest.fixture(scope="module")
def process() -> Iterator[_Watched]:
    """One process for all tests here."""
    child = _Watched()
    yield child
    child.close()


@pytest.fixture
def child(process: _Watched) -> _Watched:
    """The process, of which nothing was asked yet."""
    process.given.clear()
    return process


def test_before_a_round_is_published_there_is_nothing_to_rehearse(
    database: Database, matched: Matched, child: _Watched
) -> None:
    Rehearsals(database, child).get_ready()
    assert child.given == []


def test_a_rehearsed_repair_gives_the_bytes_of_one_that_was_not(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched, child: _Watched
) -> None:
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    publish(unit, country, matched.run_id)
    unit.commit()
    unit.close()
    rehearsals = Rehearsals(database, child)
    rehearsals.get_ready()
    rehearsals.get_ready()
    assert len(child.given) == 1

    with database.unit(writing=True) as again:
        decline(again, "R-1")
        row = repairs.queue(again, actor=JOB, round_id=matched.round_id)
        assert row is not None
        run_id = row.id
    assert (
        run_execution.execute(database, run_id, solver=child.solve, read=rehearsals.reading)
        is RunState.FINISHED
    )
    with database.unit(writing=False) as after:
        stored = run_replay.stored(after, actor=country.reviewer, name=str(run_id))
    assert run_replay.differences(stored) == ()
    rehearsals.get_ready()
    assert len(child.given) == 2, "the repaired round is another one"


def test_what_is_proposed_is_rehearsed_as_it_will_be_published(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched, child: _Watched
) -> None:
    """Whoever declines in the minute of the publication waits for no rehearsal."""
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    row = publications.propose(unit, actor=country.admin, run_id=matched.run_id)
    unit.commit()
    unit.close()
    rehearsals = Rehearsals(database, child)
    rehearsals.get_ready()

    with database.unit(writing=True) as confirming:
        publications.confirm(
            confirming, actor=country.second_admin, publication_id=row.id, expected_version=row.version
        )
    rehearsals.get_ready()
    with database.unit(writing=False) as after:
        found = runs.with_round(after, matched.run_id)
        content = runs.snapshot_of(after, found.round, found.policy)
    assert child.given == [content]


def test_a_rehearsal_is_made_again_when_the_day_or_the_rows_have_moved_on(
    database: Database,
    unit: UnitOfWork,
    country: Country,
    matched: Matched,
    child: _Watched,
    clock: Clock,
) -> None:
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    publish(unit, country, matched.run_id)
    unit.commit()
    unit.close()
    rehearsals = Rehearsals(database, child)

    def times() -> int:
        rehearsals.get_ready()
        return len(child.given)

    assert times() == 1

    with database.unit(writing=True) as other:  # written, but nothing that a repair reads
        audit.record(other, JOB, "run.claim", audit.Subject("run", matched.run_id), after={"attempt": 1})
    clock.forward(minutes=6)
    assert times() == 1

    with database.unit(writing=True) as other:
        partner = other.session.scalars(select(Partner).where(Partner.reference == "P-3")).one()
        partner.max_concurrent = 2
        audit.record(other, JOB, "partner.edit", audit.Subject("partner", partner.id), after={})
    assert times() == 1, "it was looked at a moment ago"
    clock.forward(seconds=STALE_AFTER.total_seconds())
    assert times() == 2

    clock.forward(days=1)
    assert times() == 3, "what is free, stale or held back goes by the day"
    assert times() == 3
