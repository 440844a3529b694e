"""Check-ins, the outcome with its values, the rating: short forms."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import ConfirmField, DateField, DecimalField, RadiosField, TextAreaField, TextField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class CheckInForm(BaseForm):
    """How it goes."""

    progress = RadiosField(
        "How does it go?", choices=choices.items("check_in_progress"), required="Choose how it goes"
    )
    words = TextAreaField(
        "What goes well, what does not?",
        hint=f"Needed unless it goes well. The other side reads it. {NO_PATIENTS}",
        longest=2000,
        rows=3,
        short="Your words",
    )
    needs_help = ConfirmField("The national team should get in touch with us")


class OutcomeForm(BaseForm):
    """What is measured."""

    measure = TextField(
        "What is measured",
        hint="For example: days waited after being ready to go home.",
        required="Enter what is measured",
    )
    unit = TextField(
        "Unit (optional)", hint="For example: days, per cent.", longest=40, width=10, short="Unit"
    )
    better = RadiosField(
        "Which way is better?", choices=choices.items("better"), required="Choose which way is better"
    )
    words = TextAreaField(
        "What came of it, in words (optional)",
        hint=NO_PATIENTS,
        longest=2000,
        rows=4,
        short="What came of it",
    )


class ValueForm(BaseForm):
    """One value on one day."""

    measured_on = DateField("Day", short="Day", required="Enter the day of the value")
    value = DecimalField("Value", at_most=999_999_999, places=3, required="Enter the value")


class RatingForm(BaseForm):
    """How it was."""

    score = RadiosField(
        "How did it go, all in all?", choices=choices.items("rating"), required="Choose from 1 to 5"
    )
    words = TextAreaField(
        "What should the next ones know? (optional)",
        hint=f"The other side reads it once both have rated. {NO_PATIENTS}",
        longest=2000,
        rows=3,
        short="Your words",
    )
