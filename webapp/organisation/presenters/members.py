"""The people of an organisation or of the national team: the list, inviting, one person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services.invitations import AccessLink
from webapp.services.members import Membership
from webapp.ui import choices, formats
from webapp.ui.listing import Column, Listing


@dataclass(frozen=True, slots=True)
class Section:
    """Whose people these are, and the names of the pages about them."""

    key: str
    heading: str
    back: str
    back_words: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person in the list."""

    name: str
    email: str
    role: str
    state: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """One invitation that was not accepted yet."""

    words: str
    withdraw: str
    about: str


@dataclass(frozen=True, slots=True)
class MembersPage:
    """What stands round the list."""

    heading: str
    back: str
    back_words: str
    invite: str
    waiting: tuple[WaitingLine, ...]


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One person: what can be changed, and by whom."""

    name: str
    email: str
    role: str
    back: str
    may_change: bool
    own_words: str
    remove: str
    remove_words: str


OWN = Section("members", "Members of your organisation", "organisation.overview", "Your organisation")
NATIONAL = Section("national_users", "People of the national team", "national.home", "Overview")
LISTING = Listing(
    caption="People with a role here",
    columns=(
        Column("name", "Name", link=lambda line: line.href, sortable=False),
        Column("role", "Role", sortable=False),
        Column("state", "Account", tag=lambda line: line.colour, sortable=False),
        Column("email", "Email address", sortable=False),
    ),
    empty="Nobody has a role here yet.",
    noun="person",
    nouns="people",
)


def section_of(actor: Actor) -> Section:
    """Whose people the actor looks after."""
    return NATIONAL if actor.role is Role.NATIONAL_ADMIN else OWN


def member_line(section: Section, held: Membership) -> MemberLine:
    """One line of the list."""
    user = held.user
    state, colour = ("On", "green") if user.active else ("Switched off", "grey")
    if user.active and user.password is None:
        state, colour = "No password yet", "yellow"
    return MemberLine(
        name=user.name,
        email=user.email,
        role=choices.title("given_role", held.role),
        state=state,
        colour=colour,
        href=_href(section, "one", membership_id=held.id),
    )


def members_page(section: Section, waiting: Iterable[AccessLink]) -> MembersPage:
    """The page of the list."""
    return MembersPage(
        heading=section.heading,
        back=url_for(section.back),
        back_words=section.back_words,
        invite=_href(section, "invite"),
        waiting=tuple(_waiting(section, each) for each in waiting),
    )


def member_page(section: Section, held: Membership, actor: Actor) -> MemberPage:
    """The page of one person."""
    is_self = held.user_id == actor.user_id
    return MemberPage(
        name=held.user.name,
        email=held.user.email,
        role=choices.title("given_role", held.role),
        back=list_href(section),
        may_change=not is_self,
        own_words="This is you. Somebody else must change your role." if is_self else "",
        remove=_href(section, "remove", membership_id=held.id),
        remove_words=(
            "You lose this role at once, and are signed out."
            if is_self
            else "From their next click on they are out. What they did stays on record. You can invite them again."
        ),
    )


def now_words(held: Membership) -> dict[str, str]:
    """What now stands for a person, with the version of the account."""
    return {"Role": choices.title("given_role", held.role), "version": str(held.user.version)}


def list_href(section: Section) -> str:
    """The list's address."""
    return url_for(f"organisation.{section.key}")


def _href(section: Section, act: str, **values: object) -> str:
    name = {"one": "", "invite": "invite_", "remove": "remove_", "withdraw": "withdraw_"}[act]
    noun = {"members": "member", "national_users": "national_user"}[section.key]
    address: str = url_for(f"organisation.{name}{noun}", **values)  # type: ignore[arg-type]
    return address


def _waiting(section: Section, each: AccessLink) -> WaitingLine:
    role = choices.title("given_role", each.role)
    words = f"{each.name} ({each.email}), {role.lower()}: until {formats.day(each.ends_at)}"
    return WaitingLine(
        words, _href(section, "withdraw", invitation_id=each.id), f"invitation of {each.email}"
    )
