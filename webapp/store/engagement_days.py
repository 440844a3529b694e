"""Days of an engagement: those that were worked, and proposals to change the plan."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.offers import Side
from webapp.store.transitions import Transitions

MOST_DAYS_AT_ONCE = 100
"""Most days in one entry: a team of several may work on one date."""


class LoggedDays(Identified, Timed, Base):
    """Whole days worked up to a date; an entry made by mistake is taken out, and stays on record."""

    __tablename__ = "engagement_logged_days"
    __table_args__ = (CheckConstraint(f"days BETWEEN 1 AND {MOST_DAYS_AT_ONCE}", name="days_range"),)

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    worked_on: Mapped[date]
    days: Mapped[int]
    worked_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(1000), default="")
    side: Mapped[Side] = mapped_column(stored_enum(Side, "side"))
    logged_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    taken_out_at: Mapped[datetime | None]
    taken_out_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)


class ChangeState(StrEnum):
    """Where a proposed change of days stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


CHANGE_TRANSITIONS = Transitions(
    {ChangeState.PROPOSED: {ChangeState.AGREED, ChangeState.REFUSED, ChangeState.TAKEN_BACK}}
)
_WAITING = text("state = 'proposed'")


class DaysChange(Identified, Timed, Versioned, Base):
    """Another plan of days, put by one side to the other; one at a time waits for its answer."""

    __tablename__ = "engagement_changes"
    __table_args__ = (
        Index(
            "uq_engagement_changes_one_waiting",
            "engagement_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    state: Mapped[ChangeState] = mapped_column(
        stored_enum(ChangeState, "state"), default=ChangeState.PROPOSED
    )
    days_by_month: Mapped[dict[str, int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(1000))
    side: Mapped[Side] = mapped_column(stored_enum(Side, "side"))
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]


def days_logged(session: Session, engagement_id: uuid.UUID) -> dict[str, int]:
    """Days worked by month, without entries that were taken out."""
    query = (
        select(LoggedDays.worked_on, LoggedDays.days)
        .where(LoggedDays.engagement_id == engagement_id, LoggedDays.taken_out_at.is_(None))
        .order_by(LoggedDays.worked_on, LoggedDays.id)
    )
    by_month: dict[str, int] = {}
    for worked_on, days in session.execute(query):
        by_month[f"{worked_on:%Y-%m}"] = by_month.get(f"{worked_on:%Y-%m}", 0) + days
    return by_month
