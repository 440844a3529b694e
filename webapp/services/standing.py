"""What stands when a round is matched again: decisions in force, live offers, the run before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.store.decisions import KEEPS_OUT, Decision, DecisionKind, in_force
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, Offer
from webapp.store.rounds import Round
from webapp.store.runs import current_of
from webapp.store.support_requests import SupportRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """What people have fixed, by (partner, request): days that stay, pairs out, what stood before."""

    locked: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    offered: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    forbidden: frozenset[tuple[UUID, UUID]]
    previous: Mapping[tuple[UUID, UUID], Mapping[str, int]]


def standing_of(session: Session, round_: Round) -> Standing:
    """Read the decisions in force, the live offers and the current run of a round."""
    decided = list(session.scalars(in_force(round_.id).options(joinedload(Decision.confirmation))))
    standing = [each for each in decided if each.stands]
    matches = _matches(session, {each.match_id for each in standing if each.match_id is not None})
    locked = {
        (_kept_partner(each), each.request_id): matches[each.match_id].days_by_month
        for each in standing
        if each.kind in (DecisionKind.LOCK, DecisionKind.SWAP) and each.match_id in matches
    }
    forbidden = {(each.partner_id, each.request_id) for each in standing if each.kind in KEEPS_OUT}
    current = current_of(session, round_.id)
    before = _matches_of_run(session, current.id) if current is not None else []
    return Standing(
        locked=locked,
        offered=_offered(session, round_),
        forbidden=frozenset(forbidden - locked.keys()),
        previous={(each.partner_id, each.request_id): each.days_by_month for each in before},
    )


def _kept_partner(decision: Decision) -> UUID:
    return decision.replacement_partner_id or decision.partner_id


def _matches(session: Session, ids: set[UUID]) -> dict[UUID | None, ProposedMatch]:
    query = select(ProposedMatch).where(ProposedMatch.id.in_(ids)).options(selectinload(ProposedMatch.months))
    return {row.id: row for row in session.scalars(query)}


def _matches_of_run(session: Session, run_id: UUID) -> list[ProposedMatch]:
    query = select(ProposedMatch).where(ProposedMatch.run_id == run_id)
    return list(session.scalars(query.options(selectinload(ProposedMatch.months)).order_by(ProposedMatch.id)))


def _offered(session: Session, round_: Round) -> dict[tuple[UUID, UUID], Mapping[str, int]]:
    query = (
        select(Offer)
        .join(Offer.request)
        .where(SupportRequest.round_id == round_.id, Offer.state.in_(LIVE_STATES))
        .options(joinedload(Offer.match).selectinload(ProposedMatch.months))
        .order_by(Offer.id)
    )
    return {(each.partner_id, each.request_id): each.match.days_by_month for each in session.scalars(query)}
