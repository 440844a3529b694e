"""Matching rounds: dated cycles in which requests are taken, matched, reviewed and published."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.policies import Policy
from webapp.store.transitions import Transitions

SEVERITY_POINTS = 6
"""Severity points of each organisation in a round (PRODUCT.md 2.3)."""


class RoundState(StrEnum):
    """Where a round stands (PRODUCT.md section 3)."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    MATCHING = "matching"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    REPAIR_REVIEW = "repair_review"
    ENDED = "ended"


ROUND_TRANSITIONS = Transitions(
    {
        RoundState.DRAFT: {RoundState.OPEN},
        RoundState.OPEN: {RoundState.CLOSED},
        RoundState.CLOSED: {RoundState.OPEN, RoundState.MATCHING, RoundState.IN_REVIEW},
        RoundState.MATCHING: {RoundState.IN_REVIEW, RoundState.CLOSED},
        RoundState.IN_REVIEW: {RoundState.MATCHING, RoundState.PUBLISHED},
        RoundState.PUBLISHED: {RoundState.REPAIR_REVIEW, RoundState.IN_REVIEW, RoundState.ENDED},
        RoundState.REPAIR_REVIEW: {RoundState.PUBLISHED},
    }
)


IN_FORCE = (RoundState.PUBLISHED, RoundState.REPAIR_REVIEW)
"""States in which offers stand; a repair is computed in either and reviewed in the second."""
REVIEWABLE = (RoundState.IN_REVIEW, RoundState.REPAIR_REVIEW)
"""States in which matches are decided on and publication may be proposed."""


class Round(Identified, Timed, Versioned, Base):
    """One round. Days are given in ``horizon_months`` months from ``first_month``.

    Regions may comment on what is proposed until the end of ``comments_until``; without a date, until publication.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="date_order"),
        CheckConstraint("first_month LIKE '____-__'", name="month_format"),
        CheckConstraint("horizon_months BETWEEN 1 AND 24", name="horizon_range"),
        CheckConstraint("number BETWEEN 1 AND 100000", name="number_range"),
        Index(
            "uq_rounds_one_open",
            "state",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[RoundState] = mapped_column(stored_enum(RoundState, "state"), default=RoundState.DRAFT)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    comments_until: Mapped[date | None]
    first_month: Mapped[str] = mapped_column(String(7))
    horizon_months: Mapped[int]
    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policies.id"), index=True)

    policy: Mapped[Policy] = relationship()

    @property
    def months(self) -> tuple[str, ...]:
        """The months of the horizon, in order."""
        return months_from(self.first_month, self.horizon_months)


class SeverityBudget(Identified, Base):
    """Severity points that one organisation has spent in a round; the CHECK is the rule."""

    __tablename__ = "severity_budgets"
    __table_args__ = (
        UniqueConstraint("round_id", "organisation_id"),
        CheckConstraint(f"points BETWEEN 0 AND {SEVERITY_POINTS}", name="points_range"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    points: Mapped[int] = mapped_column(default=0)


def months_from(first: str, count: int) -> tuple[str, ...]:
    """``count`` months in order, ``YYYY-MM`` each, the first one included."""
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    ordinals = range(start, start + count)
    return tuple(f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}" for ordinal in ordinals)


def newest_first(states: Iterable[RoundState] = tuple(RoundState)) -> Select[Round]:
    """Rounds in the states given, the newest first."""
    return select(Round).where(Round.state.in_(tuple(states))).order_by(Round.number.desc())


def open_round(session: Session) -> Round | None:
    """The one round that takes requests, if any."""
    return session.scalar(select(Round).where(Round.state == RoundState.OPEN))


def points_spent(session: Session, round_id: uuid.UUID, organisation_id: uuid.UUID) -> int:
    """Severity points that the organisation has spent in the round."""
    query = select(SeverityBudget.points).where(
        SeverityBudget.round_id == round_id, SeverityBudget.organisation_id == organisation_id
    )
    return session.scalar(query) or 0


def spend_points(session: Session, round_id: uuid.UUID, organisation_id: uuid.UUID, points: int) -> bool:
    """Spend points (below zero: give them back) in one conditional update; false where too few are left."""
    ours = (SeverityBudget.round_id == round_id) & (SeverityBudget.organisation_id == organisation_id)
    if session.scalar(select(SeverityBudget.id).where(ours)) is None:
        session.add(SeverityBudget(round_id=round_id, organisation_id=organisation_id, points=0))
        session.flush()
    spent = session.execute(
        update(SeverityBudget)
        .where(ours, SeverityBudget.points + points <= SEVERITY_POINTS, SeverityBudget.points + points >= 0)
        .values(points=SeverityBudget.points + points)
        .returning(SeverityBudget.points)
        .execution_options(synchronize_session=False)
    )
    return spent.one_or_none() is not None
