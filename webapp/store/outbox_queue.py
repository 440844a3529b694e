"""The outbox as the sender sees it: what is due, who gets it, and one claim on each e-mail."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, delete, func, null, or_, select, update
from sqlalchemy.orm import Session

from webapp.store.accounts import User
from webapp.store.outbox import (
    Audience,
    DeliveryState,
    MessageDelivery,
    MessageOptOut,
    OutboxMessage,
    readable_by,
)

AT_ONCE = 200
SECRETS_KEPT_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=730)
_WIPED: dict[str, Any] = {
    "sealed": None,
    "address": case((OutboxMessage.address.is_not(None), ""), else_=null()),
}


def unaddressed(now: datetime) -> Select[OutboxMessage]:
    """Due messages whose readers have not been settled, the oldest first."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.addressed_at.is_(None), OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )


def readers(session: Session, message: OutboxMessage) -> list[uuid.UUID | None]:
    """The active people who may read a message now; ``None`` stands for its address."""
    if message.audience is Audience.ADDRESS:
        return [None]
    query = (
        select(User.id)
        .join(OutboxMessage, OutboxMessage.id == message.id)
        .where(User.active, readable_by(User.id))
        .order_by(User.id)
    )
    return list(session.scalars(query))


def opted_out(session: Session, kind: str) -> frozenset[uuid.UUID]:
    """Who does not want this kind by e-mail."""
    return frozenset(session.scalars(select(MessageOptOut.user_id).where(MessageOptOut.kind == kind)))


def waiting(
    session: Session, now: datetime, most: int
) -> list[tuple[MessageDelivery, OutboxMessage, str | None]]:
    """Deliveries to send now with the address they go to; ``None`` for somebody who lost the right."""
    goes_to = case(
        (MessageDelivery.user_id.is_(None), OutboxMessage.address),
        (User.active & readable_by(MessageDelivery.user_id), User.email),
        else_=null(),
    )
    query = (
        select(MessageDelivery, OutboxMessage, goes_to)
        .join(OutboxMessage, OutboxMessage.id == MessageDelivery.message_id)
        .outerjoin(User, User.id == MessageDelivery.user_id)
        .where(MessageDelivery.state == DeliveryState.WAITING, MessageDelivery.due_at <= now)
        .order_by(MessageDelivery.due_at, MessageDelivery.id)
        .limit(most)
    )
    return [(delivery, message, to) for delivery, message, to in session.execute(query)]


def take(session: Session, delivery: MessageDelivery, *, attempt: int, until: datetime) -> bool:
    """Claim one delivery for a try; ``False`` when another pass was quicker."""
    row = update(MessageDelivery).where(
        MessageDelivery.id == delivery.id,
        MessageDelivery.attempts == delivery.attempts,
        MessageDelivery.state == DeliveryState.WAITING,
    )
    claimed = row.values(attempts=attempt, due_at=until).returning(MessageDelivery.id)
    return session.execute(claimed, execution_options={"synchronize_session": False}).first() is not None


def wipe(session: Session, message_id: uuid.UUID) -> None:
    """Forget the secret of a message that was sent, and the address where there was no account."""
    row = update(OutboxMessage).where(OutboxMessage.id == message_id)
    session.execute(row.values(_WIPED), execution_options={"synchronize_session": False})


def delete_old(session: Session, now: datetime) -> None:
    """Drop messages of over two years; secrets and addresses that no link answers to any more."""
    session.execute(delete(OutboxMessage).where(OutboxMessage.due_at < now - KEPT_FOR))
    session.execute(
        update(OutboxMessage)
        .where(
            or_(OutboxMessage.sealed.is_not(None), OutboxMessage.address != ""),
            OutboxMessage.due_at < now - SECRETS_KEPT_FOR,
        )
        .values(_WIPED),
        execution_options={"synchronize_session": False},
    )


def failed_by_kind(session: Session) -> list[tuple[str, int, datetime, str]]:
    """For each kind with failures: how many, the last one's time and reason; no recipient."""
    newest = func.max(MessageDelivery.updated_at)
    query = (
        select(OutboxMessage.kind, func.count(), newest, func.max(MessageDelivery.failure))
        .join(OutboxMessage, OutboxMessage.id == MessageDelivery.message_id)
        .where(MessageDelivery.state == DeliveryState.FAILED)
        .group_by(OutboxMessage.kind)
        .order_by(OutboxMessage.kind)
    )
    return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]
