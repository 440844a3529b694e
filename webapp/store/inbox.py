"""The outbox as one reader sees it: messages that may be read now, what was read, what is not wanted by email."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    delete,
    distinct,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.store.accounts import Membership
from webapp.store.outbox import (
    ROLES,
    TEAMS,
    Audience,
    MessageDelivery,
    MessageOptOut,
    MessageRead,
    OutboxMessage,
    readable_by,
)


def messages_of(user_id: uuid.UUID, now: datetime, kinds: Iterable[str]) -> Select[OutboxMessage]:
    """The person's messages of these kinds, the newest first."""
    readable = union_all(*_readable(user_id, now, kinds))
    return (
        select(OutboxMessage)
        .where(OutboxMessage.id.in_(readable))
        .order_by(OutboxMessage.due_at.desc(), OutboxMessage.id)
    )


def unread_ids(session: Session, user_id: uuid.UUID, now: datetime, kinds: Iterable[str]) -> list[uuid.UUID]:
    """The messages of these kinds that the person has not read."""
    readable = union(*(each.where(~_was_read(user_id)) for each in _readable(user_id, now, kinds)))
    return sorted(session.scalars(readable))


def count_unread(
    user_id: SQLColumnExpression[Any], now: datetime, kinds: Iterable[str]
) -> ColumnElement[int]:
    """How many messages of these kinds the person of an outer query has not read; a column for that query."""
    counts = (
        each.with_only_columns(func.count(distinct(OutboxMessage.id)))
        .where(~_was_read(user_id))
        .correlate_except(OutboxMessage, Membership)
        .scalar_subquery()
        for each in _readable(user_id, now, kinds)
    )
    return reduce(add, counts)


def is_readable(session: Session, user_id: uuid.UUID, message_id: uuid.UUID, now: datetime) -> bool:
    """Whether the person may read this message now."""
    query = select(OutboxMessage.id).where(
        OutboxMessage.id == message_id, OutboxMessage.due_at <= now, readable_by(user_id)
    )
    return session.scalar(query) is not None


def read_among(session: Session, user_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those of the messages that the person has read."""
    query = select(MessageRead.message_id).where(
        MessageRead.user_id == user_id, MessageRead.message_id.in_(ids)
    )
    return frozenset(session.scalars(query))


def deliveries_among(
    session: Session, user_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, MessageDelivery]:
    """The person's emails of these messages."""
    query = select(MessageDelivery).where(
        MessageDelivery.user_id == user_id, MessageDelivery.message_id.in_(ids)
    )
    return {row.message_id: row for row in session.scalars(query)}


def mark_read(session: Session, user_id: uuid.UUID, ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Mark them; one that was marked meanwhile stays as it is."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"user_id": user_id, "message_id": each, "read_at": now} for each in ids]
    session.execute(dialect.insert(MessageRead).on_conflict_do_nothing(), rows)


def switched_off(session: Session, user_id: uuid.UUID) -> frozenset[str]:
    """The kinds that the person does not want by email."""
    return frozenset(session.scalars(select(MessageOptOut.kind).where(MessageOptOut.user_id == user_id)))


def switch_on(session: Session, user_id: uuid.UUID, kinds: Iterable[str]) -> None:
    """The person wants these kinds by email again."""
    session.execute(
        delete(MessageOptOut).where(MessageOptOut.user_id == user_id, MessageOptOut.kind.in_(list(kinds)))
    )


def _readable(
    user_id: uuid.UUID | SQLColumnExpression[Any], now: datetime, kinds: Iterable[str]
) -> tuple[Select[uuid.UUID], ...]:
    """The person's own messages, their organisations', their teams'; each by an index of its own."""
    due = select(OutboxMessage.id).where(OutboxMessage.due_at <= now, OutboxMessage.kind.in_(sorted(kinds)))
    held = Membership.user_id == user_id
    ours = Membership.organisation_id == OutboxMessage.organisation_id
    return (
        due.where(OutboxMessage.user_id == user_id),
        due.join(Membership, and_(ours, _reads(ROLES.keys() - TEAMS))).where(held),
        due.join(Membership, _reads(TEAMS)).where(held, OutboxMessage.audience.in_(sorted(TEAMS))),
    )


def _reads(audiences: Iterable[Audience]) -> ColumnElement[bool]:
    """Whether the membership's role is among the readers of the message."""
    return or_(
        *(
            and_(OutboxMessage.audience == each, Membership.role.in_(sorted(ROLES[each])))
            for each in sorted(audiences)
        )
    )


def _was_read(user_id: uuid.UUID | SQLColumnExpression[Any]) -> ColumnElement[bool]:
    return exists(
        select(MessageRead.message_id)
        .where(MessageRead.user_id == user_id, MessageRead.message_id == OutboxMessage.id)
        .correlate_except(MessageRead)
    )
