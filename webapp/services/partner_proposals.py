"""What has been put to a partner: published matches with context enough to decide.

Names of the sponsor and the local lead reach a partner once both sides have said yes (RELIABILITY.md section 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import offers, partners
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Reasons, displaced_of, reasons_of
from webapp.store.engagements import Engagement
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Proposal:
    """One offer with its request. ``others_waiting`` counts requests that could use the days if they say no."""

    offer_id: UUID
    state: OfferState
    offered_on: date
    lapses_on: date
    request: SupportRequest
    days: int
    days_by_month: Mapping[str, int]
    reasons: Reasons
    others_waiting: int
    contacts_shown: bool
    may_answer: bool
    decline_reason: str
    engagement_id: UUID | None = None


def proposal(unit: UnitOfWork, *, actor: AnyActor, offer_id: UUID) -> Proposal:
    """One offer to the actor's partner; raises ``NotFound``."""
    row = unit.session.scalar(select(Offer).where(Offer.id == offer_id).options(*_LOADED))
    if row is None or row.state is OfferState.ROLLED_BACK:
        raise NotFound("no such offer")
    _require(unit, actor, row.partner_id)
    made = unit.session.scalar(select(Engagement.id).where(Engagement.offer_id == row.id))
    return replace(_proposal(unit, row), engagement_id=made)


_LOADED = (
    joinedload(Offer.request).joinedload(SupportRequest.requester),
    joinedload(Offer.request).joinedload(SupportRequest.beneficiary),
    joinedload(Offer.request).selectinload(SupportRequest.skills),
    joinedload(Offer.match).selectinload(ProposedMatch.months),
)


def _require(unit: UnitOfWork, actor: AnyActor, partner_id: UUID) -> None:
    row = partners.bare(unit, partner_id)
    require(actor, Action.OFFER_READ, partner_id=row.id, organisation_id=partners.team_body(row))


def _proposal(unit: UnitOfWork, row: Offer) -> Proposal:
    return Proposal(
        offer_id=row.id,
        state=row.state,
        offered_on=row.offered_on,
        lapses_on=row.lapses_on,
        request=row.request,
        days=row.match.days,
        days_by_month=row.match.days_by_month,
        reasons=reasons_of(row.match.evidence),
        others_waiting=len(displaced_of(row.match.evidence)),
        contacts_shown=row.state is OfferState.ACCEPTED,
        may_answer=Side.PARTNER in offers.waits_for(row) and not offers.is_past(row, unit),
        decline_reason=row.decline_reason if row.declined_by is Side.PARTNER else "",
    )
