"""Asking about a run."""

from __future__ import annotations

from webapp.ui.fields import TextField
from webapp.ui.forms import BaseForm


class WhyNotForm(BaseForm):
    """Which partner is meant."""

    partner = TextField(
        "Which partner?",
        hint="The name, a part of it, or the reference. For example: Coldharbour",
        longest=200,
        required="Enter the name or the reference of a partner",
    )
