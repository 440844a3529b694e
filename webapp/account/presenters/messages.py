"""A person's messages in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.authority.roles import Role
from webapp.services import inbox
from webapp.services.inbox import DeliveryState, Shown
from webapp.services.paging import Page
from webapp.ui import formats
from webapp.ui.fields import Choice
from webapp.ui.paging import View, page_links

EMAILED = {
    DeliveryState.WAITING: "Email on its way",
    DeliveryState.FAILED: "The email could not be delivered",
    DeliveryState.NOT_EMAILED: "Not emailed: this service has nothing to send email with",
    DeliveryState.SWITCHED_OFF: "Not emailed: you switched this kind off",
}


@dataclass(frozen=True, slots=True)
class MessageCard:
    """One message on the page."""

    id: str
    subject: str
    lines: tuple[str, ...]
    href: str
    link_text: str
    when: str
    emailed: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """One page of messages."""

    cards: tuple[MessageCard, ...]
    heading: str
    count: str
    has_new: bool
    pages: Mapping[str, Any] | None


def messages_page(found: Page[Shown], unread: int) -> MessagesPage:
    """The page; ``unread`` counts over all pages."""
    return MessagesPage(
        cards=tuple(map(_card, found.rows)),
        heading=f"Your messages ({unread} unread)" if unread else "Your messages",
        count=formats.plural(found.total, "message"),
        has_new=unread > 0,
        pages=page_links(View(page=found.number), found.total),
    )


def choices(role: Role) -> list[Choice]:
    """The kinds for this role that can be switched off."""
    return [Choice(kind.name, kind.title) for kind in inbox.kinds_for(role, optional=True)]


def always(role: Role) -> tuple[str, ...]:
    """The kinds for this role that always come by email."""
    return tuple(kind.title for kind in inbox.kinds_for(role, optional=False))


def _card(shown: Shown) -> MessageCard:
    return MessageCard(
        id=str(shown.id),
        subject=shown.letter.subject,
        lines=shown.letter.lines,
        href=shown.letter.path,
        link_text=shown.letter.link_text,
        when=formats.moment(shown.at),
        emailed=_emailed(shown),
        is_new=not shown.is_read,
    )


def _emailed(shown: Shown) -> str:
    if shown.emailed is None:
        return ""
    return EMAILED.get(shown.emailed) or f"Emailed on {formats.moment(shown.sent_at)}"
