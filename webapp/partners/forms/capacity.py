"""The month grid: one whole number for each month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.services.capacity import DaysDeclared, MonthOfDays
from webapp.ui import formats
from webapp.ui.fields import WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import whole_number

MOST_DAYS = 1000


class DaysForm(BaseForm):
    """Days by month. ``version`` carries the version of every cell that the person saw."""

    def month_fields(self) -> list[WholeNumberField]:
        """The inputs, in the order of the months."""
        return [field for field in self if isinstance(field, WholeNumberField)]

    def declared(self) -> dict[str, DaysDeclared]:
        """Each month's days with the version of its cell."""
        seen = _versions_of(str(self.version.data))
        return {
            field.name: DaysDeclared(field.data, seen.get(field.name, 0)) for field in self.month_fields()
        }


def days_form(cells: Iterable[MonthOfDays], every: int | None) -> DaysForm:
    """A form for these months; ``every`` fills all of them alike, never below what is promised."""
    known = tuple(cells)
    fields = {cell.month: _field(cell) for cell in known}
    form_class = type("MonthsForm", (DaysForm,), fields)
    filled = {
        cell.month: cell.days if every is None else max(min(every, MOST_DAYS), cell.committed_days)
        for cell in known
    }
    form: DaysForm = form_class(data={**filled, "version": versions(known)})
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
