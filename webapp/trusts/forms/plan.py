"""The form of one action of an improvement plan."""

from __future__ import annotations

from webapp.trusts.forms.requests import NO_PATIENTS
from webapp.ui.fields import DateField, SelectField, TextAreaField, TextField
from webapp.ui.forms import BaseForm


class ActionForm(BaseForm):
    """What is to be done, by whom, by when, and how they would know."""

    title = TextField(
        "What is to be done?",
        hint="For example: Daily huddles on every ward",
        longest=120,
        short="What is to be done",
        required="Enter what is to be done",
    )
    aim = TextAreaField(
        "What should be different afterwards? (optional)",
        hint=NO_PATIENTS,
        longest=2000,
        rows=4,
        short="What should be different",
    )
    measure = TextAreaField(
        "How would you know? (optional)",
        hint=f"A measure that you already collect, if you can. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="How you would know",
    )
    owner = TextField("Who sees to it? (optional)", longest=120, short="Who sees to it")
    due_on = DateField("By when? (optional)", hint="For example, 31 3 2027", short="The date")
    component_code = SelectField("Which component of improvement does it serve? (optional)")
