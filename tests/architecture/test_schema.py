"""Migrations and mapped classes say the same, on both engines, up and down."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint, inspect
from sqlalchemy.schema import CheckConstraint

from webapp.store import schema
from webapp.store.unit_of_work import Database


@pytest.fixture
def bare(empty_database_url):
    database = Database(empty_database_url, statement_limits=False)
    yield database
    database.dispose()


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _shape(engine: Engine):
    """Tables with their columns, keys, indexes and checks, in a form that can be compared."""
    eyes = inspect(engine)
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in eyes.get_columns(table)],
            "foreign": sorted(str(sorted(k.items(), key=str)) for k in eyes.get_foreign_keys(table)),
            "indexes": sorted((i["name"], *map(str, i["column_names"])) for i in eyes.get_indexes(table)),
            "unique": sorted(str(u["name"]) for u in eyes.get_unique_constraints(table)),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in eyes.get_check_constraints(table)),
        }
        for table in sorted(eyes.get_table_names())
    }


class TestMigrations:
    def test_there_is_one_newest_version(self):
        assert schema.newest_revision()

    def test_up_down_and_up_again_leaves_the_same_schema(self, bare):
        schema.upgrade(_url(bare))
        first = _shape(bare.engine)
        schema.downgrade(_url(bare), "base")
        assert set(inspect(bare.engine).get_table_names()) <= {"alembic_version"}
        schema.upgrade(_url(bare))
        assert _shape(bare.engine) == first

    def test_the_migrated_schema_equals_the_mapped_one(self, database):
        metadata = schema.metadata()
        with database.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "target_metadata": metadata}
            )
            assert compare_metadata(context, metadata) == []

    def test_the_migrated_checks_are_the_mapped_ones(self, database):
        eyes = inspect(database.engine)
        there = {
            (table, check["name"])
            for table in eyes.get_table_names()
            for check in eyes.get_check_constraints(table)
        }
        mapped = {
            (table.name, str(database.engine.dialect.identifier_preparer.format_constraint(constraint)))
            for table in schema.metadata().tables.values()
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        assert there
        assert there == {(table, name.strip('"')) for table, name in mapped}


class TestMappedTables:
    def test_every_foreign_key_has_an_index(self):
        bare = []
        for table in schema.metadata().tables.values():
            ordered = [[c.name for c in index.columns] for index in table.indexes]
            ordered += [[c.name for c in unique.columns] for unique in _unique(table)]
            ordered.append([c.name for c in table.primary_key.columns])
            for key in table.foreign_key_constraints:
                names = set(key.column_keys)
                if not any(set(columns[: len(names)]) == names for columns in ordered):
                    bare.append(f"{table.name}: {sorted(names)}")
        assert bare == []

    def test_every_constraint_has_a_name_that_postgresql_keeps_whole(self):
        for table in schema.metadata().tables.values():
            for constraint in [*table.constraints, *table.indexes]:
                assert constraint.name, f"{table.name}: {constraint}"
                assert re.fullmatch(r"[a-z0-9_]{1,63}", str(constraint.name)), constraint.name


def _unique(table):
    return [constraint for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
