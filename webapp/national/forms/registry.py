"""Triage of a submitted request."""

from __future__ import annotations

from webapp.ui.fields import TextAreaField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class ReturnForm(BaseForm):
    """Send a request back to its requester."""

    reason = TextAreaField(
        "What should they add or change?",
        hint=f"The requester reads this. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="What they should add",
        required="Enter what the requester should add or change",
    )
