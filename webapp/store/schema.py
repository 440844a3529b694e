"""The schema's versions: what the database is at, what it should be at, and moving between the two."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

import webapp.store
from webapp.store.base import Base
from webapp.store.unit_of_work import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def metadata() -> MetaData:
    """Every mapped table, whichever modules have been imported so far."""
    for module in pkgutil.iter_modules(webapp.store.__path__):
        importlib.import_module(f"webapp.store.{module.name}")
    return Base.metadata


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to ``revision``."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at ``url`` back to ``revision`` (``base`` for empty), for older code; no command does."""
    command.downgrade(_config(url), revision)


def newest_revision() -> str | None:
    """The one head of ``migrations/``."""
    return ScriptDirectory.from_config(_config("")).get_current_head()


def current_revision(database: Database) -> str | None:
    """What the database is at, ``None`` for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = url
    return config
