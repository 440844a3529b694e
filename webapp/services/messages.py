"""Writing to people: one function posts a message in the transaction of its cause; the worker sends it.

A kind's words, its one link and who reads it in an organisation stand in ``messages.toml``::

    messages.post(
        unit,
        kind="offer.to_partner",
        **messages.to_partner(partner),
        about={"offer_id": str(offer.id), "organisation": "...", "reference": "...", "lapses_on": "2026-12-04"},
        dedupe_key=f"offer.to_partner:{offer.id}",
    )
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from webapp.services.message_kinds import KINDS, SECRET, Kind, plain
from webapp.store import outbox as store
from webapp.store.accounts import normal_email
from webapp.store.outbox import Audience
from webapp.store.partners import Partner
from webapp.store.unit_of_work import UnitOfWork


class Recipient(TypedDict, total=False):
    """The part of ``post`` that names who gets a message."""

    to_user_id: UUID
    to_organisation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What ``post`` is given, for those who write thousands."""

    kind: str
    to_user_id: UUID | None = None
    to_organisation_id: UUID | None = None
    to_address: str | None = None
    about: Mapping[str, str]
    dedupe_key: str
    due_at: datetime | None = None
    sealed_secret: str | None = None


def post(  # noqa: PLR0913  # three ways to name the one recipient
    unit: UnitOfWork,
    *,
    kind: str,
    to_user_id: UUID | None = None,
    to_organisation_id: UUID | None = None,
    to_address: str | None = None,
    about: Mapping[str, str],
    dedupe_key: str,
    due_at: datetime | None = None,
    sealed_secret: str | None = None,
) -> None:
    """Write a message; one with the same ``dedupe_key`` is left as it is. It leaves after the commit.

    Exactly one recipient: a person, the people of an organisation (whom, says the kind), or an address where no
    account exists; none for a kind that goes to one of our own teams. ``about`` holds every name that the kind's
    texts ask for: dates as ``2026-12-04``, identifiers as text. ``due_at`` keeps it back until then.
    ``sealed_secret`` is the ``{secret}`` of the kind's link, sealed by ``webapp.security.sealing``; it is wiped
    once the message was sent.
    """
    message = Message(
        kind=kind,
        to_user_id=to_user_id,
        to_organisation_id=to_organisation_id,
        to_address=to_address,
        about=about,
        dedupe_key=dedupe_key,
        due_at=due_at,
        sealed_secret=sealed_secret,
    )
    if store.put(unit.session, now=unit.now, **_values(message, unit.now)):
        _wake_sender(unit)


def post_all(unit: UnitOfWork, messages: Iterable[Message]) -> None:
    """As ``post`` for thousands of messages at once."""
    rows = [_values(each, unit.now) for each in messages]
    store.put_all(unit.session, now=unit.now, messages=rows)
    if rows:
        _wake_sender(unit)


def _wake_sender(unit: UnitOfWork) -> None:
    if unit.wake_sender not in unit.after_commit:
        unit.after_commit.append(unit.wake_sender)


def _values(message: Message, now: datetime) -> dict[str, Any]:
    """The message as the outbox keeps it; raises ``ValueError`` where its kind asks for something else."""
    known, about = KINDS[message.kind], message.about
    missing = known.names - about.keys() - {SECRET}
    if missing or known.holds_secret is not (message.sealed_secret is not None):
        raise ValueError(f"the message {message.kind} needs {sorted(missing) or 'its secret'}")
    user, body, address = message.to_user_id, message.to_organisation_id, message.to_address
    return {
        "kind": message.kind,
        "dedupe_key": message.dedupe_key,
        "audience": _audience(known, user, body, address),
        "user_id": user,
        "organisation_id": body,
        "address": normal_email(address) if address is not None else None,
        "content": {name: plain(about[name]) for name in sorted(known.names - {SECRET})},
        "sealed": message.sealed_secret,
        "due_at": message.due_at or now,
    }


def to_partner(partner: Partner) -> Recipient:
    """Who is written to for a partner: the expert, or the people of the organisation."""
    if partner.user_id is not None:
        return {"to_user_id": partner.user_id}
    assert partner.organisation_id is not None  # ck_partners_expert_has_home, ck_partners_team_has_body
    return {"to_organisation_id": partner.organisation_id}


def _audience(kind: Kind, user: UUID | None, organisation: UUID | None, address: str | None) -> Audience:
    given = [each for each in (user, organisation, address) if each is not None]
    if kind.readers in store.TEAMS and not given:
        return kind.readers
    if len(given) != 1:
        raise ValueError(f"the message {kind.name} needs one recipient, {len(given)} were given")
    if user is not None:
        return Audience.PERSON
    if address is not None:
        return Audience.ADDRESS
    if kind.readers is None or kind.readers in store.TEAMS:
        raise ValueError(f"the message {kind.name} says nothing about its readers in an organisation")
    return kind.readers
