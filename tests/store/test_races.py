"""Two transactions at once: what must survive a race is a constraint or a conditional update, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.factories.organisations import add_network
from tests.factories.partners import MONTHS, active_partner
from tests.factories.rounds import open_round
from tests.factories.taxonomy import add_taxonomy
from webapp.store.capacity import CapacityMonth, commit_days, set_days
from webapp.store.rounds import points_spent, spend_points
from webapp.store.unit_of_work import Database, UnitOfWork

THREADS = 8


@pytest.fixture
def partner_id(unit: UnitOfWork) -> UUID:
    """A partner with three days in each month; kept."""
    organisations = add_network(unit.session)
    add_taxonomy(unit.session)
    found = active_partner(unit, organisations["T1"], "P-1", days=3).id
    unit.commit()
    unit.close()
    return found


def at_once(act: Callable[[int], bool]) -> int:
    """How many of eight threads, let go together, were told yes."""
    barrier, said = threading.Barrier(THREADS), []

    def go(number: int) -> None:
        barrier.wait()
        said.append(act(number))

    threads = [threading.Thread(target=go, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(said)


class TestCapacity:
    def test_a_day_is_promised_once(self, database: Database, partner_id: UUID) -> None:
        def promise(_number: int) -> bool:
            with database.unit(writing=True) as unit:
                return commit_days(unit.session, partner_id, {MONTHS[0]: 2}) is None

        assert at_once(promise) == 1
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(CapacityMonth).where(CapacityMonth.month == MONTHS[0])).one()
            assert (row.days, row.committed_days) == (3, 2)

    def test_reading_first_and_writing_then_would_not_do(
        self, database: Database, partner_id: UUID, engine_name: str
    ) -> None:
        """The test can fail: the naive way promises days twice (on PostgreSQL; SQLite has one writer)."""
        barrier = threading.Barrier(THREADS)

        def naive(_number: int) -> bool:
            with database.unit(writing=True) as unit:
                row = unit.session.scalars(
                    select(CapacityMonth).where(CapacityMonth.month == MONTHS[0])
                ).one()
                if engine_name == "postgresql":
                    barrier.wait()
                if row.committed_days + 2 > row.days:
                    return False
                unit.session.execute(
                    update(CapacityMonth).where(CapacityMonth.id == row.id).values(committed_days=2)
                )
                return True

        wanted = THREADS if engine_name == "postgresql" else 1
        assert at_once(naive) == wanted

    def test_a_cut_never_goes_below_what_is_promised(self, database: Database, partner_id: UUID) -> None:
        def act(number: int) -> bool:
            with database.unit(writing=True) as unit:
                if number % 2:
                    return commit_days(unit.session, partner_id, {MONTHS[1]: 2}) is None
                row = unit.session.scalars(
                    select(CapacityMonth).where(CapacityMonth.month == MONTHS[1])
                ).one()
                return set_days(unit.session, row, 1)

        done = at_once(act)
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(CapacityMonth).where(CapacityMonth.month == MONTHS[1])).one()
        # Either one promise came first and every cut was refused, or a cut did and every promise was.
        assert (row.days, row.committed_days) in ((3, 2), (1, 0))
        assert done == 1 if row.committed_days else done >= 1


class TestSeverityPoints:
    def test_six_for_an_organisation_whoever_comes_first(self, database: Database, unit: UnitOfWork) -> None:
        organisations = add_network(unit.session)
        add_taxonomy(unit.session)
        round_id, body = open_round(unit).id, organisations["T1"].id
        spend_points(unit.session, round_id, body, 0)
        unit.commit()
        unit.close()

        def spend(_number: int) -> bool:
            with database.unit(writing=True) as own:
                return spend_points(own.session, round_id, body, 2)

        assert at_once(spend) == 3
        with database.unit(writing=False) as reading:
            assert points_spent(reading.session, round_id, body) == 6
