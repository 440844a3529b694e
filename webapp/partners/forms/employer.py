"""Another employer: which organisation it is, and when the former one was left."""

from __future__ import annotations

from webapp.partners.forms.organisations import OrganisationForm
from webapp.services.employers import FIRST_LEFT
from webapp.ui.fields import DateField, RadiosField, TextField


class EmployerForm(OrganisationForm):
    """The new employer and the day of leaving the former one."""

    organisation = TextField(
        "Which organisation employs you now?",
        hint="Type a part of its name, or its code. You are never matched to your own employer.",
        longest=200,
        required="Enter the organisation that employs you now",
    )
    organisation_id = RadiosField("Which one do you mean?")
    left_on = DateField(
        "On which day did you leave your former employer?",
        hint="For example, 31 3 2026",
        short="The day you left",
        earliest=FIRST_LEFT,
        required="Enter the day on which you left your former employer",
    )
