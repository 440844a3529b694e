"""Offers as the organisation that asked reads them: one offer, and who comes next if it says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import may
from webapp.services import offers, sides
from webapp.services.failures import NotFound
from webapp.services.match_evidence import next_best_of
from webapp.services.request_results import OwnMatch, match_of, names_of
from webapp.store.engagements import Engagement
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RequesterOffer:
    """One offer to the organisation. ``may_answer``: this reader may say yes or no now."""

    match: OwnMatch
    request: SupportRequest
    offered_on: date
    declined_by: Side | None
    decline_reason: str
    may_answer: bool
    next_best: str
    engagement_id: UUID | None


def offer(unit: UnitOfWork, *, actor: Actor, offer_id: UUID) -> RequesterOffer:
    """One offer with its reasons; raises ``NotFound``."""
    row = offers.load(unit, offer_id)
    side = sides.require_reader(actor, Action.OFFER_READ, row)
    if side is not Side.REQUESTER or row.state is OfferState.ROLLED_BACK:
        raise NotFound("no such offer")
    engagement = unit.session.scalar(select(Engagement.id).where(Engagement.offer_id == row.id))
    is_open = side in offers.waits_for(row) and not offers.is_past(row, unit)
    return RequesterOffer(
        match=match_of(row, names_of(unit.session, [row])),
        request=row.request,
        offered_on=row.offered_on,
        declined_by=row.declined_by,
        decline_reason=row.decline_reason if row.declined_by is side else "",
        may_answer=is_open and may(actor, Action.OFFER_ANSWER, organisation_id=row.request.requester_id),
        next_best=next_best_words(unit, row),
        engagement_id=engagement,
    )


def next_best_words(unit: UnitOfWork, row: Offer) -> str:
    """Who comes next for the request as things stood in the run, in plain words."""
    reference = next_best_of(row.match.evidence)
    name = unit.session.scalar(select(Partner.name).where(Partner.reference == reference))
    if name is None:
        return "No other partner who fits had days left when the round was matched."
    return f"The next best partner with days left was {name} when the round was matched."
