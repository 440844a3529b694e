"""Which named constraint a database refused a statement for."""

from __future__ import annotations

import re

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from webapp.store.base import Base


def breached(error: IntegrityError) -> str | None:
    """The name of the constraint that was breached, on either engine; None where it cannot be told."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name: str | None = diagnosis.constraint_name
        return name
    said = str(error.orig)
    check = re.search(r"CHECK constraint failed: (\w+)", said)
    if check:
        return check.group(1)
    columns = re.search(r"UNIQUE constraint failed: (.+)", said)
    return _unique_over(columns.group(1)) if columns else None


def _unique_over(columns: str) -> str | None:
    """SQLite names the columns of a broken uniqueness (``table.one, table.two``), not its name."""
    wanted = [part.strip() for part in columns.split(",")]
    table = Base.metadata.tables.get(wanted[0].split(".")[0])
    if table is None:
        return None
    uniques = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    rules: list[UniqueConstraint | Index] = [*uniques, *(each for each in table.indexes if each.unique)]
    for rule in rules:
        if [f"{table.name}.{column.name}" for column in rule.columns] == wanted:
            return str(rule.name)
    return None
