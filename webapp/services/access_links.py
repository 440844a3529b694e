"""Issuing and using one-time links. The token leaves sealed, in the message; the row keeps its hash."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from webapp.services import messages
from webapp.services.failures import NotFound
from webapp.services.message_kinds import KINDS
from webapp.store import access_links as store
from webapp.store.access_links import AccessLink, LinkPurpose
from webapp.store.accounts import normal_email
from webapp.store.tokens import token_hash
from webapp.store.unit_of_work import UnitOfWork

Seal = Callable[[str], str]
TOKEN_BYTES = 32
LIFETIMES: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.REGISTRATION: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Note:
    """The message that carries a link: its kind and what it says besides."""

    kind: str
    about: Mapping[str, str]


def issue(
    unit: UnitOfWork, *, purpose: LinkPurpose, email: str, seal: Seal, note: Note, **values: Any
) -> AccessLink:
    """Make a link and post it to its address; an older open one of the same purpose ends.

    A note that asks for no secret leaves the link unsent: it was made only to take as long as another.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    address = normal_email(email)
    if purpose is not LinkPurpose.INVITATION:
        store.end_others(unit.session, purpose, address, unit.now)
    row = AccessLink(
        purpose=purpose,
        token_hash=token_hash(token),
        email=address,
        ends_at=unit.now + LIFETIMES[purpose],
        **values,
    )
    unit.session.add(row)
    unit.flush()
    sealed = seal(token)
    messages.post(
        unit,
        kind=note.kind,
        to_address=address,
        about={**note.about, "ends_on": row.ends_at.date().isoformat()},
        dedupe_key=f"{note.kind}:{row.id}",
        sealed_secret=sealed if KINDS[note.kind].holds_secret else None,
    )
    return row


def find(unit: UnitOfWork, purpose: LinkPurpose, token: str) -> AccessLink | None:
    """The open link of a token; None where it is unknown, used, withdrawn or over."""
    row = unit.session.scalar(store.by_token(purpose, token))
    return row if row is not None and row.is_open(unit.now) else None


def use(unit: UnitOfWork, row: AccessLink) -> None:
    """Use a link up, before anything is done with it; raises ``NotFound`` where somebody was quicker."""
    if not store.use(unit.session, row.id, unit.now):
        raise NotFound("the link has been used")
