"""Days planned and used: a picture and a table, the log, and a change that waits for its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.services.engagement_rows import Engagement, Side
from webapp.ui import formats
from webapp.ui.paging import page_of_rows

ROOM = 400


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: days planned and used, and how long their bars are."""

    month: str
    planned: int
    used: int
    planned_length: float = 0.0
    used_length: float = 0.0


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the log."""

    day: str
    days: str
    worked_by: str
    note: str
    take_out: str


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change that waits: what it would be, and who may do what with it."""

    lead: str
    reason: str
    months: tuple[tuple[str, str], ...]
    agree: str
    refuse: str
    take_back: str
    version: int


@dataclass(frozen=True, slots=True)
class DaysShown:
    """The plan and the log."""

    months: tuple[MonthLine, ...]
    total: MonthLine
    words: str
    entries: tuple[EntryLine, ...]
    change: ChangeShown | None
    room: int = ROOM


def days_shown(row: Engagement, side: Side | None, leads: bool) -> DaysShown:
    """Days of an engagement for this reader."""
    used = Counter[str]()
    counted = [each for each in row.logged if each.taken_out_at is None]
    for each in counted:
        used[f"{each.worked_on:%Y-%m}"] += each.days
    plan = row.days_by_month
    most = max([*plan.values(), *used.values()], default=1)
    months = tuple(
        MonthLine(
            formats.month(month),
            plan.get(month, 0),
            used[month],
            round(plan.get(month, 0) / most * ROOM, 1),
            round(used[month] / most * ROOM, 1),
        )
        for month in sorted({*plan, *used})
    )
    total, spent = sum(plan.values()), sum(used.values())
    may_log = side is not None and row.state.value in ("active", "paused")
    return DaysShown(
        months=months,
        total=MonthLine("In all", total, spent),
        words=" ".join(filter(None, (f"{formats.days(spent)} of {total} used.", given_back(row)))),
        entries=tuple(
            EntryLine(
                formats.day(each.worked_on),
                formats.days(each.days),
                each.worked_by,
                each.note,
                url_for("engagements.take_out", engagement_id=row.id, entry_id=each.id)
                if may_log and each.side is side
                else "",
            )
            for each in reversed(counted)
        ),
        change=_change(row, side, leads),
    )


def given_back(row: Engagement) -> str:
    """What became of the planned days that were not worked, once the engagement is over."""
    if row.state.value not in ("ended", "ended_early"):
        return ""
    freed = {each.month: each.freed_days for each in row.months if each.freed_days}
    if not freed:
        return "No planned days were left to give back to the partner when it ended."
    days, was = formats.days(sum(freed.values())), "was" if sum(freed.values()) == 1 else "were"
    return (
        f"{days} planned from {formats.month(min(freed))} on {was} given back to the partner when it ended."
    )


def waiting(row: Engagement) -> bool:
    """Does a change wait for its answer?"""
    return any(each.state.value == "proposed" for each in row.changes)


def _change(row: Engagement, side: Side | None, leads: bool) -> ChangeShown | None:
    found = next((each for each in row.changes if each.state.value == "proposed"), None)
    if found is None or row.state.value in ("ended", "ended_early"):
        return None
    who = "The partner" if found.side.value == "partner" else "The organisation"
    href: dict[str, Any] = {"engagement_id": row.id, "change_id": found.id}
    answers = leads and found.side is not side
    return ChangeShown(
        lead=f"{who} proposes another plan of {formats.days(sum(found.days_by_month.values()))}:",
        reason=found.reason,
        months=tuple(
            (formats.month(month), formats.days(days)) for month, days in sorted(found.days_by_month.items())
        ),
        agree=url_for("engagements.agree_change", **href) if answers else "",
        refuse=url_for("engagements.refuse_change", **href) if answers else "",
        take_back=url_for("engagements.take_back_change", **href) if leads and found.side is side else "",
        version=found.version,
    )


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log with the form for the next entry."""

    caption: str
    days: DaysShown
    entries: tuple[EntryLine, ...]
    pages: Mapping[str, Any] | None
    may_log: bool
    closed: str
    back: str


def log_page(row: Engagement, side: Side | None, arguments: Mapping[str, str]) -> LogPage:
    """One page of the log for this reader, with the whole plan."""
    state = row.state.value
    may_log = side is not None and state in ("active", "paused")
    closed = "" if may_log else "Days can be logged from the start of the work to its end."
    days = days_shown(row, side, leads=False)
    entries, pages = page_of_rows(days.entries, arguments)
    return LogPage(
        caption=f"{row.request.title}, {row.request.reference}",
        days=days,
        entries=entries,
        pages=pages,
        may_log=may_log,
        closed=closed,
        back=url_for("engagements.engagement", engagement_id=row.id),
    )
