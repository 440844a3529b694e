"""Asking for the bulletin by email."""

from __future__ import annotations

from webapp.ui.fields import EmailField
from webapp.ui.forms import BaseForm


class SubscribeForm(BaseForm):
    """An address."""

    email = EmailField(
        "Email address",
        hint="We use it for the bulletin only, and forget it when you leave",
        required="Enter your email address",
        longest=254,
        attributes={"autocomplete": "email"},
    )
