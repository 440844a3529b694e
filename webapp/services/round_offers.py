"""The offers of a round as the national team follows them: where each stands, and the engagement that came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, defer, joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import rounds
from webapp.services.paging import Page, Paging, page_of
from webapp.store.engagement_days import LoggedDays
from webapp.store.engagements import Engagement
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState, of_round
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RoundOffer:
    """An offer, and what came of it: its engagement with the days used so far, where both sides have said yes."""

    offer: Offer
    engagement: Engagement | None
    days_used: int


def listing(
    unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, state: OfferState | None, paging: Paging
) -> Page[RoundOffer]:
    """One page of a round's offers, the newest first; in every state unless one is given."""
    require(actor, Action.OFFER_READ, hidden=False)
    rounds.load(unit, actor=actor, round_id=round_id)
    query = of_round(round_id).options(
        contains_eager(Offer.request).joinedload(SupportRequest.beneficiary),
        joinedload(Offer.partner),
        joinedload(Offer.match).options(defer(ProposedMatch.evidence)),
    )
    if state is not None:
        query = query.where(Offer.state == state)
    page = page_of(unit.session, query.order_by(None).order_by(Offer.offered_on.desc(), Offer.id), paging)
    begun = _engagements(unit, [row.id for row in page.rows])
    rows = tuple(RoundOffer(row, *begun.get(row.id, (None, 0))) for row in page.rows)
    return Page(rows, page.total, page.number, page.size)


def _engagements(unit: UnitOfWork, offers: Iterable[UUID]) -> dict[UUID, tuple[Engagement, int]]:
    """Engagements with their days used, by offer."""
    used = (
        select(func.coalesce(func.sum(LoggedDays.days), 0))
        .where(LoggedDays.engagement_id == Engagement.id, LoggedDays.taken_out_at.is_(None))
        .scalar_subquery()
    )
    query = select(Engagement, used).where(Engagement.offer_id.in_(tuple(offers))).order_by(Engagement.id)
    return {row.offer_id: (row, int(days)) for row, days in unit.session.execute(query)}
