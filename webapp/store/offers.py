"""Offers: published matches put to a partner and a requester, with where they came from."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.transitions import Transitions


class OfferState(StrEnum):
    """Where an offer stands. It is accepted once both sides have said yes."""

    OFFERED = "offered"
    PARTNER_ACCEPTED = "partner_accepted"
    REQUESTER_ACCEPTED = "requester_accepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled_back"


class Side(StrEnum):
    """One of the two who must both say yes."""

    PARTNER = "partner"
    REQUESTER = "requester"

    @property
    def other(self) -> Side:
        """The side across the table."""
        return Side.REQUESTER if self is Side.PARTNER else Side.PARTNER


_ENDS = frozenset({OfferState.DECLINED, OfferState.LAPSED, OfferState.WITHDRAWN})
OFFER_TRANSITIONS = Transitions(
    {
        OfferState.OFFERED: {
            OfferState.PARTNER_ACCEPTED,
            OfferState.REQUESTER_ACCEPTED,
            OfferState.ROLLED_BACK,
            *_ENDS,
        },
        OfferState.PARTNER_ACCEPTED: {OfferState.ACCEPTED, *_ENDS},
        OfferState.REQUESTER_ACCEPTED: {OfferState.ACCEPTED, *_ENDS},
        OfferState.ACCEPTED: {OfferState.WITHDRAWN},
    }
)

LIVE_STATES = (
    OfferState.OFFERED,
    OfferState.PARTNER_ACCEPTED,
    OfferState.REQUESTER_ACCEPTED,
    OfferState.ACCEPTED,
)
"""States in which an offer's days count against the partner's capacity (RELIABILITY.md, I1)."""

OVER_STATES = tuple(_ENDS)
"""States of a pair that is not offered again in its round: declined, lapsed, withdrawn."""

_LIVE = text("state IN ('offered', 'partner_accepted', 'requester_accepted', 'accepted')")
_STANDS = text("state <> 'rolled_back'")


class Offer(Identified, Timed, Versioned, Base):
    """One offer. ``instance_sha256`` and the run's documents say how it came about (RELIABILITY.md, I13)."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("lapses_on >= offered_on", name="date_order"),
        CheckConstraint("state <> 'declined' OR declined_by IS NOT NULL", name="declined_by_side"),
        Index("ix_offers_state_lapses", "state", "lapses_on"),
        Index(
            "uq_offers_one_live",
            "request_id",
            "partner_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # A publication that was rolled back may be followed by another of the same run.
        Index(
            "uq_offers_one_of_match",
            "match_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    publication_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("publications.id"), index=True)
    match_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proposed_matches.id"), index=True)
    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    state: Mapped[OfferState] = mapped_column(stored_enum(OfferState, "state"), default=OfferState.OFFERED)
    instance_sha256: Mapped[str] = mapped_column(String(64))
    offered_on: Mapped[date]
    lapses_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    declined_by: Mapped[Side | None] = mapped_column(stored_enum(Side, "declined_by"))
    decline_reason: Mapped[str] = mapped_column(String(60), default="")
    decline_words: Mapped[str] = mapped_column(String(1000), default="")
    suggested_colleague: Mapped[str] = mapped_column(String(200), default="")
    reminded_at: Mapped[datetime | None]

    match: Mapped[ProposedMatch] = relationship()
    partner: Mapped[Partner] = relationship()
    request: Mapped[SupportRequest] = relationship()


def of_partner(partner_id: uuid.UUID) -> Select[Offer]:
    """Offers put to one partner, the newest first."""
    return select(Offer).where(Offer.partner_id == partner_id).order_by(Offer.offered_on.desc(), Offer.id)


def has_live_offer(partner_id: Any, request_id: Any) -> ColumnElement[bool]:
    """The condition that an offer stands for the pair in these columns."""
    live = select(Offer.id).where(Offer.partner_id == partner_id, Offer.request_id == request_id)
    return live.where(Offer.state.in_(LIVE_STATES)).exists()


def is_offered(session: Session, partner_id: uuid.UUID, request_id: uuid.UUID) -> bool:
    """Whether an offer stands for the pair."""
    return bool(session.scalar(select(has_live_offer(partner_id, request_id))))


def of_round(round_id: uuid.UUID) -> Select[Offer]:
    """All offers of a round."""
    query = select(Offer).join(Offer.request).where(SupportRequest.round_id == round_id)
    return query.order_by(Offer.id)


def live_of_partner(session: Session, partner_id: uuid.UUID) -> int:
    """How many offers and engagements of a partner stand now."""
    query = select(func.count(Offer.id)).where(Offer.partner_id == partner_id, Offer.state.in_(LIVE_STATES))
    return session.scalar(query) or 0


def is_engaged(session: Session, partner_id: uuid.UUID) -> bool:
    """Whether both sides have accepted an offer of the partner that still stands."""
    accepted = select(Offer.id).where(Offer.partner_id == partner_id, Offer.state == OfferState.ACCEPTED)
    return session.scalar(accepted.limit(1)) is not None


def of_request(request_id: uuid.UUID) -> Select[Offer]:
    """Offers made for one request, the newest first."""
    return select(Offer).where(Offer.request_id == request_id).order_by(Offer.offered_on.desc(), Offer.id)
