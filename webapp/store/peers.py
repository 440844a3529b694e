"""Introductions between requesters with near needs: one asks, the other answers, and only then do they meet."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner, PartnerSkill, PartnerState
from webapp.store.round_requests import in_round
from webapp.store.support_requests import RequestedSkill, RequestState, SupportRequest
from webapp.store.transitions import Transitions

FOUND_STATES = (RequestState.SUBMITTED, RequestState.MATCHED, RequestState.UNMATCHED)
"""States in which a request can be found by others that agreed to be found."""


class IntroductionState(StrEnum):
    """Where an introduction stands."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


INTRODUCTION_TRANSITIONS = Transitions(
    {IntroductionState.ASKED: {IntroductionState.AGREED, IntroductionState.DECLINED}}
)


class Introduction(Identified, Timed, Versioned, Base):
    """Two requests whose organisations may meet; ``pair`` keeps it single whoever asks."""

    __tablename__ = "introductions"
    __table_args__ = (CheckConstraint("asking_id <> asked_id", name="two"),)

    pair: Mapped[str] = mapped_column(String(80), unique=True)
    asking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    asked_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    state: Mapped[IntroductionState] = mapped_column(
        stored_enum(IntroductionState, "state"), default=IntroductionState.ASKED
    )
    answered_at: Mapped[datetime | None]

    asking: Mapped[SupportRequest] = relationship(foreign_keys=[asking_id])
    asked: Mapped[SupportRequest] = relationship(foreign_keys=[asked_id])


def pair_of(one: uuid.UUID, other: uuid.UUID) -> str:
    """The name of a pair, whoever of the two comes first."""
    return ":".join(sorted((str(one), str(other))))


def needs_in(round_id: uuid.UUID, *, most: int) -> Select[uuid.UUID, str, int | None, uuid.UUID, str, str]:
    """What each of a round's requests needs, a row for each skill: identifier, reference, days, requester, its name,
    skill; by reference, then skill. One query, however many there are."""
    chosen = in_round(round_id, FOUND_STATES).limit(most).with_only_columns(SupportRequest.id).subquery()
    return (
        select(
            SupportRequest.id,
            SupportRequest.reference,
            SupportRequest.days,
            SupportRequest.requester_id,
            Organisation.name,
            RequestedSkill.skill_code,
        )
        .join(chosen, chosen.c.id == SupportRequest.id)
        .join(Organisation, Organisation.id == SupportRequest.requester_id)
        .join(RequestedSkill, RequestedSkill.request_id == SupportRequest.id)
        .order_by(SupportRequest.reference, RequestedSkill.skill_code)
    )


def skills_on_offer() -> Select[str, str, str]:
    """Name, reference and skill of every partner who takes part, by reference, then skill."""
    return (
        select(Partner.name, Partner.reference, PartnerSkill.skill_code)
        .join(PartnerSkill, PartnerSkill.partner_id == Partner.id)
        .where(Partner.state == PartnerState.ACTIVE)
        .order_by(Partner.reference, PartnerSkill.skill_code)
    )


def open_to_peers(*, besides: uuid.UUID) -> Select[SupportRequest]:
    """Requests that agreed to be found, but for those of one organisation, with skills and requester."""
    return (
        select(SupportRequest)
        .where(SupportRequest.open_to_peers, SupportRequest.state.in_(FOUND_STATES))
        .where(SupportRequest.requester_id != besides)
        .options(selectinload(SupportRequest.skills), joinedload(SupportRequest.requester))
        .order_by(SupportRequest.reference)
    )


def of_request(request_id: uuid.UUID) -> Select[Introduction]:
    """Every introduction of a request, asked by it or of it, with both sides."""
    sides = (Introduction.asking, Introduction.asked)
    return (
        select(Introduction)
        .where(or_(Introduction.asking_id == request_id, Introduction.asked_id == request_id))
        .options(*(joinedload(side).joinedload(SupportRequest.requester) for side in sides))
        .order_by(Introduction.created_at, Introduction.id)
    )
