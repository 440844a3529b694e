"""What a partner says about itself."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import RadiosField, TextAreaField, TextField, WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class ProfileForm(BaseForm):
    """Name, summary, reach, place of work, limits and cost basis."""

    name = TextField(
        "Name",
        hint="As organisations will read it beside a proposed match.",
        longest=200,
        required="Enter a name",
    )
    summary = TextAreaField(
        "What can you help with? (optional)",
        hint=f"Two or three sentences in plain English. {NO_PATIENTS}",
        longest=1000,
        rows=4,
        short="What you can help with",
    )
    reach = RadiosField(
        "How far from home do you work?",
        hint="Remote work counts too: you are proposed only to organisations inside your reach.",
        choices=choices.items("reach"),
        required="Choose how far from home you work",
    )
    delivery = RadiosField(
        "Where do you work?",
        choices=choices.items("partner_delivery"),
        required="Choose where you work",
    )
    max_concurrent = WholeNumberField(
        "How many engagements can you take on at once, at most? (optional)",
        hint="Leave it empty if only your days limit you.",
        at_least=1,
        at_most=1000,
        unit="engagements",
        short="Engagements at once",
    )
    smallest_block_days = WholeNumberField(
        "What is the smallest number of days that is worth starting for?",
        hint="An engagement with fewer days in all is never proposed to you.",
        at_least=1,
        at_most=100,
        unit="days",
        short="Smallest number of days",
        required="Enter the smallest number of days, 1 if any will do",
    )
    cost_basis = RadiosField(
        "On what cost basis do you work?",
        choices=choices.items("cost_basis"),
        required="Choose a cost basis",
    )
