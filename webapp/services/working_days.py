"""Working days in England: weekdays that are no bank holiday, by the standing rules for bank holidays.

One-off holidays (a coronation) are not foretold: they make a deadline a day too early, never too late for rights
that are counted from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SATURDAY = 5
LONDON = ZoneInfo("Europe/London")
MORNING = time(8)


def london_day(now: datetime) -> date:
    """The date in London at an instant: deadlines end with this day, whatever the clocks do (RELIABILITY.md, I15)."""
    return now.astimezone(LONDON).date()


def morning(now: datetime) -> datetime:
    """Eight o'clock in London of this day, or now if that has passed: when people want to be written to."""
    return max(now, datetime.combine(london_day(now), MORNING, LONDON).astimezone(UTC))


def after(day: date, working_days: int) -> date:
    """The day that is so many working days after ``day``."""
    found = day
    for _ in range(working_days):
        found += timedelta(days=1)
        while not is_working_day(found):
            found += timedelta(days=1)
    return found


def is_working_day(day: date) -> bool:
    """Is it neither at the weekend nor a bank holiday?"""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def left_in_month(day: date) -> tuple[int, int]:
    """How many working days of the month are left, this day with them, and how many it has in all."""
    whole = [each for each in _days(day.year, day.month) if is_working_day(each)]
    return sum(each >= day for each in whole), len(whole)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of a year in England, substitutes included."""
    easter = _easter_sunday(year)
    fixed = {
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
    }
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() >= SATURDAY or day in fixed:
            day += timedelta(days=1)
        fixed.add(day)
    return frozenset(fixed)


def _first_monday(year: int, month: int) -> date:
    return next(day for day in _days(year, month) if day.weekday() == 0)


def _last_monday(year: int, month: int) -> date:
    return [day for day in _days(year, month) if day.weekday() == 0][-1]


def _days(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


def _easter_sunday(year: int) -> date:
    """The Gregorian computus, with the golden number, the epact and the Sunday after the full moon."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - epact // 28 * (1 - 29 // (epact + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
