"""Offers taken back: with their request, for a conflict, by a repair, or before the work began."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select

from webapp.authority.actor import Actor, AnyActor
from webapp.services import engagement_course, offers, review_rules
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.review_rules import CONFLICTS
from webapp.store.offers import LIVE_STATES, Offer, OfferState, Side, of_partner, of_request
from webapp.store.unit_of_work import UnitOfWork

CONFLICT_FOUND = "conflict_found"
REQUEST_WITHDRAWN = "request_withdrawn"
CALLED_OFF = "called_off"
LET_GO = "let_go"


def withdraw_with_request(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> int:
    """Withdraw the live offers of a request that has been withdrawn; gives how many there were."""
    rows = _live(unit, of_request(request_id))
    for row in rows:
        _withdraw(unit, actor, row, REQUEST_WITHDRAWN)
        offers.tell(unit, row, Side.PARTNER, "offer.withdrawn")
    return len(rows)


def withdraw(unit: UnitOfWork, *, actor: AnyActor, row: Offer) -> None:
    """Take one live offer back within another act (a repair that lets it go), and tell both sides."""
    _withdraw(unit, actor, row, LET_GO)
    for side in Side:
        offers.tell(unit, row, side, "offer.withdrawn")


def withdraw_conflicted(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> int:
    """Withdraw the live offers of a partner that a declaration now rules out; gives how many there were."""
    today = unit.now.date()
    rows = [
        row
        for row in _live(unit, of_partner(partner_id))
        if CONFLICTS.intersection(review_rules.broken(row.partner, row.request, today=today))
    ]
    for row in rows:
        _withdraw(unit, actor, row, CONFLICT_FOUND)
        for side in Side:
            offers.tell(unit, row, side, "offer.withdrawn")
    return len(rows)


def withdraw_before_work(unit: UnitOfWork, *, actor: Actor, offer_id: UUID) -> None:
    """Withdraw the offer of an engagement that was called off before its work began: the next best is found."""
    row = offers.load(unit, offer_id)
    before = content_of(row)
    with answering_for(unit):
        row.decline_reason = CALLED_OFF
        offers.end(unit, row, OfferState.WITHDRAWN)
    offers.record(unit, actor, "offer.withdraw", row, before)
    offers.queue_repair(unit, actor, row)


def _withdraw(unit: UnitOfWork, actor: AnyActor, row: Offer, reason: str) -> None:
    before = content_of(row)
    with answering_for(unit):
        if row.state is OfferState.ACCEPTED:
            engagement_course.end_with_offer(unit, actor=actor, offer_id=row.id, reason=reason)
        row.decline_reason = reason
        offers.end(unit, row, OfferState.WITHDRAWN)
    offers.record(unit, actor, "offer.withdraw", row, before)


def _live(unit: UnitOfWork, query: Select[Offer]) -> list[Offer]:
    # Partners in one order, so that two acts never wait for each other's rows.
    live = query.where(Offer.state.in_(LIVE_STATES)).order_by(None).order_by(Offer.partner_id, Offer.id)
    return list(unit.session.scalars(offers.loaded(live)))
