"""What a partner's own change would undo, said before it is saved: a cut in days, a pause, leaving.

Matches that were put to the partner are named. Those that reviewers are still weighing are only counted:
nobody reads a proposal before it is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.services import partners
from webapp.store import capacity as store
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, Offer, OfferState, has_live_offer, of_partner
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

UNDER_REVIEW = (RoundState.MATCHING, RoundState.IN_REVIEW, RoundState.REPAIR_REVIEW)
UNANSWERED = tuple(state for state in LIVE_STATES if state is not OfferState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Affected:
    """Matches that could no longer be kept: those put to the partner by name, those under review by number.

    ``agreed`` are those that both sides have accepted.
    """

    offered: tuple[tuple[str, str], ...] = ()
    under_review: int = 0
    agreed: tuple[tuple[str, str], ...] = ()

    @property
    def count(self) -> int:
        """How many in all."""
        return len(self.offered) + self.under_review + len(self.agreed)


def of_days(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, days: Mapping[str, int]) -> Affected:
    """What fewer days would undo. Promised days stay (a cut below them is refused), so only matches under review."""
    partners.require_own(unit, actor=actor, partner_id=partner_id, action=Action.CAPACITY_DECLARE)
    rows = store.months_of(unit.session, partner_id, days)
    free = {month: days[month] - row.committed_days for month, row in rows.items() if days[month] < row.days}
    if not free:
        return Affected()
    matches = list(unit.session.scalars(_under_review(partner_id)))
    wanted = {month: sum(match.days_by_month.get(month, 0) for match in matches) for month in free}
    short = {month for month, left in free.items() if wanted[month] > left}
    return Affected(under_review=sum(bool(short & match.days_by_month.keys()) for match in matches))


def of_stopping(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> Affected:
    """What pausing or leaving would undo: offers that are not accepted by both sides, matches under review."""
    partners.require_own(unit, actor=actor, partner_id=partner_id, action=Action.PARTNER_EDIT)
    query = of_partner(partner_id).where(Offer.state.in_(UNANSWERED))
    offers = unit.session.scalars(
        query.options(joinedload(Offer.request).joinedload(SupportRequest.requester))
    )
    under_review = list(unit.session.scalars(_under_review(partner_id)))
    return Affected(tuple(_named(offers)), len(under_review))


def of_employer(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, home_id: UUID) -> Affected:
    """What another employer would undo: everything with the organisation that would then be the expert's own."""
    partners.require_own(unit, actor=actor, partner_id=partner_id, action=Action.PARTNER_EDIT)
    query = of_partner(partner_id).where(Offer.state.in_(LIVE_STATES))
    rows = unit.session.scalars(query.options(joinedload(Offer.request).joinedload(SupportRequest.requester)))
    own = [row for row in rows if _is_for(row.request, home_id)]
    matches = unit.session.scalars(_under_review(partner_id).options(joinedload(ProposedMatch.request)))
    return Affected(
        tuple(_named(row for row in own if row.state is not OfferState.ACCEPTED)),
        sum(_is_for(match.request, home_id) for match in matches),
        tuple(_named(row for row in own if row.state is OfferState.ACCEPTED)),
    )


def _is_for(request: SupportRequest, organisation_id: UUID) -> bool:
    return organisation_id in (request.requester_id, request.beneficiary_id)


def _named(offers: Iterable[Offer]) -> Iterable[tuple[str, str]]:
    for each in offers:
        yield each.request.title, each.request.requester.name


def _under_review(partner_id: UUID) -> Select[ProposedMatch]:
    return (
        select(ProposedMatch)
        .join(Run, Run.id == ProposedMatch.run_id)
        .join(Round, Round.id == Run.round_id)
        .where(ProposedMatch.partner_id == partner_id, Run.is_current, Round.state.in_(UNDER_REVIEW))
        .where(~has_live_offer(ProposedMatch.partner_id, ProposedMatch.request_id))
        .options(selectinload(ProposedMatch.months))
        .order_by(ProposedMatch.id)
    )
