"""What the layout shows on every page: the service's name, who is signed in, the menus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from webapp.authority import roles
from webapp.authority.actor import Actor, AnyActor
from webapp.security import headers
from webapp.ui import formats, navigation

NAME = "Support partner matching"


@dataclass(frozen=True, slots=True)
class Site:
    """The frame of one page."""

    name: str
    person: str
    can_sign_out: bool
    menu: list[dict[str, object]]
    footer: tuple[navigation.Entry, ...]
    is_demonstration: bool
    has_account: bool = True
    messages: str = ""
    idle_seconds: int = 0


def frame(actor: AnyActor, *, is_signed_in: bool, is_demonstration: bool, unread: int = 0) -> Site:
    """The frame for this person on this page."""
    role = actor.role if isinstance(actor, Actor) else roles.Role.ANONYMOUS
    return Site(
        name=NAME,
        person=actor.name if isinstance(actor, Actor) else "",
        can_sign_out=is_signed_in,
        menu=navigation.menu(role, request.path),
        footer=navigation.FOOTER,
        is_demonstration=is_demonstration,
        messages=f"Messages ({unread} unread)" if unread else "Messages",
        idle_seconds=int(roles.idle_limit(role).total_seconds()) if isinstance(actor, Actor) else 0,
    )


def frame_without_account() -> Site:
    """The frame of a page that is the same for everybody, and from which no form may be sent."""
    menu = navigation.menu(roles.Role.ANONYMOUS, request.path)
    return Site(NAME, "", False, menu, navigation.FOOTER, False, has_account=False)


def static_file(name: str) -> str:
    """The address of one of our static files; it changes with the release, so browsers may keep it."""
    return url_for("public.static_file", filename=name)


def wire(app: Flask) -> None:
    """Give templates the filters and what they need of every response."""
    formats.wire(app)
    functions: dict[str, Any] = {"static_file": static_file, "csp_nonce": headers.nonce}
    app.jinja_env.globals.update(functions)
