"""Rows of the tables, written set by set with the same numbers for the same seed."""

from __future__ import annotations

import random
import uuid
from typing import Any

from sqlalchemy import insert, select

from webapp.store.unit_of_work import UnitOfWork

Rows = list[dict[str, Any]]


class RowWriter:
    """Writes rows in sets and remembers identifiers that pages are asked for."""

    def __init__(self, unit: UnitOfWork, chance: random.Random) -> None:
        self.unit, self.session, self.chance = unit, unit.session, chance
        self.ids: dict[str, list[uuid.UUID]] = {}
        self.stamped = {"created_at": unit.now, "updated_at": unit.now}

    def new_id(self) -> uuid.UUID:
        """The next identifier of the seed."""
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def write(self, table: Any, rows: Rows) -> None:
        for start in range(0, len(rows), 5000):
            self.session.execute(insert(table), rows[start : start + 5000])

    def note(self, **ids: list[uuid.UUID]) -> None:
        """Keep identifiers to ask pages for."""
        self.ids.update(ids)

    def ids_of(self, column: Any, condition: Any, most: int = 3) -> list[uuid.UUID]:
        return list(self.session.scalars(select(column).where(condition).order_by(column).limit(most)))
