"""Accounts in a list, and one of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.authority import roles
from webapp.authority.actor import Actor
from webapp.services.accounts import User
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter

LISTING = Listing(
    caption="Accounts",
    columns=(
        Column("name", "Name", link=lambda line: line.href, sortable=False),
        Column("email", "Email address", sortable=False),
        Column("roles", "Roles", sortable=False),
        Column("factor", "Second step", sortable=False),
        Column("state", "Account", tag=lambda line: line.colour, sortable=False),
    ),
    filters=(
        TextFilter("q", "Name or email address"),
        ChoiceFilter("state", "Account", (("on", "On"), ("off", "Switched off"))),
    ),
    empty="There are no accounts yet.",
    noun="account",
)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the list."""

    name: str
    email: str
    roles: str
    factor: str
    state: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account with what can be done about it."""

    line: AccountLine
    words: str
    button: str
    href: str
    active: str


def account_line(user: User) -> AccountLine:
    """One line of the list."""
    held = sorted({roles.TITLES[each.role] for each in user.memberships})
    return AccountLine(
        name=user.name,
        email=user.email,
        roles=", ".join(held) or "None",
        factor="On" if user.has_second_factor else "Off",
        state="On" if user.active else "Switched off",
        colour="green" if user.active else "grey",
        href=url_for("admin.account", user_id=user.id),
    )


def account_page(user: User, actor: Actor) -> AccountPage:
    """The page of one account."""
    words = "They can sign in. Switched off, they are out from their next click on, and no link lets them in."
    button, active = "Switch the account off", ""
    if not user.active:
        words = "They cannot sign in. What they did stays on record."
        button, active = "Switch the account on", "yes"
    if user.id == actor.user_id:
        words, button = "This is your own account: somebody else must switch it off.", ""
    return AccountPage(
        account_line(user), words, button, url_for("admin.switch_account", user_id=user.id), active
    )
