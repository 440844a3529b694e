"""What lists ask of a query: rows that hold some words, in an order that is the same every time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, true


def holds(text: str, *columns: Any) -> ColumnElement[bool]:
    """Every word of the text stands in one of the columns, whatever its case; true for no words."""
    words = (or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split())
    return and_(true(), *words)


def ordered(query: Select[Any], first: Any, *unique: Any, descending: bool = False) -> Select[Any]:
    """By one column, rows without a value last on either engine, then by what no two rows share."""
    column = first.desc() if descending else first.asc()
    return query.order_by(None).order_by(column.nulls_last(), *unique)
