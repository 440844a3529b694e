"""The outbox as the sender sees it: what is due, who gets it, and one claim on each email."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, null, or_, select, update
from sqlalchemy.orm import Session

from webapp.store.accounts import Membership, User
from webapp.store.outbox import (
    ROLES,
    TEAMS,
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


def readers(
    session: Session, messages: Sequence[OutboxMessage]
) -> dict[uuid.UUID, tuple[uuid.UUID | None, ...]]:
    """The active people who may read each message now; ``None`` stands for its address.

    A publication writes thousands at once, so that a query answers for all of one audience.
    """
    found: dict[uuid.UUID, tuple[uuid.UUID | None, ...]] = {}
    for audience in sorted({each.audience for each in messages}):
        alike = [each for each in messages if each.audience is audience]
        found |= _readers_alike(session, audience, alike)
    return found


def _readers_alike(
    session: Session, audience: Audience, messages: Sequence[OutboxMessage]
) -> dict[uuid.UUID, tuple[uuid.UUID | None, ...]]:
    if audience is Audience.ADDRESS:
        return {each.id: (None,) for each in messages}
    if audience is Audience.PERSON:
        wanted = {each.user_id for each in messages}
        active = set(session.scalars(select(User.id).where(User.active, User.id.in_(wanted))))
        return {each.id: tuple(filter(active.__contains__, (each.user_id,))) for each in messages}
    held = (
        select(Membership.organisation_id, User.id)
        .join(User, User.id == Membership.user_id)
        .where(User.active, Membership.role.in_(sorted(ROLES[audience])))
    )
    if audience in TEAMS:
        everybody = tuple(sorted({user_id for _, user_id in session.execute(held)}))
        return {each.id: everybody for each in messages}
    people: dict[uuid.UUID | None, set[uuid.UUID]] = defaultdict(set)
    bodies = {each.organisation_id for each in messages}
    for body, user_id in session.execute(held.where(Membership.organisation_id.in_(bodies))):
        people[body].add(user_id)
    return {each.id: tuple(sorted(people[each.organisation_id])) for each in messages}


def settle(
    session: Session,
    messages: Sequence[OutboxMessage],
    deliveries: Sequence[tuple[uuid.UUID, uuid.UUID | None, DeliveryState]],
    now: datetime,
) -> None:
    """Write who gets what: the deliveries of some messages, each with its first state."""
    if deliveries:
        session.execute(
            insert(MessageDelivery),
            [
                {"message_id": message_id, "user_id": user_id, "state": state, "due_at": now}
                | {"created_at": now, "updated_at": now}
                for message_id, user_id, state in deliveries
            ],
        )
    ids = [each.id for each in messages]
    row = update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(addressed_at=now, updated_at=now)
    session.execute(row, execution_options={"synchronize_session": False})


def opted_out(session: Session, kind: str) -> frozenset[uuid.UUID]:
    """Who does not want this kind by email."""
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


def last_to(session: Session, email: str) -> OutboxMessage | None:
    """The newest message to an address: written to it, to the account that has it, or delivered to that account."""
    own = select(User.id).where(User.email == email)
    delivered = select(MessageDelivery.message_id).where(MessageDelivery.user_id.in_(own))
    query = (
        select(OutboxMessage)
        .where(
            or_(
                OutboxMessage.address == email,
                OutboxMessage.user_id.in_(own),
                OutboxMessage.id.in_(delivered),
            )
        )
        .order_by(OutboxMessage.due_at.desc(), OutboxMessage.created_at.desc(), OutboxMessage.id)
    )
    return session.scalars(query.limit(1)).first()


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


def counts(session: Session) -> dict[DeliveryState, int]:
    """How many emails stand in each state."""
    query = select(MessageDelivery.state, func.count()).group_by(MessageDelivery.state)
    return {state: int(count) for state, count in session.execute(query)}


def waiting_count(session: Session) -> tuple[int, datetime | None]:
    """How many emails wait, and since when the one that has waited longest."""
    query = select(func.count(), func.min(MessageDelivery.created_at)).where(
        MessageDelivery.state == DeliveryState.WAITING
    )
    count, oldest = session.execute(query).one()
    return count, oldest


def failed_by_kind(session: Session) -> list[tuple[str, int, datetime, str]]:
    """For each kind with failures: how many, the last one's time and reason; no recipient."""
    place = func.row_number().over(
        partition_by=OutboxMessage.kind, order_by=(MessageDelivery.updated_at.desc(), MessageDelivery.id)
    )
    failed = (
        select(
            OutboxMessage.kind,
            func.count().over(partition_by=OutboxMessage.kind).label("count"),
            MessageDelivery.updated_at,
            MessageDelivery.failure,
            place.label("place"),
        )
        .join(OutboxMessage, OutboxMessage.id == MessageDelivery.message_id)
        .where(MessageDelivery.state == DeliveryState.FAILED)
        .subquery()
    )
    query = select(failed).where(failed.c.place == 1).order_by(failed.c.kind)
    return [(kind, count, at, reason) for kind, count, at, reason, _ in session.execute(query)]


def revive(session: Session, kind: str, now: datetime) -> int:
    """Let the failed emails of a kind wait for one more round of tries; how many these are."""
    of_kind = select(OutboxMessage.id).where(OutboxMessage.kind == kind)
    row = update(MessageDelivery).where(
        MessageDelivery.state == DeliveryState.FAILED, MessageDelivery.message_id.in_(of_kind)
    )
    # Counted as tried once: the first try of the new round asks whether the old one had left after all.
    revived = row.values(state=DeliveryState.WAITING, attempts=1, due_at=now, updated_at=now)
    return len(session.scalars(revived.returning(MessageDelivery.id)).all())
