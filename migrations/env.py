"""How migrations run: called with a database URL by ``webapp.store.schema``, on SQLite and on PostgreSQL."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from webapp.store import schema
from webapp.store.base import UtcDateTime
from webapp.store.unit_of_work import Database


def spell_out(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration names plain column types, so that it never depends on our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    """One transaction for each migration; SQLite alters tables by copying them."""
    context.configure(
        connection=connection,
        target_metadata=schema.metadata(),
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
        compare_type=True,
        render_item=spell_out,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Open the database without the web's time-outs; a copied SQLite table must not fire its foreign keys."""
    database = Database(context.config.attributes["database_url"], statement_limits=False)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                raw = connection.connection.dbapi_connection
                raw.execute("PRAGMA foreign_keys=OFF")
            run(connection)
    finally:
        database.dispose()


main()
