"""What was counted of a round before it is solved: one row for each round, counted again when somebody asks."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified
from webapp.store.rounds import Round, RoundState

COUNTED_IN = (RoundState.OPEN, RoundState.CLOSED, RoundState.IN_REVIEW)


class RoundCheck(Identified, Base):
    """When a count was asked for and made, and what it found; ``problem`` says why there is none."""

    __tablename__ = "round_checks"
    __table_args__ = (UniqueConstraint("round_id"),)

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"))
    asked_at: Mapped[datetime]
    counted_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(1000), default="")
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON)


def of_round(session: Session, round_id: uuid.UUID) -> RoundCheck | None:
    """The check of a round."""
    return session.scalar(select(RoundCheck).where(RoundCheck.round_id == round_id))


def due(session: Session, *, before: datetime) -> list[uuid.UUID]:
    """Rounds to be counted: never yet, asked for since, or last counted before a moment; the oldest first."""
    old = or_(
        RoundCheck.id.is_(None),
        RoundCheck.counted_at.is_(None),
        RoundCheck.asked_at > RoundCheck.counted_at,
        RoundCheck.counted_at < before,
    )
    query = (
        select(Round.id)
        .outerjoin(RoundCheck, RoundCheck.round_id == Round.id)
        .where(Round.state.in_(COUNTED_IN), old)
        .order_by(Round.number)
    )
    return list(session.scalars(query))


def ask(session: Session, round_id: uuid.UUID, now: datetime) -> bool:
    """Ask for another count of a round that was counted before; false where there is no row yet."""
    written = session.execute(
        update(RoundCheck)
        .where(RoundCheck.round_id == round_id)
        .values(asked_at=now)
        .returning(RoundCheck.id)
        .execution_options(synchronize_session="fetch")
    )
    return written.one_or_none() is not None
