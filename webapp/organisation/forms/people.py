"""The employer's no, with a sentence of why."""

from __future__ import annotations

from webapp.ui.fields import TextAreaField
from webapp.ui.forms import BaseForm


class NoForm(BaseForm):
    """Refusing or withdrawing a release."""

    note = TextAreaField(
        "Why? A sentence is enough",
        hint="The person reads it, and so does the national team. Do not include anything about a patient.",
        longest=500,
        rows=3,
        short="The reason",
        required="Say in a sentence why; the person reads it",
    )
