"""How an engagement goes: check-ins, its outcome with points over time, and each side's rating."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.offers import Side

MOST_THOUSANDTHS = 10**12
"""The largest value of a measure is a thousand million, to three decimal places."""


class CheckInKind(StrEnum):
    """When both sides look back together."""

    SIX_WEEKS = "six_weeks"
    SIX_MONTHS = "six_months"


class CheckIn(Identified, Timed, Base):
    """One check-in with the day it is due; ``reminded_at`` is when both sides were written to."""

    __tablename__ = "engagement_check_ins"
    __table_args__ = (
        UniqueConstraint("engagement_id", "kind"),
        Index("ix_engagement_check_ins_due", "due_on", "id"),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"))
    kind: Mapped[CheckInKind] = mapped_column(stored_enum(CheckInKind, "kind"))
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]

    answers: Mapped[list[CheckInAnswer]] = relationship(order_by="CheckInAnswer.side")


class Progress(StrEnum):
    """How it goes, in one word of a side."""

    WELL = "well"
    MIXED = "mixed"
    BADLY = "badly"


class CheckInAnswer(Identified, Timed, Base):
    """What one side says at a check-in; said once."""

    __tablename__ = "engagement_check_in_answers"
    __table_args__ = (UniqueConstraint("check_in_id", "side"),)

    check_in_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagement_check_ins.id"))
    side: Mapped[Side] = mapped_column(stored_enum(Side, "side"))
    progress: Mapped[Progress] = mapped_column(stored_enum(Progress, "progress"))
    words: Mapped[str] = mapped_column(String(2000), default="")
    needs_help: Mapped[bool] = mapped_column(default=False)
    answered_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)


class Better(StrEnum):
    """Which way of a measure is an improvement."""

    HIGHER = "higher"
    LOWER = "lower"

    def improved(self, before: Any, after: Any) -> bool | None:
        """Whether a measure moved the right way; nothing before it was measured twice."""
        if before is None or after is None:
            return None
        return bool(after > before if self is Better.HIGHER else after < before)


class Outcome(Identified, Timed, Versioned, Base):
    """What is measured, which way is better, and what came of it in words."""

    __tablename__ = "engagement_outcomes"

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), unique=True)
    measure: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40), default="")
    better: Mapped[Better] = mapped_column(stored_enum(Better, "better"))
    words: Mapped[str] = mapped_column(String(2000), default="")

    points: Mapped[list[OutcomePoint]] = relationship(order_by="OutcomePoint.measured_on, OutcomePoint.id")


class Phase(StrEnum):
    """Before the work, or during and after it."""

    BASELINE = "baseline"
    FOLLOW_UP = "follow_up"


class OutcomePoint(Identified, Timed, Base):
    """One value of the measure on one day, in whole thousandths, so that nothing drifts (RELIABILITY.md, I16)."""

    __tablename__ = "engagement_outcome_points"
    __table_args__ = (
        UniqueConstraint("outcome_id", "measured_on"),
        CheckConstraint(
            f"thousandths BETWEEN -{MOST_THOUSANDTHS} AND {MOST_THOUSANDTHS}", name="thousandths_range"
        ),
    )

    outcome_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagement_outcomes.id"))
    measured_on: Mapped[date]
    thousandths: Mapped[int] = mapped_column(BigInteger)
    phase: Mapped[Phase] = mapped_column(stored_enum(Phase, "phase"))
    recorded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)


class Rating(Identified, Timed, Base):
    """How one side found it, from 1 to 5; the other side reads it once both have rated."""

    __tablename__ = "engagement_ratings"
    __table_args__ = (
        UniqueConstraint("engagement_id", "side"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"))
    side: Mapped[Side] = mapped_column(stored_enum(Side, "side"))
    score: Mapped[int]
    words: Mapped[str] = mapped_column(String(2000), default="")
    rated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
