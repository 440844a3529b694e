"""Bulletins of board meetings, and who has asked for them by email."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.transitions import Transitions


class BulletinState(StrEnum):
    """Where a bulletin stands; once published it stays as it is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


BULLETIN_TRANSITIONS = Transitions({BulletinState.DRAFT: {BulletinState.PUBLISHED, BulletinState.DISCARDED}})


class Bulletin(Identified, Timed, Versioned, Base):
    """Headlines and priorities of one board meeting. ``priorities`` are code and label as they were then.

    ``mailed_to`` is how far the posting to subscribers has come, ``mailed_at`` when it was done.
    """

    __tablename__ = "bulletins"
    __table_args__ = (
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_dated"),
        Index("ix_bulletins_state_published", "state", "published_at"),
    )

    title: Mapped[str] = mapped_column(String(120))
    meeting_on: Mapped[date]
    intro: Mapped[str] = mapped_column(String(1000), default="")
    headlines: Mapped[list[str]] = mapped_column(JSON)
    priorities: Mapped[list[list[str]]] = mapped_column(JSON)
    state: Mapped[BulletinState] = mapped_column(
        stored_enum(BulletinState, "state"), default=BulletinState.DRAFT
    )
    drafted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    published_at: Mapped[datetime | None]
    mailed_to: Mapped[uuid.UUID | None]
    mailed_at: Mapped[datetime | None]


class Subscription(Identified, Timed, Base):
    """An address that asked for the bulletin; nothing is sent before it was confirmed.

    Of both links only hashes are compared. The way out is kept sealed as well, because each bulletin carries it.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_normal_form"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    confirm_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    confirm_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(index=True)
    leave_hash: Mapped[str] = mapped_column(String(64), unique=True)
    leave_sealed: Mapped[str] = mapped_column(String(2000))


def published() -> Select[Bulletin]:
    """Published bulletins, the newest first."""
    return (
        select(Bulletin)
        .where(Bulletin.state == BulletinState.PUBLISHED)
        .order_by(Bulletin.published_at.desc(), Bulletin.id)
    )


def working() -> Select[Bulletin]:
    """Drafts and published bulletins, the latest meeting first."""
    return (
        select(Bulletin)
        .where(Bulletin.state != BulletinState.DISCARDED)
        .order_by(Bulletin.meeting_on.desc(), Bulletin.id)
    )


def unmailed() -> Select[Bulletin]:
    """Published bulletins that have not been posted to all subscribers, the oldest first."""
    return (
        select(Bulletin)
        .where(Bulletin.state == BulletinState.PUBLISHED, Bulletin.mailed_at.is_(None))
        .order_by(Bulletin.published_at, Bulletin.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def confirmed_after(row: Bulletin, most: int) -> Select[Subscription]:
    """The next subscribers who were there when the bulletin came out."""
    query = (
        select(Subscription)
        .where(Subscription.confirmed_at <= row.published_at)
        .order_by(Subscription.id)
        .limit(most)
    )
    return query if row.mailed_to is None else query.where(Subscription.id > row.mailed_to)
