"""Priorities and regions with their dates, and the weights of priorities over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.priorities import Organisation, Period, Priority
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One priority."""

    label: str
    in_use: str
    periods: tuple[str, ...]
    change: str


@dataclass(frozen=True, slots=True)
class PriorityList:
    """The page of priorities and regions."""

    priorities: tuple[PriorityLine, ...]
    regions: tuple[tuple[str, str], ...]
    new: str
    csv: str


@dataclass(frozen=True, slots=True)
class TermsPage:
    """The page on which a priority's weight is changed."""

    title: str
    lead: str


def priority_list(rows: Iterable[Priority], regions: Iterable[Organisation], actor: AnyActor) -> PriorityList:
    """All of them."""
    proposes = matrix.opens(actor, Action.POLICY_PROPOSE)
    return PriorityList(
        priorities=tuple(
            PriorityLine(
                label=each.label,
                in_use=_between(each.valid_from, each.valid_to),
                periods=tuple(_period(period) for period in each.periods) or ("No weight is set",),
                change=url_for("national.priority_terms", code=each.code) if proposes else "",
            )
            for each in rows
        ),
        regions=tuple((row.name, _between(row.open_date, row.close_date)) for row in regions),
        new=url_for("national.new_priority") if proposes else "",
        csv=url_for("national.priorities_csv") if matrix.opens(actor, Action.EXPORT_DOWNLOAD) else "",
    )


def terms_page(each: Priority) -> TermsPage:
    """The weight as it is now."""
    now = each.periods[-1] if each.periods else None
    return TermsPage(each.label, f"At the moment: {_period(now)}." if now else "It has no weight yet.")


def new_page() -> TermsPage:
    """Before a priority is added."""
    return TermsPage(
        "Add a priority", "Requests can name it from its first day, once another administrator confirmed it."
    )


def _period(each: Period) -> str:
    floor = f", floor {_percent(each.floor)}" if each.floor else ""
    return f"Weight {each.weight:g}{floor}, {_span(each.first, each.last)}"


def _between(first: date | None, last: date | None) -> str:
    span = _span(first, last)
    return span[0].upper() + span[1:]


def _span(first: date | None, last: date | None) -> str:
    start = f"from {formats.day(first)}" if first else "from the start"
    return f"{start} to {formats.day(last)}" if last else f"{start} on"


def _percent(share: float) -> str:
    return f"{round(share * 100, 4):g}%"
