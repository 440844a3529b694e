"""Dates, days, counts and shares as people read them; each is a filter in the templates."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask

LONDON = ZoneInfo("Europe/London")
NOTHING = "Not given"


def day(value: date | datetime | None) -> str:
    """``4 December 2026``; an instant is shown as the date in London."""
    if value is None:
        return NOTHING
    local = value.astimezone(LONDON) if isinstance(value, datetime) else value
    return f"{local.day} {local:%B %Y}"


def moment(value: datetime | None) -> str:
    """``4 December 2026 at 2:05pm``, London time."""
    if value is None:
        return NOTHING
    local = value.astimezone(LONDON)
    hour = local.hour % 12 or 12
    return f"{day(local)} at {hour}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def month(value: date | str | None) -> str:
    """``December 2026``, from a date or from ``2026-12``."""
    if value is None:
        return NOTHING
    first = date.fromisoformat(f"{value[:7]}-01") if isinstance(value, str) else value
    return f"{first:%B %Y}"


def count(value: int | None) -> str:
    """``12,345``."""
    return NOTHING if value is None else f"{value:,}"


def plural(value: int, one: str, many: str | None = None) -> str:
    """``1 match``, ``3 matches``: the count with its noun (``many`` for irregular ones)."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def days(value: int | None) -> str:
    """``1 day``, ``12 days``."""
    return NOTHING if value is None else plural(value, "day")


def share(value: float | None, digits: int = 0) -> str:
    """``43%`` from 0.43."""
    return NOTHING if value is None else f"{value * 100:.{digits}f}%"


def decimal(value: float | None, digits: int = 2) -> str:
    """``1,234.50``."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def apart(km: float) -> str:
    """``12 km away``; ``in the same place`` where that would round to nothing."""
    return "in the same place" if km < 0.5 else f"{km:,.0f} km away"


def lines(value: str | None) -> list[str]:
    """The paragraphs of a text."""
    return [line for line in (value or "").split("\n") if line.strip()]


FILTERS = {
    "day": day,
    "moment": moment,
    "month": month,
    "count_of": count,
    "plural": plural,
    "days": days,
    "share": share,
    "decimal": decimal,
    "lines": lines,
}


def wire(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(FILTERS)
