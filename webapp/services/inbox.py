"""A person's own messages: reading them, marking them read, and which kinds come by email too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.authority.roles import Role
from webapp.services import audit
from webapp.services.failures import NotFound, Rejected
from webapp.services.message_kinds import KINDS, SHOWN, Kind, Letter, letter
from webapp.services.paging import Page, Paging, page_of
from webapp.store import inbox as store
from webapp.store.outbox import ROLES, DeliveryState, MessageDelivery, MessageOptOut, OutboxMessage
from webapp.store.unit_of_work import UnitOfWork


def kinds_for(role: Role, *, optional: bool) -> tuple[Kind, ...]:
    """The kinds that somebody in this role may get, of those that can be switched off or of the others."""
    return tuple(
        kind
        for kind in KINDS.values()
        if kind.optional is optional and not kind.holds_secret and _may_get(kind, role)
    )


def _may_get(kind: Kind, role: Role) -> bool:
    """A message to a partner goes to the expert, or to the managers of the organisation."""
    if kind.readers is None:
        return True
    readers = ROLES[kind.readers]
    return role in readers or (role is Role.PARTNER_EXPERT and Role.PARTNER_MANAGER in readers)


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of a person. ``emailed`` is how its email stands; ``None`` where none was made for them."""

    id: UUID
    letter: Letter
    at: datetime
    is_read: bool
    emailed: DeliveryState | None
    sent_at: datetime | None


def page(unit: UnitOfWork, *, actor: Actor, paging: Paging) -> Page[Shown]:
    """The person's messages, in whichever role they got them, the newest first."""
    require(actor, Action.OWN_ACCOUNT, user_id=actor.user_id)
    found = page_of(unit.session, store.messages_of(actor.user_id, unit.now, SHOWN), paging)
    ids = [row.id for row in found.rows]
    read = store.read_among(unit.session, actor.user_id, ids)
    deliveries = store.deliveries_among(unit.session, actor.user_id, ids)
    rows = tuple(_shown(row, row.id in read, deliveries.get(row.id)) for row in found.rows)
    return Page(rows, found.total, found.number, found.size)


def mark_read(unit: UnitOfWork, *, actor: Actor, message_id: UUID | None = None) -> None:
    """Mark one message as read, or (without one) all that there are now; twice does no more than once."""
    require(actor, Action.OWN_ACCOUNT, user_id=actor.user_id)
    unread = store.unread_ids(unit.session, actor.user_id, unit.now, SHOWN)
    if message_id is not None:
        if not store.is_readable(unit.session, actor.user_id, message_id, unit.now):
            raise NotFound("no such message")
        unread = [each for each in unread if each == message_id]
    if unread:
        store.mark_read(unit.session, actor.user_id, unread, unit.now)
        audit.record(unit, actor, "message.read", audit.Subject("user", actor.user_id))


def wanted_by_email(unit: UnitOfWork, *, actor: Actor) -> frozenset[str]:
    """The kinds, of those that can be switched off, that the person gets by email."""
    require(actor, Action.OWN_ACCOUNT, user_id=actor.user_id)
    off = store.switched_off(unit.session, actor.user_id)
    return _optional(actor) - off


def choose_by_email(unit: UnitOfWork, *, actor: Actor, kinds: frozenset[str]) -> None:
    """From now on these kinds come by email, of those that can be switched off; the others always do."""
    before = wanted_by_email(unit, actor=actor)
    if not kinds <= _optional(actor):
        raise Rejected("kinds", "Choose kinds of message of the list")
    for name in sorted(before - kinds):
        unit.session.add(MessageOptOut(user_id=actor.user_id, kind=name))
    store.switch_on(unit.session, actor.user_id, kinds - before)
    unit.flush()
    if kinds != before:
        subject = audit.Subject("user", actor.user_id)
        audit.record(
            unit,
            actor,
            "message.choose_by_email",
            subject,
            before={"kinds": sorted(before)},
            after={"kinds": sorted(kinds)},
        )


def _optional(actor: Actor) -> frozenset[str]:
    return frozenset(kind.name for kind in kinds_for(actor.role, optional=True))


def _shown(row: OutboxMessage, is_read: bool, delivery: MessageDelivery | None) -> Shown:
    return Shown(
        id=row.id,
        letter=letter(KINDS[row.kind], row.content),
        at=row.due_at,
        is_read=is_read,
        emailed=delivery.state if delivery else None,
        sent_at=delivery.sent_at if delivery else None,
    )
