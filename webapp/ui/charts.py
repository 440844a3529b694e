"""Bar charts as plain numbers for the macro (components/charts.html); each has its table beside it.

Labels and numbers are text of the page; only the bar itself is drawn. So they can be read aloud, wrap on a
small screen, and keep their contrast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, its number in words, and its length from 0 to 100."""

    label: str
    shown: str
    length: float


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under one another, with a sentence that says what they show."""

    title: str
    bars: tuple[Bar, ...]


def bar_chart(title: str, rows: Iterable[tuple[str, float, str]], *, most: float | None = None) -> BarChart:
    """A chart of ``(label, value, value in words)``; the longest bar is ``most``, else the greatest value."""
    known = list(rows)
    full = most or max((value for _, value, _ in known), default=0.0) or 1.0
    bars = (
        Bar(label, shown, round(min(max(value, 0.0) / full, 1.0) * 100, 1)) for label, value, shown in known
    )
    return BarChart(title, tuple(bars))
