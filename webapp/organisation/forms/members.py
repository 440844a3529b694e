"""Inviting somebody, and changing a role."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.authority.roles import Role
from webapp.ui import choices
from webapp.ui.fields import Choice, EmailField, RadiosField, SelectField, TextField
from webapp.ui.forms import BaseForm


class RoleForm(BaseForm):
    """Another role for somebody."""

    role = RadiosField("Role", required="Choose a role")

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer these roles."""
        self.role.choices = [
            Choice(role.value, choices.title("given_role", role), _meaning(role)) for role in roles
        ]


class InviteForm(RoleForm):
    """Somebody new: address, name, role."""

    email = EmailField(
        "Work email address",
        hint="The invitation goes there. Its link works once, for seven days.",
        required="Enter their work email address",
        longest=254,
    )
    name = TextField("Name", longest=200, required="Enter their name")


class NationalInviteForm(InviteForm):
    """Somebody new for the national team; a regional reader's region too."""

    region_code = SelectField("Region (for a regional reader only)")


def _meaning(role: Role) -> str:
    return choices.CHOICES["given_role"][role.value].meaning
