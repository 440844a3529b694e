"""Whether the service can work: database, schema, queue."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp.services.work_queue import WorkQueue
from webapp.store import schema
from webapp.store.unit_of_work import Database


def readiness(database: Database, queue: WorkQueue) -> dict[str, bool]:
    """Each check by name. Nothing is raised: what cannot be asked is not ready."""
    reachable = migrated = False
    try:
        with database.unit(writing=False) as unit:
            reachable = unit.session.scalar(text("SELECT 1")) == 1
        migrated = schema.current_revision(database) == schema.newest_revision()
    except SQLAlchemyError:
        pass  # what was not reached stays false
    return {"database": reachable, "migrations": migrated, "queue": queue.answers()}
