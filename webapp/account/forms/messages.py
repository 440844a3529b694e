"""Which kinds of message come by email."""

from __future__ import annotations

from webapp.ui.fields import CheckboxesField
from webapp.ui.forms import BaseForm


class ByEmailForm(BaseForm):
    """One box for each kind that can be switched off."""

    kinds = CheckboxesField("Which of these do you want by email too?")
