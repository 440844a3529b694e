"""The course of an engagement: its start, a pause, its end."""

from __future__ import annotations

from webapp.services.engagement_course import END_REASONS
from webapp.ui import choices
from webapp.ui.fields import Choice, DateField, RadiosField, TextAreaField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class StartForm(BaseForm):
    """When the work began."""

    started_on = DateField(
        "On which day did the work start?", required="Enter the day on which the work started"
    )


class PauseForm(BaseForm):
    """Why it rests."""

    words = TextAreaField(
        "Why does the work pause?",
        hint=f"Say also when you expect to go on. {NO_PATIENTS}",
        longest=2000,
        rows=3,
        required="Say why the work pauses",
    )


class EndForm(BaseForm):
    """The work is done."""

    words = TextAreaField(
        "What came of it? (optional)", hint=NO_PATIENTS, longest=2000, rows=4, short="What came of it"
    )


class EndEarlyForm(BaseForm):
    """It stops before the plan is done."""

    reason = RadiosField(
        "Why does it end early?",
        choices=[Choice(code, choices.title("end_reason", code)) for code in END_REASONS],
        required="Choose why it ends early",
    )
    words = TextAreaField(
        "In your own words",
        hint=f"The other side and the national team read it. {NO_PATIENTS}",
        longest=2000,
        rows=3,
        required="Say in a few words why it ends early",
    )
