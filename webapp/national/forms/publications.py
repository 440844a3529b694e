"""Proposing and deciding on a publication."""

from __future__ import annotations

from webapp.ui.fields import Choice, RadiosField, TextAreaField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class ProposeForm(BaseForm):
    """Put a run up for publication."""

    note = TextAreaField("Note for the person who confirms (optional)", longest=1000, rows=3, short="Note")


class RollBackForm(BaseForm):
    """Why the results are taken back."""

    reason = TextAreaField(
        "Why are the results taken back?",
        hint=f"Kept with the publication. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="Reason",
        required="Enter why the results are taken back",
    )


class PublishForm(BaseForm):
    """The second person's answer."""

    answer = RadiosField(
        "Publish this run?",
        choices=[
            Choice("publish", "Publish", "Offers go to both sides of every approved match at once."),
            Choice("refuse", "Send it back", "Nothing is sent. Decisions can be changed again."),
        ],
        required="Choose whether to publish",
    )
