"""Support requests: needs that a requester declares for a beneficiary, in one round."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.authority.actor import Actor, AnyActor
from webapp.authority.roles import REQUESTERS, Role
from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.organisations import Organisation
from webapp.store.partners import Delivery
from webapp.store.rounds import Round
from webapp.store.transitions import Transitions

MOST_OPEN = 3
"""Open requests of one organisation in one round; ranks run from 1 to this."""


class RequestState(StrEnum):
    """Where a request stands. Matched and unmatched are said when a round is published."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    MATCHED = "matched"
    UNMATCHED = "unmatched"


REQUEST_TRANSITIONS = Transitions(
    {
        RequestState.DRAFT: {RequestState.SUBMITTED, RequestState.WITHDRAWN},
        RequestState.SUBMITTED: {
            RequestState.SUBMITTED,
            RequestState.RETURNED,
            RequestState.WITHDRAWN,
            RequestState.MATCHED,
            RequestState.UNMATCHED,
        },
        RequestState.RETURNED: {RequestState.SUBMITTED, RequestState.WITHDRAWN},
        # Back to submitted: only when a publication is rolled back.
        RequestState.MATCHED: {RequestState.WITHDRAWN, RequestState.UNMATCHED, RequestState.SUBMITTED},
        RequestState.UNMATCHED: {RequestState.WITHDRAWN, RequestState.MATCHED, RequestState.SUBMITTED},
    }
)

COUNTED_STATES = (
    RequestState.SUBMITTED,
    RequestState.RETURNED,
    RequestState.MATCHED,
    RequestState.UNMATCHED,
)
"""States in which a request holds its rank and its severity points."""


class Shape(StrEnum):
    """The shape of support (PRODUCT.md section 3)."""

    ADVICE_CALL = "advice_call"
    PEER_REVIEW = "peer_review"
    DIAGNOSTIC = "diagnostic"
    COACHING = "coaching"
    HANDS_ON = "hands_on"
    TRAINING = "training"
    ANALYTICS = "analytics"
    BUDDYING = "buddying"
    COLLABORATIVE = "collaborative"


_COUNTED = text("state IN ('submitted', 'returned', 'matched', 'unmatched')")


class SupportRequest(Identified, Timed, Versioned, Base):
    """One need. A draft may lack all but requester and beneficiary; a submitted one lacks nothing."""

    __tablename__ = "support_requests"
    __table_args__ = (
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity_range"),
        CheckConstraint(f"rank BETWEEN 1 AND {MOST_OPEN}", name="rank_range"),
        CheckConstraint("days BETWEEN 1 AND 1000", name="days_range"),
        CheckConstraint("max_team BETWEEN 1 AND 5", name="max_team_range"),
        CheckConstraint("window_first LIKE '____-__' AND window_last LIKE '____-__'", name="month_format"),
        CheckConstraint("window_first <= window_last", name="window_order"),
        CheckConstraint("rounds_waited BETWEEN 0 AND 100", name="rounds_waited_range"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (round_id IS NOT NULL AND priority_code IS NOT NULL"
            " AND days IS NOT NULL AND window_first IS NOT NULL AND window_last IS NOT NULL"
            " AND max_team IS NOT NULL AND rank IS NOT NULL AND severity IS NOT NULL"
            " AND shape IS NOT NULL AND delivery IS NOT NULL AND sponsor_name <> ''"
            " AND submitted_at IS NOT NULL)",
            name="whole_once_submitted",
        ),
        Index(
            "uq_support_requests_rank",
            "requester_id",
            "round_id",
            "rank",
            unique=True,
            sqlite_where=_COUNTED,
            postgresql_where=_COUNTED,
        ),
        Index("ix_support_requests_round_state", "round_id", "state"),
    )

    reference: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[RequestState] = mapped_column(
        stored_enum(RequestState, "state"), default=RequestState.DRAFT
    )
    round_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rounds.id"))
    requester_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    beneficiary_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)

    title: Mapped[str] = mapped_column(String(120), default="")
    priority_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    topic_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    component_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    aim: Mapped[str] = mapped_column(String(2000), default="")
    measure: Mapped[str] = mapped_column(String(1000), default="")
    days: Mapped[int | None]
    window_first: Mapped[str | None] = mapped_column(String(7))
    window_last: Mapped[str | None] = mapped_column(String(7))
    max_team: Mapped[int | None]
    delivery: Mapped[Delivery | None] = mapped_column(stored_enum(Delivery, "delivery"))
    shape: Mapped[Shape | None] = mapped_column(stored_enum(Shape, "shape"))
    collaborative_group: Mapped[str | None] = mapped_column(String(40))
    sponsor_name: Mapped[str] = mapped_column(String(120), default="")
    sponsor_role: Mapped[str] = mapped_column(String(120), default="")
    lead_name: Mapped[str] = mapped_column(String(120), default="")
    lead_email: Mapped[str] = mapped_column(String(254), default="")
    existing_method_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    other_help: Mapped[str] = mapped_column(String(1000), default="")
    rank: Mapped[int | None]
    severity: Mapped[int | None]
    severity_reason: Mapped[str] = mapped_column(String(1000), default="")
    mandated: Mapped[bool] = mapped_column(default=False)
    in_mandated_programme: Mapped[bool] = mapped_column(default=False)
    open_to_peers: Mapped[bool] = mapped_column(default=False)
    rounds_waited: Mapped[int] = mapped_column(default=0)
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), default="")
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    withdrawn_at: Mapped[datetime | None]

    round: Mapped[Round | None] = relationship()
    requester: Mapped[Organisation] = relationship(foreign_keys=[requester_id])
    beneficiary: Mapped[Organisation] = relationship(foreign_keys=[beneficiary_id])
    skills: Mapped[list[RequestedSkill]] = relationship(
        back_populates="request", cascade="all, delete-orphan", order_by="RequestedSkill.position"
    )
    exclusions: Mapped[list[Exclusion]] = relationship(
        back_populates="request", cascade="all, delete-orphan", order_by="Exclusion.partner_id"
    )
    takeovers: Mapped[list[Takeover]] = relationship(
        back_populates="request", order_by="Takeover.taken_over_at"
    )


