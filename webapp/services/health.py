"""Whether the service can work: database, schema, queue."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.store import schema
from webapp.store.unit_of_work import Database


def readiness(database: Database) -> dict[str, bool]:
    """Each check by name; ``queue`` follows the database until a queue of its own is set."""
    try:
        with database.unit(writing=False) as unit:
            reachable = unit.session.scalar(text("SELECT 1")) == 1
        migrated = schema.current_revision(database) == schema.newest_revision()
    except SQLAlchemyError:
        return {"database": False, "migrations": False, "queue": False}
    return {"database": reachable, "migrations": migrated, "queue": reachable}
