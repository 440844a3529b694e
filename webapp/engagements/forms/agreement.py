"""The one-page agreement as a form."""

from __future__ import annotations

from webapp.services.engagements import Agreement
from webapp.ui.fields import EmailField, TextAreaField, TextField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class AgreementForm(BaseForm):
    """What both sides agree on, besides the days."""

    aim = TextAreaField(
        "What is to be achieved", hint=NO_PATIENTS, longest=4000, rows=4, required="Enter the aim"
    )
    measure = TextAreaField(
        "How both sides will know",
        hint="Measures, with where they stand now if you know it.",
        longest=4000,
        rows=4,
        required="Enter how both sides will know",
    )
    sponsor = TextField("Executive sponsor", longest=400, required="Enter the executive sponsor")
    requester_lead = TextField("Lead at the organisation", required="Enter who leads at the organisation")
    requester_email = EmailField(
        "Email address of the lead at the organisation",
        longest=254,
        required="Enter the email address of the lead at the organisation",
    )
    partner_lead = TextField("Lead for the partner", required="Enter who leads for the partner")
    partner_email = EmailField(
        "Email address of the partner's lead",
        longest=254,
        required="Enter the email address of the partner's lead",
    )
    accountability = TextAreaField(
        "Who is accountable for what", longest=2000, rows=4, required="Enter who is accountable for what"
    )
    data_access = TextAreaField(
        "Which data the partner may see",
        longest=2000,
        rows=3,
        required="Enter which data the partner may see",
    )
    exit_terms = TextAreaField("How it ends", longest=2000, rows=3, required="Enter how the engagement ends")

    def agreement(self) -> Agreement:
        """The values as the service takes them."""
        return Agreement(**{name: self[name].data or "" for name in Agreement.__dataclass_fields__})
