"""Offers that end before they were answered: their days are free again at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import joinedload

from webapp.authority.actor import AnyActor
from webapp.services import audit
from webapp.services.contents import content_of
from webapp.services.states import advance
from webapp.store.capacity import free_days
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, OFFER_TRANSITIONS, Offer, OfferState, of_request
from webapp.store.unit_of_work import UnitOfWork


def withdraw_with_request(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> int:
    """Withdraw the live offers of a request that has been withdrawn; gives how many there were."""
    query = of_request(request_id).where(Offer.state.in_(LIVE_STATES))
    rows = list(
        unit.session.scalars(query.options(joinedload(Offer.match).selectinload(ProposedMatch.months)))
    )
    for row in rows:
        withdraw(unit, actor=actor, row=row)
    unit.flush()
    return len(rows)


def withdraw(unit: UnitOfWork, *, actor: AnyActor, row: Offer) -> None:
    """Take one live offer back within another act: its days are free again."""
    before = content_of(row)
    advance(row, OfferState.WITHDRAWN, OFFER_TRANSITIONS, "offer")
    free_days(unit.session, row.partner_id, row.match.days_by_month)
    subject = audit.Subject("offer", row.id)
    audit.record(unit, actor, "offer.withdraw", subject, before=before, after=content_of(row))
