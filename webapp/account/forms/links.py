"""The pages that begin with an address or a link sent to one."""

from __future__ import annotations

from webapp.ui.fields import EmailField, PasswordField, RadiosField, TextField
from webapp.ui.forms import BaseForm

PASSWORD_HINT = "12 characters or more. Three random words are easy to remember and hard to guess."


class AddressForm(BaseForm):
    """The address of an account whose password is forgotten."""

    email = EmailField(
        "Email address",
        hint="The one you sign in with",
        required="Enter your email address",
        longest=254,
        attributes={"autocomplete": "username"},
    )


class NewPasswordForm(BaseForm):
    """A password for the first time, or anew."""

    password = PasswordField(
        "Choose a password", hint=PASSWORD_HINT, required="Enter a password", autocomplete="new-password"
    )


class InvitationForm(NewPasswordForm):
    """Accepting an invitation: one's name and a password."""

    name = TextField(
        "Your name",
        hint="As colleagues will read it.",
        longest=200,
        required="Enter your name",
        attributes={"autocomplete": "name"},
    )


class JoinForm(BaseForm):
    """Who wants to offer support."""

    role = RadiosField(
        "Who offers support?",
        required="Choose who offers support",
    )
    name = TextField(
        "Your name",
        longest=200,
        required="Enter your name",
        attributes={"autocomplete": "name"},
    )
    email = EmailField(
        "Your work email address",
        hint="We send a link to it. You choose a password after that.",
        required="Enter your work email address",
        longest=254,
        attributes={"autocomplete": "email"},
    )
