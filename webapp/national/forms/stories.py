"""Sending a story back."""

from __future__ import annotations

from webapp.ui.fields import TextAreaField
from webapp.ui.forms import BaseForm


class SendBackForm(BaseForm):
    """Why it is not published as it is."""

    reason = TextAreaField(
        "What should they change?",
        hint="Both sides read this. Do not include anything about a patient.",
        longest=1000,
        rows=3,
        short="What they should change",
        required="Enter what the sides should change",
    )
