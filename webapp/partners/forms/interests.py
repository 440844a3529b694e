"""Declaring an interest, and ending one."""

from __future__ import annotations

from webapp.services.failures import Problem
from webapp.ui import choices
from webapp.ui.fields import DateField, RadiosField, TextField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class InterestForm(BaseForm):
    """What the interest is."""

    kind = RadiosField(
        "What is your interest in this organisation?",
        choices=choices.items("interest_kind"),
        required="Choose what your interest is",
    )
    left_on = DateField(
        "When did you leave? (only if you used to work there)",
        hint="For example, 31 3 2026",
        short="The day you left",
    )
    note = TextField(
        "Anything reviewers should know (optional)",
        hint=NO_PATIENTS,
        longest=500,
        short="What reviewers should know",
    )


class EndForm(BaseForm):
    """The end of an interest."""


class LeftForm(EndForm):
    """The end of an employment: kept as a former one."""

    left_on = DateField("When did you leave?", short="The day you left", required="Enter the day you left")


def left_on_missing() -> Problem:
    """The problem of a former employment without its last day."""
    return Problem("left_on", "Enter the day you left")
