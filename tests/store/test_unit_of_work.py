"""One transaction, on both engines: what is kept, what is refused, who waits for whom."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from webapp.authority.actor import SystemActor
from webapp.services import audit
from webapp.store.accounts import User, normal_email
from webapp.store.audit import AuditEntry
from webapp.store.unit_of_work import Database, ReadingUnitError

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
JOB = SystemActor("test")


def someone(**values):
    return User(**{"email": "a@example.org", "name": "A", **values})


class TestUnits:
    def test_a_writing_unit_commits_at_the_end(self, database, clock):
        with database.unit(writing=True) as unit:
            unit.session.add(someone())
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(User)).one()
            assert (row.created_at, row.updated_at, row.version) == (clock(), clock(), 1)

    def test_an_exception_rolls_all_of_it_back(self, database):
        with pytest.raises(ZeroDivisionError):
            self._fail_half_way(database)
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(User)).all() == []
            assert unit.session.scalars(select(AuditEntry)).all() == []

    def _fail_half_way(self, database):
        with database.unit(writing=True) as unit:
            unit.session.add(someone())
            audit.record(unit, JOB, "x.y", audit.Subject("x", "1"))
            unit.after_commit.append(pytest.fail)
            unit.flush()
            raise ZeroDivisionError

    def test_a_reading_unit_refuses_to_write(self, database):
        for write in (
            lambda session: (session.add(someone()), session.flush()),
            lambda session: session.execute(update(User).values(name="B")),
        ):
            with database.unit(writing=False) as unit, pytest.raises(ReadingUnitError):
                write(unit.session)

    def test_what_waits_for_the_commit_runs_after_it(self, database):
        seen = []

        def look():
            with database.unit(writing=False) as other:
                seen.append(len(other.session.scalars(select(User)).all()))

        with database.unit(writing=True) as unit:
            unit.session.add(someone())
            unit.after_commit.append(look)
        assert seen == [1]

    def test_a_change_raises_the_version_and_a_stale_row_is_refused(self, database, clock):
        with database.unit(writing=True) as unit:
            unit.session.add(someone())
        old = database.unit(writing=False)
        row = old.session.scalars(select(User)).one()
        old.close()
        with database.unit(writing=True) as unit:
            clock.forward(hours=1)
            unit.session.scalars(select(User)).one().name = "B"
        row.name = "C"
        with pytest.raises(StaleDataError), database.unit(writing=True) as unit:
            unit.session.add(row)

    def test_a_naive_time_is_refused(self, database):
        with pytest.raises(StatementError), database.unit(writing=True) as unit:
            unit.session.add(someone(password_changed_at=datetime(2026, 1, 1)))  # noqa: DTZ001

    def test_constraints_have_the_last_word(self, database):
        for wrong in ({"email": "UPPER@EXAMPLE.ORG"}, {"name": None}):
            with pytest.raises(IntegrityError), database.unit(writing=True) as unit:
                unit.session.add(someone(**wrong))

    def test_writers_wait_for_each_other(self, database):
        """Read, then write, eight at once: a deferred transaction on SQLite would fail at once."""
        with database.unit(writing=True) as unit:
            unit.session.add(someone(name="0"))
        failed, barrier = [], threading.Barrier(8)

        def count():
            barrier.wait()
            try:
                for _ in range(5):
                    with database.unit(writing=True) as unit:
                        row = unit.session.scalars(select(User).with_for_update()).one()
                        row.name = str(int(row.name) + 1)
            except Exception as error:  # noqa: BLE001  # the test shows whatever it was
                failed.append(error)

        threads = [threading.Thread(target=count) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(User.name)).one() == "40"


class TestEngines:
    @ONE_ENGINE
    def test_sqlite_is_set_for_safety(self, database):
        with database.unit(writing=False) as unit:
            values = [
                unit.session.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert values == ["wal", 2, 1, 5000]

    @pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
    def test_postgresql_has_its_time_outs(self, database):
        with database.unit(writing=False) as unit:
            values = [
                unit.session.scalar(text(f"SHOW {name}"))
                for name in (
                    "statement_timeout",
                    "lock_timeout",
                    "idle_in_transaction_session_timeout",
                    "timezone",
                )
            ]
            assert values == ["5s", "2s", "10s", "UTC"]
            assert unit.session.scalar(text("SHOW transaction_read_only")) == "on"

    @pytest.mark.parametrize("url", ["mysql://localhost/x", "oracle://x"])
    def test_other_engines_are_refused(self, url):
        with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
            Database(url)


class TestAddresses:
    @pytest.mark.parametrize("typed", ["Ann@Example.org", "  ann@example.org ", "\uff41nn@example.org"])
    def test_one_form(self, typed):
        assert normal_email(typed) == "ann@example.org"
