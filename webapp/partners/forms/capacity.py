"""The month grid: one whole number for each month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from webapp.services.capacity import DaysDeclared, MonthOfDays
from webapp.services.working_days import left_in_month
from webapp.ui import formats
from webapp.ui.fields import WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import whole_number

MOST_DAYS = 1000
MOST_MONTHS = 24
MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filling:
    """A usual number of days for every month, and fewer in the months of leave and in what is left of this month."""

    today: date
    every: int | None = None
    away: frozenset[str] = frozenset()
    away_days: int = 0
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    """The names of the values that were ``typed`` and are no days."""

    def days(self, cell: MonthOfDays) -> int:
        """What the month is filled with: never below what is promised."""
        if self.every is None:
            return cell.days
        wanted = min(self.away_days, self.every) if cell.month in self.away else self.every
        if cell.month == f"{self.today:%Y-%m}":
            left, whole = left_in_month(self.today)
            wanted = wanted * left // whole
        return max(min(wanted, MOST_DAYS), cell.committed_days)


def filling(arguments: MultiDict[str, str], today: date) -> Filling:
    """What the address asks to fill in; nothing of it is saved."""
    away = frozenset(month for month in arguments.getlist("away[]")[:MOST_MONTHS] if MONTH.fullmatch(month))
    typed = {name: arguments.get(name, "").strip() for name in ("every", "away_days")}
    read = {name: whole_number(text) for name, text in typed.items()}
    days = {name: number for name, number in read.items() if number is not None and number <= MOST_DAYS}
    wrong = tuple(name for name, text in typed.items() if text and name not in days)
    every = None if wrong else days.get("every")
    return Filling(today, every, away, days.get("away_days", 0), typed, wrong)


class DaysForm(BaseForm):
    """Days by month. ``version`` carries the version of every cell that the person saw."""

    def month_fields(self) -> list[WholeNumberField]:
        """The inputs, in the order of the months."""
        return [
            field for field in self if isinstance(field, WholeNumberField) and MONTH.fullmatch(field.name)
        ]

    def declared(self) -> dict[str, DaysDeclared]:
        """Each month's days with the version of its cell."""
        seen = _versions_of(str(self.version.data))
        return {
            field.name: DaysDeclared(field.data, seen.get(field.name, 0)) for field in self.month_fields()
        }


def days_form(
    cells: Iterable[MonthOfDays], fill: Filling, *, kind: type[DaysForm] = DaysForm, **values: object
) -> DaysForm:
    """A form for these months, filled as asked; ``kind`` may have further fields, with these ``values``."""
    known = tuple(cells)
    fields = {cell.month: _field(cell) for cell in known}
    form_class = type("MonthsForm", (kind,), fields)
    filled = {cell.month: fill.days(cell) for cell in known}
    form: DaysForm = form_class(data={**filled, **values, "version": versions(known)})
    return form


def versions(cells: Iterable[MonthOfDays]) -> str:
    """The versions of the cells as one value: ``2026-12=3 2027-01=1``."""
    return " ".join(f"{cell.month}={cell.version}" for cell in cells if cell.version)


def _versions_of(carried: str) -> Mapping[str, int]:
    pairs = (pair.partition("=") for pair in carried.split())
    return {month: whole_number(number) or 0 for month, _, number in pairs}


def _field(cell: MonthOfDays) -> WholeNumberField:
    name = formats.month(cell.month)
    return WholeNumberField(
        name,
        hint=f"{formats.days(cell.committed_days)} promised" if cell.committed_days else "",
        at_most=MOST_DAYS,
        unit="days",
        short=f"Days in {name}",
        required=f"Enter the days for {name}, 0 if there are none",
    )
