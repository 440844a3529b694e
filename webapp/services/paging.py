"""One page of a list: at most 100 rows, with the number of all; or the whole list, for a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")

MOST_ROWS = 100
MOST_IN_FILE = 20_000
ASKED_FOR_FILE = MOST_IN_FILE + 1
"""Rows read for a file: by the one too many it knows that it is not the whole list, and says so."""


@dataclass(frozen=True, slots=True)
class Paging:
    """What a reader asked for: the page's number from 1, and rows on a page, of which there are at most ``most``."""

    number: int = 1
    size: int = 25
    most: int = MOST_ROWS

    @property
    def rows(self) -> int:
        """How many rows the page has at most."""
        return min(max(self.size, 1), self.most)


WHOLE = Paging(size=ASKED_FOR_FILE, most=ASKED_FOR_FILE)
"""The whole list at once, for a file: as many queries as one page needs, however long it is."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; ``total`` counts all that match."""

    rows: tuple[Row, ...]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))


def page_of(session: Session, query: Select[Any], paging: Paging) -> Page[Any]:
    """The page of a query ordered by something unique; a number out of range gives the nearest page."""
    size = paging.rows
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(max(paging.number, 1), max(1, -(-total // size)))
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(tuple(rows), total, number, size)
