"""Messages that must leave: written in the transaction of their cause, sent by the worker afterwards."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Identified, Timed, stored_enum


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class OutboxMessage(Identified, Timed, Base):
    """One message to a user or to the people of an organisation; ``dedupe_key`` keeps it single."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint("attempts BETWEEN 0 AND 1000", name="attempts_range"),
        CheckConstraint("user_id IS NOT NULL OR organisation_id IS NOT NULL", name="recipient"),
        Index("ix_outbox_messages_state_due", "state", "due_at"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[MessageState] = mapped_column(
        stored_enum(MessageState, "state"), default=MessageState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def due(now: datetime) -> Select[OutboxMessage]:
    """Messages to send now, the oldest first."""
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
    )
