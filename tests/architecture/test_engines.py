"""The harness itself: both engines are there, migrated, and every test has its own."""

import pytest
from sqlalchemy import inspect, text

from webapp.store import schema
from webapp.store.unit_of_work import Database


class TestEngines:
    @pytest.mark.parametrize("time", [1, 2])
    def test_a_test_gets_a_migrated_database_that_nobody_has_written_to(self, database, time):
        assert schema.current_revision(database) == schema.newest_revision()
        with database.engine.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM form_tokens")) == 0
            connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))

    def test_an_empty_database_has_no_table(self, empty_database_url, engine_name):
        database = Database(empty_database_url)
        assert inspect(database.engine).get_table_names() == []
        assert database.is_sqlite == (engine_name == "sqlite")
        database.dispose()
