"""Another weight or last day for a priority, and a priority that is not there yet."""

from __future__ import annotations

from webapp.ui.fields import DateField, DecimalField, NhsField, TextAreaField, TextField
from webapp.ui.forms import BaseForm


class TermsForm(BaseForm):
    """What a priority weighs, from when, and why."""

    weight = DecimalField(
        "Weight",
        hint="2 counts each day twice as much as 1.",
        at_least=0.01,
        at_most=1000,
        required="Enter the weight",
    )
    floor = DecimalField(
        "Floor",
        hint="The least share of the days asked for that this priority should get. 0 for none.",
        at_least=0,
        at_most=100,
        places=1,
        unit="%",
        required="Enter the floor, 0 for none",
    )
    starts = DateField("From which day?", short="The first day", required="Enter the first day")
    ends = DateField("Last day for new requests (optional)", short="The last day")
    reason = TextAreaField("Why?", short="Reason", longest=1000, required="Enter why")


class NewPriorityForm(TermsForm):
    """A priority that is not there yet: what it is comes before what it weighs."""

    def questions(self) -> list[NhsField]:
        """Name, code and topics first."""
        found = super().questions()
        return [*found[-3:], *found[:-3]]

    label = TextField("Name of the priority", short="Name", required="Enter the name of the priority")
    code = TextField(
        "Code", hint="2 to 10 capital letters, like MAT", short="Code", longest=10, required="Enter a code"
    )
    topics = TextAreaField(
        "Its topics",
        hint="One on each line. Requests choose one of them.",
        short="Topics",
        required="Enter at least one topic",
    )
