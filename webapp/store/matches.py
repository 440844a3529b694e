"""What a run proposes: matches with days by month, and requests left short, each with its reasons."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified
from webapp.store.partners import Partner
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest


class ProposedMatch(Identified, Base):
    """One engagement of a run: never changed; what people decide about it is in ``decisions``.

    ``evidence`` holds the score in parts, the rank among candidates, the next best partners and the flags, as
    the run's evidence document gave them. ``is_locked``: a decision fixed it before the run, so that the
    decision stands for it as well. ``is_close`` says that another use of the days was about as good.
    """

    __tablename__ = "proposed_matches"
    __table_args__ = (
        UniqueConstraint("run_id", "partner_id", "request_id"),
        CheckConstraint("days BETWEEN 1 AND 10000", name="days_range"),
        CheckConstraint("fit BETWEEN 0 AND 1", name="fit_range"),
        CheckConstraint("flag_count BETWEEN 0 AND 100", name="flag_count_range"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"))
    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    days: Mapped[int]
    fit: Mapped[float]
    distance_km: Mapped[float]
    covers: Mapped[list[str]] = mapped_column(JSON)
    flags: Mapped[list[str]] = mapped_column(JSON)
    flag_count: Mapped[int] = mapped_column(default=0)
    is_close: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)

    run: Mapped[Run] = relationship()
    partner: Mapped[Partner] = relationship()
    request: Mapped[SupportRequest] = relationship()
    months: Mapped[list[MatchMonth]] = relationship(order_by="MatchMonth.month", cascade="all, delete-orphan")

    @property
    def days_by_month(self) -> dict[str, int]:
        """Whole days in each month that has any."""
        return {each.month: each.days for each in self.months}


class MatchMonth(Base):
    """Days of a proposed match in one month."""

    __tablename__ = "proposed_match_months"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 1000", name="days_range"),
        CheckConstraint("month LIKE '____-__'", name="month_format"),
    )

    match_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposed_matches.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    days: Mapped[int]


class UnmetRequest(Identified, Base):
    """A request with nothing or short of days: the binding reason, and what would have to change."""

    __tablename__ = "unmet_requests"
    __table_args__ = (
        UniqueConstraint("run_id", "request_id"),
        CheckConstraint("days_short BETWEEN 1 AND 10000", name="days_short_range"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"))
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    days_short: Mapped[int]
    reason: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)

    request: Mapped[SupportRequest] = relationship()


def rounds_in_force_with(partner_id: uuid.UUID) -> Select[uuid.UUID]:
    """Published rounds whose current run has a match of the partner, the oldest first."""
    return (
        select(Round.id)
        .join(Run, Run.round_id == Round.id)
        .join(ProposedMatch, ProposedMatch.run_id == Run.id)
        .where(Run.is_current, Round.state.in_(IN_FORCE), ProposedMatch.partner_id == partner_id)
        .group_by(Round.id, Round.number)
        .order_by(Round.number)
    )


def proposes(session: Session, run_id: uuid.UUID, pair: tuple[uuid.UUID, uuid.UUID]) -> bool:
    """Whether a run proposes a (partner, request) pair."""
    query = select(ProposedMatch.id).where(
        ProposedMatch.run_id == run_id,
        ProposedMatch.partner_id == pair[0],
        ProposedMatch.request_id == pair[1],
    )
    return session.scalar(query) is not None


def unmet_of_run(run_id: uuid.UUID) -> Select[UnmetRequest]:
    """Requests of a run that are short of days, by reference."""
    return (
        select(UnmetRequest)
        .join(UnmetRequest.request)
        .where(UnmetRequest.run_id == run_id)
        .order_by(SupportRequest.reference)
    )
