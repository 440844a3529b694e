"""Triage of a submitted request."""

from __future__ import annotations

from webapp.ui.fields import TextAreaField
from webapp.ui.forms import BaseForm


class ReturnForm(BaseForm):
    """Send a request back to its requester."""

    reason = TextAreaField(
        "What should they add or change?",
        hint="The requester reads this. Do not include anything about a patient.",
        longest=1000,
        rows=3,
        short="What they should add",
        required="Enter what the requester should add or change",
    )