class RequestedSkill(Identified, Base):
    """One of up to five skills asked for; ``weight`` counts against the others of the request."""

    __tablename__ = "requested_skills"
    __table_args__ = (
        UniqueConstraint("request_id", "skill_code"),
        CheckConstraint("position BETWEEN 1 AND 5", name="position_range"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),
        CheckConstraint("weight BETWEEN 1 AND 5", name="weight_range"),
    )

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"))
    skill_code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    position: Mapped[int]
    level: Mapped[int]
    weight: Mapped[int] = mapped_column(default=1)
    essential: Mapped[bool] = mapped_column(default=False)

    request: Mapped[SupportRequest] = relationship(back_populates="skills")


class Exclusion(Identified, Timed, Base):
    """A partner that the requester must not or will not work with; only the national team reads why."""

    __tablename__ = "request_exclusions"
    __table_args__ = (UniqueConstraint("request_id", "partner_id"),)

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"))
    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500), default="")

    request: Mapped[SupportRequest] = relationship(back_populates="exclusions")


class Takeover(Identified, Base):
    """A request that was an organisation's until it closed, when its successor took the request over."""

    __tablename__ = "request_takeovers"
    __table_args__ = (UniqueConstraint("request_id", "former_id"),)

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"))
    former_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    taken_over_at: Mapped[datetime]

    request: Mapped[SupportRequest] = relationship(back_populates="takeovers")
    former: Mapped[Organisation] = relationship()


def visible_to(actor: AnyActor) -> Select[SupportRequest]:
    """Requests that the actor may list, newest first.

    Own organisation's for requesters, own region's for a regional reader, all that were submitted for others.
    """
    query = select(SupportRequest).order_by(SupportRequest.created_at.desc(), SupportRequest.id)
    if not isinstance(actor, Actor):
        return query
    if actor.role in REQUESTERS:
        return query.where(
            or_(
                SupportRequest.requester_id == actor.organisation_id,
                (SupportRequest.beneficiary_id == actor.organisation_id)
                & (SupportRequest.state != RequestState.DRAFT),
            )
        )
    query = query.where(SupportRequest.state != RequestState.DRAFT)
    if actor.role is Role.REGIONAL_READER:
        inside = select(Organisation.id).where(Organisation.region_code == actor.region_code)
        return query.where(SupportRequest.requester_id.in_(inside))
    return query


def count_for_beneficiary(
    session: Session, beneficiary_id: uuid.UUID, window: tuple[str, str], *, besides: uuid.UUID
) -> int:
    """Most requests of all requesters for one beneficiary that run side by side with ``window``."""
    query = (
        select(func.count())
        .select_from(SupportRequest)
        .where(SupportRequest.beneficiary_id == beneficiary_id, SupportRequest.id != besides)
        .where(SupportRequest.state.in_((RequestState.SUBMITTED, RequestState.MATCHED)))
        .where(SupportRequest.window_first <= window[1], SupportRequest.window_last >= window[0])
    )
    return session.scalar(query) or 0
