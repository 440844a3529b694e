"""Lists of offers as either side reads them: small rows, without the evidence of their matches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import partners, working_days
from webapp.services.offers import ACCEPTED, OPEN_STATES
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState, Side, of_partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

_SHOWN = (
    joinedload(Offer.request).joinedload(SupportRequest.beneficiary),
    joinedload(Offer.partner),
    joinedload(Offer.match).options(defer(ProposedMatch.evidence), selectinload(ProposedMatch.months)),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many offers wait for the answer of one side, and the first day after which one of them lapses."""

    offers: int
    until: date | None


def to_partner(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> tuple[Offer, ...]:
    """All that has been put to the partner, the newest first."""
    query = _to_partner(unit, actor, partner_id).options(*_SHOWN)
    return tuple(unit.session.scalars(query))


def number_to_partner(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> int:
    """How much has been put to the partner."""
    query = _to_partner(unit, actor, partner_id).with_only_columns(func.count()).order_by(None)
    return unit.session.scalar(query) or 0


def waiting_for_partner(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> Waiting:
    """What the partner has still to answer."""
    return _waiting(unit, _to_partner(unit, actor, partner_id), Side.PARTNER)


def to_requester(unit: UnitOfWork, *, actor: Actor) -> tuple[Offer, ...]:
    """All offers to the actor's organisation as requester or beneficiary, the newest first."""
    query = _to_requester(actor).options(*_SHOWN).order_by(Offer.offered_on.desc(), Offer.id)
    return tuple(unit.session.scalars(query))


def waiting_for_requester(unit: UnitOfWork, *, actor: Actor) -> Waiting:
    """What the actor's organisation has still to answer: the offers for what it asked for itself."""
    own_requests = _to_requester(actor).where(SupportRequest.requester_id == actor.organisation_id)
    return _waiting(unit, own_requests, Side.REQUESTER)


def _to_requester(actor: Actor) -> Select[Offer]:
    own = actor.organisation_id
    require(actor, Action.OFFER_READ, organisation_id=own, hidden=False)
    query = select(Offer).join(Offer.request).where(Offer.state != OfferState.ROLLED_BACK)
    return query.where(or_(SupportRequest.requester_id == own, SupportRequest.beneficiary_id == own))


def _waiting(unit: UnitOfWork, query: Select[Offer], side: Side) -> Waiting:
    open_now = query.where(
        Offer.state.in_(OPEN_STATES),
        Offer.state != ACCEPTED[side],
        Offer.lapses_on >= working_days.london_day(unit.now),
    )
    counted = open_now.with_only_columns(func.count(), func.min(Offer.lapses_on)).order_by(None)
    offers, until = unit.session.execute(counted).one()
    return Waiting(offers, until)


def _to_partner(unit: UnitOfWork, actor: AnyActor, partner_id: UUID) -> Select[Offer]:
    row = partners.bare(unit, partner_id)
    require(actor, Action.OFFER_READ, partner_id=row.id, organisation_id=partners.team_body(row))
    return of_partner(partner_id).where(Offer.state != OfferState.ROLLED_BACK)
