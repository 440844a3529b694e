"""What must hold of a pair now, whatever the run found: asked again at each decision and at publication.

Written from the rows, without the matcher: a second pair of eyes (RELIABILITY.md, I2). Each breach is a
sentence for the national team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.authority.actor import Actor
from webapp.store.matches import ProposedMatch
from webapp.store.organisations import Organisation
from webapp.store.partners import Interest, InterestKind, Partner, PartnerKind, PartnerState, ReleaseState
from webapp.store.support_requests import RequestState, SupportRequest

STALE_AFTER_MONTHS = 12
ALIVE = (RequestState.SUBMITTED, RequestState.MATCHED, RequestState.UNMATCHED)


class Breach(StrEnum):
    """A rule that a pair breaks, in the national team's words."""

    PARTNER_AWAY = "The partner no longer takes part."
    REQUEST_OVER = "The request is no longer open."
    OWN_ORGANISATION = "The partner works for that organisation."
    DECLARED_INTEREST = "The partner has declared an interest in that organisation."
    EXCLUDED = "The requester has excluded the partner."
    STALE_INTERESTS = "The partner's interests have not been confirmed lately."
    NOT_RELEASED = "The partner's employer does not release them."


CONFLICTS = frozenset({Breach.OWN_ORGANISATION, Breach.DECLARED_INTEREST, Breach.EXCLUDED})
"""Those that nobody can mend: an offer with one of them is withdrawn."""


def breaches(
    partner: Partner, request: SupportRequest, *, today: date, stale_after_months: int = STALE_AFTER_MONTHS
) -> Iterator[str]:
    """Why this partner may not be put to this request today; nothing if it may."""
    for each in broken(partner, request, today=today, stale_after_months=stale_after_months):
        yield f"The request is {request.state.value}." if each is Breach.REQUEST_OVER else each.value


def broken(
    partner: Partner, request: SupportRequest, *, today: date, stale_after_months: int = STALE_AFTER_MONTHS
) -> Iterator[Breach]:
    """The rules that this pair breaks today."""
    if partner.state is not PartnerState.ACTIVE:
        yield Breach.PARTNER_AWAY
    if request.state not in ALIVE:
        yield Breach.REQUEST_OVER
    if partner.organisation_id in (request.beneficiary_id, request.requester_id):
        yield Breach.OWN_ORGANISATION
    if any(_bars(each, request) for each in partner.interests):
        yield Breach.DECLARED_INTEREST
    if any(each.partner_id == partner.id for each in request.exclusions):
        yield Breach.EXCLUDED
    if _is_stale(partner.interests_confirmed_on, today, stale_after_months):
        yield Breach.STALE_INTERESTS
    if _is_held_back(partner):
        yield Breach.NOT_RELEASED


def is_conflicted(actor: Actor, partner: Partner, request: SupportRequest) -> bool:
    """Whether the reviewer belongs to either side: then a second reviewer decides."""
    ours = actor.organisation_id
    sides = {request.requester_id, request.beneficiary_id, partner.organisation_id}
    return (ours is not None and ours in sides) or partner.user_id == actor.user_id


_PARTNER = (joinedload(Partner.organisation), joinedload(Partner.interests), joinedload(Partner.releases))
_REQUEST = (
    joinedload(SupportRequest.requester).joinedload(Organisation.region),
    joinedload(SupportRequest.beneficiary),
    joinedload(SupportRequest.exclusions),
)

LOADED_WITH_MATCHES = (
    selectinload(ProposedMatch.partner).options(
        joinedload(Partner.organisation),
        selectinload(Partner.interests).joinedload(Interest.organisation),
        selectinload(Partner.releases),
    ),
    selectinload(ProposedMatch.request).options(
        joinedload(SupportRequest.requester),
        joinedload(SupportRequest.beneficiary),
        selectinload(SupportRequest.exclusions),
    ),
)
"""For a query of many proposed matches: all that the rules ask of their pairs, in a few queries for all of them."""


@dataclass(frozen=True, slots=True)
class Near:
    """A pair with all that the rules ask, and the partners and requests near it, by reference."""

    partner: Partner
    request: SupportRequest
    partners: Mapping[str, Partner]
    requests: Mapping[str, SupportRequest]


def load_pair(session: Session, partner_id: UUID, request_id: UUID) -> tuple[Partner, SupportRequest] | None:
    """Both sides of a pair with all that the rules ask, or None where either does not exist."""
    near = load_near(session, partner_id, request_id)
    return (near.partner, near.request) if near else None


def load_near(
    session: Session,
    partner_id: UUID,
    request_id: UUID,
    partners: Iterable[str] = (),
    requests: Iterable[str] = (),
) -> Near | None:
    """The same with partners and requests by their references, one query for each side."""
    query = select(Partner).where(or_(Partner.id == partner_id, Partner.reference.in_(partners)))
    asked = select(SupportRequest).where(
        or_(SupportRequest.id == request_id, SupportRequest.reference.in_(requests))
    )
    able = {row.id: row for row in session.scalars(query.options(*_PARTNER)).unique()}
    wanting = {row.id: row for row in session.scalars(asked.options(*_REQUEST)).unique()}
    if partner_id not in able or request_id not in wanting:
        return None
    return Near(
        able[partner_id],
        wanting[request_id],
        {row.reference: row for row in able.values()},
        {row.reference: row for row in wanting.values()},
    )


def _bars(interest: Interest, request: SupportRequest) -> bool:
    sides = (request.beneficiary_id, request.requester_id)
    is_former = interest.kind is InterestKind.FORMER_EMPLOYMENT
    return not is_former and interest.ended_on is None and interest.organisation_id in sides


def _is_held_back(partner: Partner) -> bool:
    if partner.kind is not PartnerKind.EXPERT or not partner.releases:
        return False
    return partner.releases[-1].state in (ReleaseState.REFUSED, ReleaseState.WITHDRAWN)


def _is_stale(confirmed: date | None, today: date, months: int) -> bool:
    """Was it confirmed more than so many months ago, or never?"""
    if confirmed is None:
        return True
    passed = (today.year - confirmed.year) * 12 + today.month - confirmed.month
    return passed > months or (passed == months and today.day > confirmed.day)
