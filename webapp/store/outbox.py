"""Messages that must leave: written in the transaction of their cause, sent by the worker afterwards.

A message is for one person, for the people of an organisation, for one of the service's own teams, or for an
address without an account. Who may read it is asked anew each time (``readable_by``), so a person who leaves
an organisation loses its messages at once; ``MessageDelivery`` is one email to one of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    SQLColumnExpression,
    String,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.authority.roles import NATIONAL, Role
from webapp.store.accounts import Membership
from webapp.store.base import Base, Identified, Timed, stored_enum


class Audience(StrEnum):
    """Who reads a message; all but the first two hold a role, in its organisation where it names one."""

    PERSON = "person"
    ADDRESS = "address"
    LEADS = "leads"
    MEMBERS = "members"
    MANAGERS = "managers"
    EMPLOYERS = "employers"
    NATIONAL_TEAM = "national_team"
    NATIONAL_ADMINS = "national_admins"
    SYSTEM_ADMINS = "system_admins"


ROLES: Mapping[Audience, frozenset[Role]] = {
    Audience.LEADS: frozenset({Role.TRUST_LEAD}),
    Audience.MEMBERS: frozenset({Role.TRUST_LEAD, Role.TRUST_MEMBER}),
    Audience.MANAGERS: frozenset({Role.PARTNER_MANAGER}),
    Audience.EMPLOYERS: frozenset({Role.TRUST_LEAD, Role.PARTNER_MANAGER}),
    Audience.NATIONAL_TEAM: NATIONAL,
    Audience.NATIONAL_ADMINS: frozenset({Role.NATIONAL_ADMIN}),
    Audience.SYSTEM_ADMINS: frozenset({Role.SYSTEM_ADMIN}),
}
TEAMS = frozenset({Audience.NATIONAL_TEAM, Audience.NATIONAL_ADMINS, Audience.SYSTEM_ADMINS})
"""Audiences of the service itself: no organisation is named."""


class DeliveryState(StrEnum):
    """Where one email stands. ``NOT_EMAILED``: nothing to send with; ``SWITCHED_OFF``: not wanted by email."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    NOT_EMAILED = "not_emailed"
    SWITCHED_OFF = "switched_off"


class OutboxMessage(Identified, Timed, Base):
    """One message; ``dedupe_key`` keeps it single. ``sealed`` is a secret of its link, gone once it was sent."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        CheckConstraint(
            "(audience = 'person') = (user_id IS NOT NULL) AND (audience = 'address') = (address IS NOT NULL)"
            " AND (audience IN ('leads', 'members', 'managers', 'employers')) = (organisation_id IS NOT NULL)",
            name="recipient",
        ),
        Index("ix_outbox_messages_addressed_due", "addressed_at", "due_at"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    audience: Mapped[Audience] = mapped_column(stored_enum(Audience, "audience"), index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[str | None] = mapped_column(String(2000))
    due_at: Mapped[datetime]
    addressed_at: Mapped[datetime | None]


class MessageDelivery(Identified, Timed, Base):
    """One email to one person (or to the message's address): its identifier is what makes it single."""

    __tablename__ = "message_deliveries"
    __table_args__ = (
        CheckConstraint("attempts BETWEEN 0 AND 1000", name="attempts_range"),
        UniqueConstraint("message_id", "user_id"),
        Index(
            "uq_message_deliveries_address",
            "message_id",
            unique=True,
            sqlite_where=text("user_id IS NULL"),
            postgresql_where=text("user_id IS NULL"),
        ),
        Index("ix_message_deliveries_state_due", "state", "due_at"),
    )

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("outbox_messages.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    state: Mapped[DeliveryState] = mapped_column(
        stored_enum(DeliveryState, "state"), default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(200), default="")


class MessageRead(Base):
    """That a person has read a message."""

    __tablename__ = "message_reads"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("outbox_messages.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    read_at: Mapped[datetime]


class MessageOptOut(Base):
    """A kind of message that a person does not want by email; it still stands among their messages."""

    __tablename__ = "message_opt_outs"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), primary_key=True)


def put(session: Session, *, now: datetime, **values: Any) -> bool:
    """Write a message unless one with its ``dedupe_key`` is there; whether it was written.

    A second writer waits for the transaction of the first one to end, on both engines.
    """
    kept = _unless_there(session).values(_row(now, values)).returning(OutboxMessage.id)
    return session.execute(kept).first() is not None


def put_all(session: Session, *, now: datetime, messages: Sequence[Mapping[str, Any]]) -> None:
    """As ``put`` for thousands at once."""
    rows = [_row(now, each) for each in messages]
    if rows:
        session.connection().execute(_unless_there(session), rows)


def _unless_there(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(OutboxMessage).on_conflict_do_nothing(index_elements=["dedupe_key"])


def _row(now: datetime, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": uuid.uuid4(), "created_at": now, "updated_at": now, "addressed_at": None, **values}


def readable_by(user_id: uuid.UUID | SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether a person may read a message now: their own, or one of a role that they hold today.

    Asked of a few given messages; ``store.inbox`` finds all of a person's.
    """
    held = select(Membership.id).where(Membership.user_id == user_id)
    by_role = [
        and_(
            OutboxMessage.audience == audience,
            exists(
                held.where(Membership.role.in_(sorted(roles)))
                if audience in TEAMS
                else held.where(
                    Membership.role.in_(sorted(roles)),
                    Membership.organisation_id == OutboxMessage.organisation_id,
                )
            ),
        )
        for audience, roles in ROLES.items()
    ]
    return or_(OutboxMessage.user_id == user_id, *by_role)
