"""Engagements: accepted offers at work, with the agreement that both sides edit and accept, and their plan of days."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.engagement_days import DaysChange, LoggedDays
from webapp.store.engagement_reviews import CheckIn, Outcome, Rating
from webapp.store.offers import Offer, Side
from webapp.store.partners import Partner, PartnerKind
from webapp.store.support_requests import SupportRequest
from webapp.store.transitions import Transitions


class EngagementState(StrEnum):
    """Where an engagement stands: from the draft of its agreement to its end."""

    DRAFTED = "drafted"
    AGREED = "agreed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"


ENGAGEMENT_TRANSITIONS = Transitions(
    {
        EngagementState.DRAFTED: {EngagementState.AGREED, EngagementState.ENDED_EARLY},
        EngagementState.AGREED: {EngagementState.ACTIVE, EngagementState.ENDED_EARLY},
        EngagementState.ACTIVE: {
            EngagementState.PAUSED,
            EngagementState.ENDED,
            EngagementState.ENDED_EARLY,
        },
        EngagementState.PAUSED: {
            EngagementState.ACTIVE,
            EngagementState.ENDED,
            EngagementState.ENDED_EARLY,
        },
    }
)

OPEN_STATES = (
    EngagementState.DRAFTED,
    EngagementState.AGREED,
    EngagementState.ACTIVE,
    EngagementState.PAUSED,
)
"""States in which the plan's days are promised and may still change."""
OVER_STATES = (EngagementState.ENDED, EngagementState.ENDED_EARLY)


class EventKind(StrEnum):
    """What happened; one immutable row each."""

    MADE = "made"
    EDITED = "edited"
    ACCEPTED = "accepted"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    CHANGE_PROPOSED = "change_proposed"
    CHANGE_AGREED = "change_agreed"
    CHANGE_REFUSED = "change_refused"
    CHANGE_TAKEN_BACK = "change_taken_back"
    ENDED = "ended"
    ENDED_EARLY = "ended_early"


class Engagement(Identified, Timed, Versioned, Base):
    """One engagement. Both sides have accepted the agreement when both hold its ``agreement_version``."""

    __tablename__ = "engagements"
    __table_args__ = (
        CheckConstraint("agreement_version >= 1", name="agreement_version_positive"),
        CheckConstraint("partner_accepted_version <= agreement_version", name="partner_accepted_known"),
        CheckConstraint("requester_accepted_version <= agreement_version", name="requester_accepted_known"),
        CheckConstraint(
            "state IN ('drafted', 'agreed') OR agreed_at IS NOT NULL OR ended_on IS NOT NULL",
            name="agreed_before_work",
        ),
        CheckConstraint("state NOT IN ('ended', 'ended_early') OR ended_on IS NOT NULL", name="end_dated"),
        Index("ix_engagements_state", "state", "id"),
    )

    offer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("offers.id"), unique=True)
    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    state: Mapped[EngagementState] = mapped_column(
        stored_enum(EngagementState, "state"), default=EngagementState.DRAFTED
    )
    aim: Mapped[str] = mapped_column(String(4000), default="")
    measure: Mapped[str] = mapped_column(String(4000), default="")
    accountability: Mapped[str] = mapped_column(String(2000), default="")
    data_access: Mapped[str] = mapped_column(String(2000), default="")
    exit_terms: Mapped[str] = mapped_column(String(2000), default="")
    sponsor: Mapped[str] = mapped_column(String(400), default="")
    requester_lead: Mapped[str] = mapped_column(String(200), default="")
    requester_email: Mapped[str] = mapped_column(String(254), default="")
    partner_lead: Mapped[str] = mapped_column(String(200), default="")
    partner_email: Mapped[str] = mapped_column(String(254), default="")
    agreement_version: Mapped[int] = mapped_column(default=1)
    partner_accepted_version: Mapped[int] = mapped_column(default=0)
    requester_accepted_version: Mapped[int] = mapped_column(default=0)
    agreed_at: Mapped[datetime | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(60), default="")
    end_words: Mapped[str] = mapped_column(String(2000), default="")

    offer: Mapped[Offer] = relationship()
    partner: Mapped[Partner] = relationship()
    request: Mapped[SupportRequest] = relationship()
    months: Mapped[list[EngagementMonth]] = relationship(
        order_by="EngagementMonth.month", cascade="all, delete-orphan"
    )
    events: Mapped[list[EngagementEvent]] = relationship(order_by="EngagementEvent.number")
    logged: Mapped[list[LoggedDays]] = relationship(order_by="LoggedDays.worked_on, LoggedDays.id")
    changes: Mapped[list[DaysChange]] = relationship(order_by="DaysChange.proposed_at, DaysChange.id")
    check_ins: Mapped[list[CheckIn]] = relationship(order_by="CheckIn.due_on, CheckIn.id")
    outcome: Mapped[Outcome | None] = relationship()
    ratings: Mapped[list[Rating]] = relationship(order_by="Rating.side")

    @property
    def days_by_month(self) -> dict[str, int]:
        """The plan: whole days in each month that has any."""
        return {each.month: each.days for each in self.months}

    def has_accepted(self, side: Side) -> bool:
        """Has this side accepted the agreement as it now reads?"""
        held = self.partner_accepted_version if side is Side.PARTNER else self.requester_accepted_version
        return held == self.agreement_version


class EngagementMonth(Base):
    """Days planned in one month, and how many of them were given back when the engagement ended.

    What was not given back is promised in the partner's capacity.
    """

    __tablename__ = "engagement_months"
    __table_args__ = (
        CheckConstraint("days BETWEEN 1 AND 1000", name="days_range"),
        CheckConstraint("freed_days BETWEEN 0 AND days", name="freed_range"),
        CheckConstraint("month LIKE '____-__'", name="month_format"),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    days: Mapped[int]
    freed_days: Mapped[int] = mapped_column(default=0)


class EngagementEvent(Base):
    """One step: what, by whom and when, in whose words. Never changed."""

    __tablename__ = "engagement_events"

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EventKind] = mapped_column(stored_enum(EventKind, "kind"))
    side: Mapped[Side | None] = mapped_column(stored_enum(Side, "side"))
    by_user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(2000), default="")


WITH_SIDES = (
    joinedload(Engagement.partner).joinedload(Partner.organisation),
    joinedload(Engagement.request).joinedload(SupportRequest.requester),
    joinedload(Engagement.request).joinedload(SupportRequest.beneficiary),
    selectinload(Engagement.months),
)
"""What tells whose an engagement is, and its plan."""


def newest_first() -> Select[Engagement]:
    """Engagements, the newest first."""
    return select(Engagement).order_by(Engagement.created_at.desc(), Engagement.id)


def of_partner(partner_id: uuid.UUID) -> Select[Engagement]:
    """Those of one partner."""
    return newest_first().where(Engagement.partner_id == partner_id)


def of_team(organisation_id: uuid.UUID) -> Select[Engagement]:
    """Those of a support organisation's team."""
    team = select(Partner.id).where(
        Partner.organisation_id == organisation_id, Partner.kind == PartnerKind.SUPPORT_ORGANISATION
    )
    return newest_first().where(Engagement.partner_id.in_(team))


def of_body(organisation_id: uuid.UUID) -> Select[Engagement]:
    """Those of an organisation that asked or is helped."""
    concerned = select(SupportRequest.id).where(
        (SupportRequest.requester_id == organisation_id) | (SupportRequest.beneficiary_id == organisation_id)
    )
    return newest_first().where(Engagement.request_id.in_(concerned))
