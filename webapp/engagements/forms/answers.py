"""Saying no to an offer: why, in one's own words, and for partners who else might be asked."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import RadiosField, TextAreaField, TextField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


def _words(reader: str) -> TextAreaField:
    return TextAreaField(
        "In your own words (optional)",
        hint=f"The national team reads it; {reader} does not. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="Your words",
    )


class RequesterDeclineForm(BaseForm):
    """Why the organisation says no."""

    reason = RadiosField(
        "Why do you decline?", choices=choices.items("requester_refusal"), required="Choose why you decline"
    )
    words = _words("the partner")


class PartnerDeclineForm(BaseForm):
    """Why the partner says no."""

    reason = RadiosField(
        "Why do you decline?", choices=choices.items("partner_refusal"), required="Choose why you decline"
    )
    words = _words("the organisation")
    colleague = TextField(
        "A colleague who might help instead (optional)",
        hint="Name and organisation. Ask them first; they can register here.",
        longest=200,
        short="Colleague",
    )
