"""The page of the month grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import url_for

from webapp.partners.presenters.days import Days, days_shown
from webapp.services.capacity import MonthOfDays
from webapp.services.partners import Partner
from webapp.ui import formats

WRONG_DAYS = {
    "every": "Days in a usual month must be a whole number from 0 to 1,000",
    "away_days": "Days in a month with leave must be a whole number from 0 to 1,000",
}


@dataclass(frozen=True, slots=True)
class FillBox:
    """What fills the grid: days in a usual month, months with leave."""

    action: str
    every: str
    months: tuple[Mapping[str, Any], ...]
    away_days: str
    has_leave: bool
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """Guidance, what is promised, and the days as they stand."""

    promised: str
    limits: str
    profile: str
    action: str
    days: Days
    fill: FillBox
    team_file: str


class Fill(Protocol):
    """What was asked to be filled in."""

    @property
    def away(self) -> frozenset[str]:
        """Months with leave."""

    @property
    def typed(self) -> Mapping[str, str]:
        """Both numbers as they were typed."""

    @property
    def wrong(self) -> tuple[str, ...]:
        """Which of them are no number of days."""


def fill_box(cells: Iterable[MonthOfDays], fill: Fill, action: str) -> FillBox:
    """The small form that fills the grid."""
    months = tuple(
        {"value": cell.month, "text": formats.month(cell.month), "checked": cell.month in fill.away}
        for cell in cells
    )
    return FillBox(
        action=action,
        every=fill.typed.get("every", ""),
        months=months,
        away_days=fill.typed.get("away_days", "") or "0",
        has_leave=bool(fill.away) or "away_days" in fill.wrong,
        wrong={name: WRONG_DAYS[name] for name in fill.wrong},
    )


def capacity_page(row: Partner, cells: Iterable[MonthOfDays], fill: Fill) -> CapacityPage:
    """The page of this partner's days."""
    cells = tuple(cells)
    days = days_shown(cells)
    promised = "None of these days is promised yet, so you may change every month."
    if days.total.promised:
        promised = (
            f"{formats.days(days.total.promised)} of these months are promised to organisations, in offers that wait "
            "for an answer too. You may offer more at any time; you cannot offer fewer than are promised in a month."
        )
    at_once = ""
    if row.max_concurrent is not None:
        at_once = f", and at most {formats.plural(row.max_concurrent, 'engagement')} at once"
    return CapacityPage(
        promised=promised,
        limits=f"Your smallest engagement is {formats.days(row.smallest_block_days)}{at_once}.",
        profile=url_for("partners.profile"),
        action=url_for("partners.capacity"),
        days=days,
        fill=fill_box(cells, fill, url_for("partners.capacity")),
        team_file=url_for("partners.team_file") if row.kind.value == "support_organisation" else "",
    )


def standing(cells: Iterable[MonthOfDays], carried: str) -> dict[str, str]:
    """What now stands in each month, with the versions that the form carries on."""
    words = {formats.month(cell.month): formats.days(cell.days) for cell in cells}
    return {**words, "version": carried}
