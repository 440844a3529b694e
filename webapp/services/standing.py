"""What stands when a round is matched again: decisions in force, live offers, the run before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from webapp.services import stale_pairs
from webapp.services.review import stands_on
from webapp.services.review_rules import lasting_breach
from webapp.store.decisions import KEEPS_OUT, Decision, DecisionKind, in_force
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, OVER_STATES, Offer, of_round
from webapp.store.partners import Partner
from webapp.store.rounds import Round
from webapp.store.runs import Run, current_of
from webapp.store.support_requests import SupportRequest


@dataclass(frozen=True, slots=True)
class Standing:
    """What people have fixed, by (partner, request): days that stay, pairs out, what stood before.

    ``offered`` are the live offers, days promised: those of them that may no longer stand are in ``broken`` and
    bind nothing. A pair that a side declined or let lapse is out, whatever reviewers had decided before.
    """

    locked: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    offered: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    forbidden: frozenset[tuple[UUID, UUID]]
    previous: Mapping[tuple[UUID, UUID], Mapping[str, int]]
    broken: frozenset[tuple[UUID, UUID]] = frozenset()

    @property
    def kept(self) -> Mapping[tuple[UUID, UUID], Mapping[str, int]]:
        """What a run may not touch: locks of reviewers, and offers that may stand."""
        offered = {pair: days for pair, days in self.offered.items() if pair not in self.broken}
        return {**self.locked, **offered}


def standing_of(session: Session, round_: Round, *, keeps_approved_on: date | None = None) -> Standing:
    """Read the decisions in force, the live offers and the current run of a round.

    With a day, approved matches are locked too, but for pairs that may no longer be put together on that day.
    """
    decided = list(session.scalars(in_force(round_.id).options(joinedload(Decision.confirmation))))
    standing = [each for each in decided if each.stands]
    matches = _matches(session, {each.match_id for each in standing if each.match_id is not None})
    offers = list(session.scalars(_with_pairs(of_round(round_.id))))
    live = {_pair(each): each for each in offers if each.state in LIVE_STATES}
    over = {_pair(each) for each in offers if each.state in OVER_STATES} - live.keys()
    locked = {
        (_kept_partner(each), each.request_id): each.replacement_months
        or matches[each.match_id].days_by_month
        for each in standing
        if each.kind in (DecisionKind.LOCK, DecisionKind.SWAP) and each.match_id in matches
    }
    locked = {pair: days for pair, days in locked.items() if pair not in over}
    put_aside = {(each.partner_id, each.request_id) for each in standing if each.kind in KEEPS_OUT}
    broken = {pair for pair, each in live.items() if lasting_breach(each.partner, each.request) is not None}
    current = current_of(session, round_.id)
    before = _matches_of_run(session, current.id) if current is not None else []
    if current is not None and keeps_approved_on is not None:
        approved = _approved(session, current, keeps_approved_on)
        locked |= {
            (each.partner_id, each.request_id): each.days_by_month for each in before if each.id in approved
        }
    return Standing(
        locked=locked,
        offered={pair: each.match.days_by_month for pair, each in live.items()},
        forbidden=frozenset((put_aside - locked.keys()) | over),
        previous={(each.partner_id, each.request_id): each.days_by_month for each in before},
        broken=frozenset(broken),
    )


def _approved(session: Session, run: Run, today: date) -> frozenset[UUID]:
    decision, later = aliased(Decision), aliased(Decision)
    query = (
        select(ProposedMatch.id)
        .join(ProposedMatch.run)
        .join(ProposedMatch.request)
        .join(ProposedMatch.partner)
        .join(decision, stands_on(ProposedMatch, Run, decision, later))
        .where(ProposedMatch.run_id == run.id, decision.kind == DecisionKind.APPROVE)
        .where(~stale_pairs.clause(today))
    )
    return frozenset(session.scalars(query))


def _kept_partner(decision: Decision) -> UUID:
    return decision.replacement_partner_id or decision.partner_id


def _matches(session: Session, ids: set[UUID]) -> dict[UUID | None, ProposedMatch]:
    query = select(ProposedMatch).where(ProposedMatch.id.in_(ids)).options(selectinload(ProposedMatch.months))
    return {row.id: row for row in session.scalars(query)}


def _matches_of_run(session: Session, run_id: UUID) -> list[ProposedMatch]:
    query = select(ProposedMatch).where(ProposedMatch.run_id == run_id)
    return list(session.scalars(query.options(selectinload(ProposedMatch.months)).order_by(ProposedMatch.id)))


def _pair(offer: Offer) -> tuple[UUID, UUID]:
    return offer.partner_id, offer.request_id


def _with_pairs(query: Select[Offer]) -> Select[Offer]:
    """Offers with their days, and with what is asked of both sides again."""
    return query.options(
        joinedload(Offer.match).selectinload(ProposedMatch.months),
        selectinload(Offer.request).selectinload(SupportRequest.exclusions),
        selectinload(Offer.partner).options(selectinload(Partner.interests), selectinload(Partner.releases)),
    )
