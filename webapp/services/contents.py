"""What a row holds, as plain values: the content whose digest the audit keeps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect

from webapp.store.base import Base

_LEFT_OUT = frozenset({"created_at", "updated_at"})


def content_of(row: Base) -> dict[str, Any]:
    """Each loaded column of the row, without its time stamps."""
    state = inspect(row)
    columns = [each.key for each in state.mapper.column_attrs if each.key not in _LEFT_OUT]
    return {key: state.dict.get(key) for key in columns}
