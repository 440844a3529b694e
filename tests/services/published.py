"""A round that was published: what the tests of repairs start from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from webapp.services import publications
from webapp.store.capacity import free_days
from webapp.store.offers import LIVE_STATES, Offer, OfferState, Side
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from tests.services.conftest import Country


def publish(unit: UnitOfWork, country: Country, run_id: UUID) -> None:
    row = publications.propose(unit, actor=country.admin, run_id=run_id)
    publications.confirm(
        unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
    )


def offer_for(unit: UnitOfWork, reference: str) -> Offer:
    """The offer of a request that stands, else the one there was."""
    query = select(Offer).join(Offer.request).where(SupportRequest.reference == reference)
    rows = list(unit.session.scalars(query.order_by(Offer.id)))
    return next((row for row in rows if row.state in LIVE_STATES), rows[0])


def decline(unit: UnitOfWork, reference: str) -> Offer:
    """A side says no: what the service of offers does to the row."""
    row = offer_for(unit, reference)
    row.state, row.declined_by = OfferState.DECLINED, Side.PARTNER
    free_days(unit.session, row.partner_id, row.match.days_by_month)
    unit.flush()
    return row
