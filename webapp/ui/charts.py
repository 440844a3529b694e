"""Bar charts as plain numbers for the SVG macro (components/charts.html); each has its table beside it.

All places are worked out here, in units of the drawing, so that the template only puts them down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BAR_HEIGHT = 22
ROW_HEIGHT = 54
WIDTH = 640
VALUE_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, its number in words, where and how long it is."""

    label: str
    shown: str
    top: int
    length: float

    @property
    def text_top(self) -> int:
        """The line of the label."""
        return self.top - 8

    @property
    def value_top(self) -> int:
        """The line of the number, level with the middle of the bar."""
        return self.top + 17

    @property
    def value_left(self) -> float:
        """Where the number stands: behind the bar."""
        return self.length + 8


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under one another, with a sentence that says what they show."""

    title: str
    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    bar_height: int = BAR_HEIGHT


def bar_chart(title: str, rows: Iterable[tuple[str, float, str]], *, most: float | None = None) -> BarChart:
    """A chart of ``(label, value, value in words)``; the longest bar is ``most``, else the greatest value."""
    known = list(rows)
    full = most or max((value for _, value, _ in known), default=0.0) or 1.0
    room = WIDTH - VALUE_WIDTH
    bars = tuple(
        Bar(label, shown, 26 + place * ROW_HEIGHT, round(max(value, 0.0) / full * room, 1))
        for place, (label, value, shown) in enumerate(known)
    )
    return BarChart(title, bars, ROW_HEIGHT * len(bars) + 8)
