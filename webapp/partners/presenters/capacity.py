"""The page of the month grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.partners.presenters.days import Days, days_shown
from webapp.services.capacity import MonthOfDays
from webapp.services.partners import Partner
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class CapacityPage:
    """Guidance, what is promised, and the days as they stand."""

    promised: str
    limits: str
    profile: str
    action: str
    days: Days
    every: str


def capacity_page(row: Partner, cells: Iterable[MonthOfDays], every: int | None) -> CapacityPage:
    """The page of this partner's days."""
    days = days_shown(cells)
    promised = "None of these days is promised yet, so you may change every month."
    if days.total.promised:
        promised = (
            f"{formats.days(days.total.promised)} of these months are promised to organisations. You may offer "
            "more at any time; you cannot offer fewer than are promised in a month."
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
        every="" if every is None else str(every),
    )


def standing(cells: Iterable[MonthOfDays], carried: str) -> dict[str, str]:
    """What now stands in each month, with the versions that the form carries on."""
    words = {formats.month(cell.month): formats.days(cell.days) for cell in cells}
    return {**words, "version": carried}
