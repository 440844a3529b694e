"""Days worked, and another plan of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.services.engagement_days import DaysWorked
from webapp.ui import formats
from webapp.ui.fields import DateField, TextAreaField, TextField, WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class LogForm(BaseForm):
    """One entry of the log."""

    worked_on = DateField(
        "Day worked, or the last of several", short="Day worked", required="Enter the day worked"
    )
    days = WholeNumberField(
        "Whole days", at_least=1, at_most=100, unit="days", required="Enter how many whole days"
    )
    worked_by = TextField("Who worked", required="Enter who worked")
    note = TextAreaField("Note (optional)", hint=NO_PATIENTS, longest=1000, rows=2, short="Note")

    def entry(self) -> DaysWorked:
        """The values as the service takes them."""
        assert self.worked_on.data is not None
        return DaysWorked(
            self.worked_on.data, self.days.data or 0, self.worked_by.data or "", self.note.data or ""
        )


class ChangeForm(BaseForm):
    """The days of each month from now on, and why; made by ``change_form``."""

    reason = TextAreaField(
        "Why should the days change?",
        hint=NO_PATIENTS,
        longest=1000,
        rows=3,
        required="Say why the days should change",
    )

    def month_fields(self) -> list[WholeNumberField]:
        """The inputs, in the order of the months."""
        return [field for field in self if isinstance(field, WholeNumberField)]

    def days_by_month(self) -> dict[str, int]:
        """The plan that was entered."""
        return {field.name: field.data or 0 for field in self.month_fields()}


def change_form(months: Iterable[str], plan: Mapping[str, int], version: int) -> ChangeForm:
    """A form for these months, filled with the plan as it stands."""
    fields = {
        month: WholeNumberField(
            formats.month(month),
            at_most=1000,
            unit="days",
            short=f"Days in {formats.month(month)}",
            required=f"Enter the days for {formats.month(month)}, 0 if there are none",
        )
        for month in months
    }
    form_class = type("PlanForm", (ChangeForm,), fields)
    form: ChangeForm = form_class(
        data={**{month: plan.get(month, 0) for month in fields}, "version": version}
    )
    return form
