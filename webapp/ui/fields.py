"""WTForms fields that render themselves as NHS components: label, hint, error and their wiring, once.

A form is a class of fields; the template places them::

    class DaysForm(BaseForm):
        days = WholeNumberField("How many days do you need?", at_least=1, at_most=60, unit="days",
                                short="Days", required="Enter how many days you need")

    {% call page_form(form, button="Continue") %}{{ form.days() }}{% endcall %}

Common options: ``hint``; ``required``, the sentence shown when nothing was entered (leave it out for an
optional field, and say "(optional)" in the label); ``heading`` true where the label is the page's h1;
``short``, how messages call the field (else its label, or "Your answer" to a question).
Values: text as ``str`` (empty for nothing), choices as ``str``, checkboxes as ``list[str]``, numbers as
``int | None``, dates as ``date | None``.
"""

from __future__ import annotations

from webapp.ui.choice_fields import (
    CheckboxesField,
    Choice,
    ChoicesField,
    ConfirmField,
    RadiosField,
    SelectField,
)
from webapp.ui.date_fields import DateField
from webapp.ui.file_fields import FileField
from webapp.ui.nhs_field import NhsField
from webapp.ui.text_fields import (
    CodeField,
    DecimalField,
    EmailField,
    HiddenField,
    PasswordField,
    TextAreaField,
    TextField,
    WholeNumberField,
)

__all__ = [
    "CheckboxesField",
    "Choice",
    "ChoicesField",
    "CodeField",
    "ConfirmField",
    "DateField",
    "DecimalField",
    "EmailField",
    "FileField",
    "HiddenField",
    "NhsField",
    "PasswordField",
    "RadiosField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "WholeNumberField",
]
