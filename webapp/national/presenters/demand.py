"""Demand beside what there is, in pictures: by month and region, by topic, region and skill over the months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.services.round_checks import Check
from webapp.ui import formats
from webapp.ui.charts import BarChart, HeatCell, HeatRow, HeatTable, bar_chart
from webapp.ui.listing import Column, Listing

Words = Mapping[str, str]
SCARCEST = 15
GROUPINGS = (
    ("regions", "By region", "Region"),
    ("topics", "By topic", "Topic"),
    ("skills", "By skill", "Skill"),
)
LIMITS = ((150, 5), (100, 4), (80, 3), (50, 2), (0, 1))
"""Per cent of the days there are from which a cell has each shade."""


@dataclass(frozen=True, slots=True)
class Section:
    """One comparison: its gist beside the heading, bars or a heat table, or both."""

    title: str
    gist: str
    anchor: str
    bars: BarChart | None
    heat: HeatTable | None


def sections(check: Check, words: Words) -> tuple[Section, ...]:
    """The comparisons in the order of the page: months, then each grouping over the months."""
    if check.supply is None:
        return ()
    whole, months = check.supply.whole, check.supply.months
    by_month = [
        (formats.month(month), wanted, there)
        for month, wanted, there in zip(months, whole.wanted_by_month, whole.available_by_month, strict=True)
    ]
    first = Section("By month", _gist(by_month), "months", _bars("Days by month", by_month), None)
    return (first, *(_section(check, *grouping, words) for grouping in GROUPINGS))


def _section(check: Check, kind: str, title: str, corner: str, words: Words) -> Section:
    rows = [(_called(each.code, words), each.wanted, each.available) for each in getattr(check.supply, kind)]
    bars = _bars(f"Days {title.lower()}", rows) if kind == "regions" else None
    return Section(title, _gist(rows), kind, bars, _heat(check, kind, title, corner, words))


def _gist(rows: Iterable[tuple[str, int, int]]) -> str:
    """Where most of the days there are is asked for, and in how many places more than all of them."""
    known = [row for row in rows if row[1]]
    if not known:
        return "Nothing is asked for."
    label, wanted, there = max(known, key=lambda row: _ratio(*row[1:]))
    over = sum(_ratio(*row[1:]) > 1 for row in known)
    more = f" Over 100% in {over:,} of {len(known):,}." if over else ""
    if not there:
        return f"Nobody has days for {label}.{more}"
    return f"Highest: {label}, {percent(wanted, there)} of the days there are.{more}"


def group_listing(check: Check, words: Words) -> tuple[Listing, list[Any]]:
    """Every group by month, for a file."""
    months = check.supply.months if check.supply else ()
    columns = [
        Column("grouping", "Grouping", lambda row: row[0]),
        Column("name", "Group", lambda row: words.get(row[1].code, row[1].code)),
        Column("requests", "Requests", lambda row: row[1].requests),
        Column("wanted", "Days asked for", lambda row: row[1].wanted),
        Column("available", "Days there are", lambda row: row[1].available),
    ]
    for place, month in enumerate(months):
        columns += [_month_column("wanted", place, month), _month_column("available", place, month)]
    found = check.supply
    rows = [(title, each) for kind, title, _ in GROUPINGS for each in (getattr(found, kind) if found else ())]
    return Listing(caption="Demand and capacity", columns=tuple(columns)), rows


def _bars(title: str, rows: Sequence[tuple[str, int, int]]) -> BarChart:
    bars = []
    for label, wanted, there in rows:
        bars.append((f"{label}: asked for", wanted, f"{wanted:,}"))
        bars.append((f"{label}: there are", there, f"{there:,}"))
    return bar_chart(f"{title}: asked for, and those of partners who could help", bars)


def _heat(check: Check, kind: str, title: str, corner: str, words: Words) -> HeatTable:
    assert check.supply is not None
    groups = list(getattr(check.supply, kind))
    if kind == "skills":
        groups.sort(key=lambda each: (-_ratio(each.wanted, each.available), each.code))
        groups = groups[:SCARCEST]
        title = f"{title}: the {len(groups)} scarcest"
    rows = tuple(
        HeatRow(
            _called(each.code, words),
            tuple(
                _cell(wanted, there)
                for wanted, there in zip(each.wanted_by_month, each.available_by_month, strict=True)
            ),
            percent(each.wanted, each.available),
        )
        for each in groups
    )
    months = tuple(formats.month(month) for month in check.supply.months)
    return HeatTable(
        f"{title}: share of the days there are that is asked for", corner, months, rows, "All months"
    )


def _called(code: str, words: Words) -> str:
    return words.get(code, "No topic" if code == "none" else code)


def _cell(wanted: int, there: int) -> HeatCell:
    if not wanted:
        return HeatCell("0%", 0)
    ratio = _ratio(wanted, there) * 100
    return HeatCell(percent(wanted, there), next(shade for least, shade in LIMITS if ratio >= least))


def _ratio(wanted: int, there: int) -> float:
    if there:
        return wanted / there
    return 1e6 if wanted else 0.0


def percent(wanted: int, there: int) -> str:
    """What is asked for, as a share of the days there are."""
    if not there:
        return "Nobody" if wanted else "0%"
    return f"{wanted / there * 100:,.0f}%"


def _month_column(part: str, place: int, month: str) -> Column:
    title = "Asked for in" if part == "wanted" else "There are in"

    def days(row: Any) -> Any:
        return getattr(row[1], f"{part}_by_month")[place]

    return Column(f"{part}{place}", f"{title} {formats.month(month)}", days)
