"""Offers that stand when a run is published: kept as they are, or taken back where a repair lets them go."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.authority.actor import AnyActor
from webapp.services import offer_withdrawals
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, Offer, of_round
from webapp.store.runs import Run
from webapp.store.unit_of_work import UnitOfWork

Pair = tuple[UUID, UUID]


def pairs_of(session: Session, round_id: UUID) -> frozenset[Pair]:
    """(Partner, request) of every offer of a round that stands."""
    query = of_round(round_id).where(Offer.state.in_(LIVE_STATES))
    return frozenset((each.partner_id, each.request_id) for each in session.scalars(query))


def let_go(session: Session, run: Run) -> list[Offer]:
    """Offers that stand but that the run does not propose any more: publishing it takes them back."""
    proposed = select(ProposedMatch.id).where(
        ProposedMatch.run_id == run.id,
        ProposedMatch.partner_id == Offer.partner_id,
        ProposedMatch.request_id == Offer.request_id,
    )
    query = of_round(run.round_id).where(Offer.state.in_(LIVE_STATES), ~proposed.exists())
    loaded = query.options(joinedload(Offer.match).selectinload(ProposedMatch.months))
    return list(session.scalars(loaded))


def take_back(unit: UnitOfWork, *, actor: AnyActor, run: Run) -> int:
    """Withdraw what the run lets go, so that its days are free for what is new; gives how many."""
    rows = let_go(unit.session, run)
    for row in rows:
        offer_withdrawals.withdraw(unit, actor=actor, row=row)
    unit.flush()
    return len(rows)
