"""Bar charts and heat tables as plain numbers for the macros (components/charts.html).

Labels and numbers are text of the page; only the bar, or the shade behind a number, is drawn. So they can be
read aloud, wrap on a small screen, and keep their contrast. A bar chart has its table beside it; a heat table is
picture and table in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

SHADES = 5
"""Shades of a heat table beside white; each keeps 4.5:1 against its number (app.css)."""


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


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One number in words, and its shade from 0 (nothing) to ``SHADES`` (the most)."""

    shown: str
    shade: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat table; ``total`` is empty where rows have none."""

    label: str
    cells: tuple[HeatCell, ...]
    total: str = ""


@dataclass(frozen=True, slots=True)
class HeatTable:
    """Rows and columns that compare two groupings; darker means more."""

    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    total: str = ""


def heat_table(
    title: str,
    corner: str,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    values: Mapping[tuple[str, str], float],
    *,
    total: str = "",
    missing: str = "0",
    words: Mapping[tuple[str, str], str] | None = None,
) -> HeatTable:
    """``values`` by ``(row code, column code)``; rows and columns are ``(code, label)`` in the order shown.

    ``total`` names a last column of sums, which are shown as whole numbers; without it there is none. ``missing``
    stands where there is no value, ``words`` instead of a value where there are any.
    """
    most = max(values.values(), default=0.0)
    lines = []
    for code, label in rows:
        found = [values.get((code, column)) for column, _ in columns]
        said = [(words or {}).get((code, column)) for column, _ in columns]
        cells = tuple(
            HeatCell(text or (missing if value is None else _in_words(value)), _shade(value or 0, most))
            for value, text in zip(found, said, strict=True)
        )
        lines.append(HeatRow(label, cells, _in_words(sum(value or 0 for value in found)) if total else ""))
    return HeatTable(title, corner, tuple(label for _, label in columns), tuple(lines), total)


def _shade(value: float, most: float) -> int:
    if value <= 0 or most <= 0:
        return 0
    return max(1, min(SHADES, -int(-SHADES * value // most)))


def _in_words(value: float) -> str:
    return f"{value:,.0f}"


@dataclass(frozen=True, slots=True)
class GainBar:
    """One bar from the middle: to the right a gain, to the left a loss; ``start`` and ``length`` of 100."""

    label: str
    shown: str
    start: float
    length: float
    colour: str


@dataclass(frozen=True, slots=True)
class GainChart:
    """Gains and losses under one another, round a line in the middle."""

    title: str
    bars: tuple[GainBar, ...]


def gain_chart(title: str, rows: Iterable[tuple[str, int]], *, unit: str = "day") -> GainChart:
    """A chart of ``(label, gain)``; the side, the sign and the colour all say which way it goes."""
    known = list(rows)
    full = max((abs(gain) for _, gain in known), default=0) or 1
    bars = []
    for label, gain in known:
        length = round(abs(gain) / full * 50, 1)
        sign = "+" if gain > 0 else ""
        words = "No change" if gain == 0 else f"{sign}{gain:,} {unit}{'' if abs(gain) == 1 else 's'}"
        start = 50.0 if gain >= 0 else round(50 - length, 1)
        bars.append(GainBar(label, words, start, length, "#005eb8" if gain >= 0 else "#8a1538"))
    return GainChart(title, tuple(bars))


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar, from 0 to 100; ``tone`` numbers its colour in the macro."""

    start: float
    length: float
    tone: int


@dataclass(frozen=True, slots=True)
class StackedBar:
    """One bar of several parts, and all of them in words."""

    label: str
    segments: tuple[Segment, ...]
    shown: str


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Bars of the same parts under one another, with what each part means."""

    title: str
    parts: tuple[str, ...]
    bars: tuple[StackedBar, ...]


def stacked_chart(
    title: str, parts: Sequence[str], rows: Iterable[tuple[str, Sequence[int]]]
) -> StackedChart:
    """A chart of ``(label, one number for each part)``; the longest bar fills the width."""
    known = list(rows)
    full = max((sum(values) for _, values in known), default=0) or 1
    return StackedChart(title, tuple(parts), tuple(_stacked(label, values, full) for label, values in known))


def _stacked(label: str, values: Sequence[int], full: int) -> StackedBar:
    segments, start = [], 0.0
    for tone, value in enumerate(values):
        length = round(value / full * 100, 2)
        if length:
            segments.append(Segment(round(start, 2), length, tone))
        start += length
    return StackedBar(label, tuple(segments), f"{sum(values):,}")


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One point of a run chart: where it is drawn, and whether it is from before the work."""

    x: float
    y: float
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class RunChart:
    """Values over time with their median: drawn in a box of ``WIDTH`` by ``HEIGHT``."""

    title: str
    points: tuple[RunPoint, ...]
    line: str
    median_y: float
    median: float
    median_of: str
    highest: str
    lowest: str
    first: str
    last: str


WIDTH, HEIGHT, MARGIN = 600.0, 220.0, 12.0
FEWEST_FOR_BASELINE = 3


def run_chart(title: str, values: Iterable[tuple[date, float, bool]]) -> RunChart | None:
    """A run chart of ``(day, value, is baseline)`` in the order of days; None for fewer than two values.

    The median is that of the baseline where it has three values or more, else of all of them.
    """
    known = list(values)
    if len(known) < 2:  # one value makes no line
        return None
    before = [value for _, value, is_baseline in known if is_baseline]
    has_baseline = len(before) >= FEWEST_FOR_BASELINE
    middle = median(before if has_baseline else [value for _, value, _ in known])
    low, high = min(value for _, value, _ in known), max(value for _, value, _ in known)
    start, span = known[0][0], max((known[-1][0] - known[0][0]).days, 1)

    def height_of(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN), 1)

    points = tuple(
        RunPoint(
            round(MARGIN + (day - start).days / span * (WIDTH - 2 * MARGIN), 1), height_of(value), is_baseline
        )
        for day, value, is_baseline in known
    )
    return RunChart(
        title=title,
        points=points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        median_y=height_of(min(max(middle, low), high)),
        median=middle,
        median_of="before the work" if has_baseline else "of all values",
        highest=f"{high:,.12g}",
        lowest=f"{low:,.12g}",
        first=f"{known[0][0].day} {known[0][0]:%B %Y}",
        last=f"{known[-1][0].day} {known[-1][0]:%B %Y}",
    )
