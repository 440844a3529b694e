"""Days offered and promised by month: a table with a bar in each line, all lengths worked out here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.services.capacity import MonthOfDays
from webapp.ui import formats

ROOM = 400
"""The length of the longest bar, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One line: days of a month (or of all), and how long its bars are."""

    month: str
    offered: int
    promised: int
    offered_length: float = 0.0
    promised_length: float = 0.0

    @property
    def free(self) -> int:
        """Days that are offered and not promised yet."""
        return self.offered - self.promised


@dataclass(frozen=True, slots=True)
class Days:
    """The lines and their sum."""

    lines: tuple[MonthLine, ...]
    total: MonthLine
    room: int = ROOM


def days_shown(cells: Iterable[MonthOfDays]) -> Days:
    """The days of these months."""
    known = tuple(cells)
    most = max((cell.days for cell in known), default=0) or 1
    lines = tuple(
        MonthLine(
            formats.month(cell.month),
            cell.days,
            cell.committed_days,
            round(cell.days / most * ROOM, 1),
            round(cell.committed_days / most * ROOM, 1),
        )
        for cell in known
    )
    return Days(lines, MonthLine("In all", sum(c.days for c in known), sum(c.committed_days for c in known)))
