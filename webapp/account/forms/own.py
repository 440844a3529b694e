"""Changing one's password and setting up the second factor."""

from __future__ import annotations

from webapp.ui.fields import CodeField, HiddenField, PasswordField, TextField
from webapp.ui.forms import BaseForm


class ChangePasswordForm(BaseForm):
    """The old password and a new one."""

    password = PasswordField("Current password", required="Enter your current password")
    new_password = PasswordField(
        "New password",
        hint="12 characters or more. Three random words are easy to remember and hard to guess.",
        required="Enter a new password",
        autocomplete="new-password",
    )


class NameForm(BaseForm):
    """One's name."""

    name = TextField(
        "Your name",
        hint="As others read it here. The name on an expert's profile is changed on the profile.",
        longest=200,
        required="Enter your name",
        attributes={"autocomplete": "name"},
    )


class SecondFactorForm(BaseForm):
    """The code that shows that the authenticator was set up. ``sealed`` is the secret, encrypted by us."""

    sealed = HiddenField()
    code = CodeField(
        "Code from your authenticator app",
        hint="6 digits, shown by the app once you have added this account",
        required="Enter the code from your authenticator app",
        longest=20,
    )
