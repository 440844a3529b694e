"""Signing in: password, code, password again, role."""

from __future__ import annotations

from webapp.ui.fields import CodeField, EmailField, PasswordField, RadiosField
from webapp.ui.forms import BaseForm


class SignInForm(BaseForm):
    """Address and password."""

    email = EmailField(
        "Email address",
        required="Enter your email address",
        longest=254,
        attributes={"autocomplete": "username"},
    )
    password = PasswordField("Password", required="Enter your password")


class CodeForm(BaseForm):
    """The second factor."""

    code = CodeField(
        "Code from your authenticator app",
        hint="6 digits. The app shows a new one every 30 seconds.",
        required="Enter the code from your authenticator app",
        longest=20,
    )


class RecoveryCodeForm(BaseForm):
    """The second factor when the phone is lost."""

    code = CodeField(
        "Recovery code",
        hint="One of the codes you kept, like 12ab-34cd-56ef. Each works once.",
        required="Enter one of your recovery codes",
        longest=40,
    )


class ConfirmForm(BaseForm):
    """Password again; the code too, where there is a second factor."""

    password = PasswordField("Password", required="Enter your password")
    code = CodeField("Code from your authenticator app", longest=20)


class RoleForm(BaseForm):
    """In which role to act."""

    role = RadiosField("Which role do you want to act in?", required="Choose a role", heading=True)
