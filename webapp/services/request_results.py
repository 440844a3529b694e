"""What became of a request, as its requester may read it: only what has been published, with the reasons.

Other candidates are named without what binds them: whom they help, or a conflict, is not the requester's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import may, require
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Reasons, alternatives_of, reasons_of
from webapp.services.remedies import Remedy, remedies_of
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.offers import LIVE_STATES, Offer, OfferState
from webapp.store.partners import Partner, PartnerKind
from webapp.store.publications import Publication, PublicationState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

ALTERNATIVES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OtherPartner:
    """Another partner that was possible: its name and fit (0..1)."""

    name: str
    kind: PartnerKind
    fit: float


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """A partner that was found, with the reasons, the days by month and who else was possible."""

    offer_id: UUID
    offer_state: OfferState
    lapses_on: date
    partner_id: UUID
    partner_name: str
    partner_kind: PartnerKind
    partner_summary: str
    days: int
    days_by_month: Mapping[str, int]
    reasons: Reasons
    others: tuple[OtherPartner, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Days that were not found: the matcher's reason code, what to try first, and what would have helped.

    ``reason`` is None where the run found a match and people decided against it.
    Each of ``remedies`` brings more days by itself.
    """

    days_short: int
    reason: str | None
    next_step: str | None
    remedies: tuple[Remedy, ...]
    candidates: int


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What a requester reads; before publication ``is_published`` is false and the rest is empty."""

    is_published: bool
    published_at: datetime | None = None
    matches: tuple[OwnMatch, ...] = ()
    shortfall: Shortfall | None = None


def own_result(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> OwnResult:
    """The published result of a request in the actor's scope."""
    row = unit.session.get(SupportRequest, request_id)
    if row is None:
        raise NotFound("no such request")
    if not may(actor, Action.OUTCOME_READ, organisation_id=row.beneficiary_id):
        require(actor, Action.OUTCOME_READ, organisation_id=row.requester_id)
    publication = _published(unit.session, row.round_id)
    if publication is None:
        return OwnResult(is_published=False)
    offers = _offers(unit.session, row.id)
    others = names_of(unit.session, offers)
    matches = tuple(match_of(each, others) for each in offers)
    return OwnResult(
        is_published=True,
        published_at=publication.decided_at,
        matches=matches,
        shortfall=_shortfall(
            unit.session,
            publication.run_id,
            row,
            sum(each.days for each in matches if each.offer_state in LIVE_STATES),
        ),
    )


def _published(session: Session, round_id: UUID | None) -> Publication | None:
    query = (
        select(Publication)
        .where(Publication.round_id == round_id, Publication.state == PublicationState.CONFIRMED)
        .order_by(Publication.decided_at.desc(), Publication.id)
    )
    return session.scalar(query.limit(1))


def _offers(session: Session, request_id: UUID) -> list[Offer]:
    query = (
        select(Offer)
        .where(Offer.request_id == request_id, Offer.state != OfferState.ROLLED_BACK)
        .options(joinedload(Offer.partner), joinedload(Offer.match).selectinload(ProposedMatch.months))
        .order_by(Offer.offered_on, Offer.id)
    )
    return list(session.scalars(query))


def names_of(session: Session, offers: list[Offer]) -> dict[str, Partner]:
    """The other partners that were possible for these offers, by reference."""
    wanted = {each.partner for offer in offers for each in alternatives_of(offer.match.evidence)}
    query = select(Partner).where(Partner.reference.in_(wanted)).options(selectinload(Partner.skills))
    return {row.reference: row for row in session.scalars(query)}


def match_of(offer: Offer, names: Mapping[str, Partner]) -> OwnMatch:
    """An offer as its requester reads it; ``names`` has the other partners by reference."""
    match, partner = offer.match, offer.partner
    others = [each for each in alternatives_of(match.evidence) if each.partner in names]
    return OwnMatch(
        offer_id=offer.id,
        offer_state=offer.state,
        lapses_on=offer.lapses_on,
        partner_id=partner.id,
        partner_name=partner.name,
        partner_kind=partner.kind,
        partner_summary=partner.summary,
        days=match.days,
        days_by_month=match.days_by_month,
        reasons=reasons_of(match.evidence),
        others=tuple(
            OtherPartner(names[each.partner].name, names[each.partner].kind, each.fit)
            for each in others[:ALTERNATIVES_SHOWN]
        ),
    )


def _shortfall(session: Session, run_id: UUID, row: SupportRequest, given: int) -> Shortfall | None:
    query = select(UnmetRequest).where(UnmetRequest.run_id == run_id, UnmetRequest.request_id == row.id)
    unmet = session.scalar(query)
    short = (row.days or 0) - given
    if short <= 0:
        return None
    if unmet is None:
        return Shortfall(short, None, None, (), 0)
    evidence: Mapping[str, Any] = unmet.evidence
    return Shortfall(
        days_short=short,
        reason=unmet.reason,
        next_step=evidence.get("next_step"),
        remedies=remedies_of(evidence),
        candidates=evidence.get("candidates", 0),
    )
