"""The load of a partner by month, as stacked bars and as a table."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.services.partner_loads import Held, MonthLoad, PartnerLoad
from webapp.ui import formats
from webapp.ui.charts import StackedChart, stacked_chart
from webapp.ui.listing import Column, Listing

PARTS = ("This match", "Other matches of this run", "Promised elsewhere", "Free")


LOAD = Listing(
    caption="Load by month",
    columns=(
        Column("month", "Month", lambda each: formats.month(each.month)),
        Column("declared", "Declared"),
        Column("here", "This match"),
        Column("others", "Other matches"),
        Column("elsewhere", "Elsewhere"),
        Column("left", "Free"),
    ),
)
"""The table of the months; a file holds the numbers themselves."""


@dataclass(frozen=True, slots=True)
class LoadShown:
    """Picture, table and other matches."""

    months: tuple[MonthLoad, ...]
    chart: StackedChart
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    others: tuple[str, ...]
    warning: str


def load_shown(load: PartnerLoad, name: str) -> LoadShown:
    """A partner's months under a run, with the other matches in words."""
    months = load.months
    parts = [
        (formats.month(each.month), (each.here, each.others, each.elsewhere, max(0, each.left)))
        for each in months
    ]
    over = [formats.month(each.month) for each in months if each.left < 0]
    warning = f"More days are given than are declared now: {', '.join(over)}." if over else ""
    return LoadShown(
        months=months,
        chart=stacked_chart(f"Days of {name} by month", PARTS, parts),
        heads=tuple(column.title for column in LOAD.columns),
        rows=tuple(
            (
                formats.month(each.month),
                *(
                    formats.count(n)
                    for n in (each.declared, each.here, each.others, each.elsewhere, each.left)
                ),
            )
            for each in months
        ),
        others=tuple(_held(each) for each in load.others),
        warning=warning,
    )


def _held(held: Held) -> str:
    """Another match of the partner in one line."""
    request = held.request
    return f"{request.title}, {request.beneficiary.name}: {formats.days(held.days)}"
