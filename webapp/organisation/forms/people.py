"""The employer's no, with a sentence of why."""

from __future__ import annotations

from webapp.ui.fields import TextAreaField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class NoForm(BaseForm):
    """Refusing or withdrawing a release."""

    note = TextAreaField(
        "Why? A sentence is enough",
        hint=f"The person reads it, and so does the national team. {NO_PATIENTS}",
        longest=500,
        rows=3,
        short="The reason",
        required="Say in a sentence why; the person reads it",
    )
