"""What stands when a round is matched again: decisions in force, live offers, the run before.

Thousands of pairs are read each time, so columns are, not objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from webapp.services import stale_pairs
from webapp.services.lasting_breaches import SIDES, Barred, Pair, sides_in
from webapp.services.review import stands_on
from webapp.store.decisions import KEEPS_OUT, Decision, DecisionKind, in_force
from webapp.store.matches import MatchMonth, ProposedMatch
from webapp.store.offers import LIVE_STATES, OVER_STATES, Offer
from webapp.store.rounds import Round
from webapp.store.runs import Run, current_of
from webapp.store.support_requests import SupportRequest

FORBIDS = tuple(kind for kind in KEEPS_OUT if kind is not DecisionKind.SWAP)
"""Decisions that only put aside; a swap puts another partner in."""
MOST_AT_ONCE = 5_000
"""Identifiers in one query: both engines take more, neither takes any number."""


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
    wanted = (DecisionKind.LOCK, *KEEPS_OUT)
    query = in_force(round_.id).where(Decision.kind.in_(wanted)).options(joinedload(Decision.confirmation))
    decided = [each for each in session.scalars(query) if each.stands]
    aside = {(each.partner_id, each.request_id): each for each in decided if each.kind in KEEPS_OUT}
    kept = [each for each in decided if _keeps(each, aside.get((_kept_partner(each), each.request_id)))]
    live, over, broken = _offers(session, round_)
    days_of = _days_of(session, {*live.values(), *(each.match_id for each in kept if each.match_id)})
    locked = {
        (_kept_partner(each), each.request_id): each.replacement_months or days_of[each.match_id]
        for each in kept
        if each.match_id is not None
    }
    current = current_of(session, round_.id)
    before = {} if current is None else _pairs_of_run(session, current.id)
    if current is not None and keeps_approved_on is not None:
        locked |= {pair: before[pair] for pair in _approved(session, current, keeps_approved_on)}
    locked = {pair: days for pair, days in locked.items() if pair not in over}
    return Standing(
        locked=locked,
        offered={pair: days_of[match_id] for pair, match_id in live.items()},
        forbidden=frozenset((aside.keys() - locked.keys()) | over),
        previous=before,
        broken=broken,
    )


def _approved(session: Session, run: Run, today: date) -> frozenset[Pair]:
    decision, later = aliased(Decision), aliased(Decision)
    query = (
        select(ProposedMatch.partner_id, ProposedMatch.request_id)
        .join(ProposedMatch.run)
        .join(ProposedMatch.request)
        .join(ProposedMatch.partner)
        .join(decision, stands_on(ProposedMatch, Run, decision, later))
        .where(ProposedMatch.run_id == run.id, decision.kind == DecisionKind.APPROVE)
        .where(~stale_pairs.clause(today))
    )
    return frozenset((partner_id, request_id) for partner_id, request_id in session.execute(query))


def _keeps(decision: Decision, aside: Decision | None) -> bool:
    """Whether a decision keeps a match; not a swap whose replacement was put aside later."""
    if decision.match_id is None or decision.kind in FORBIDS:
        return False
    return aside is None or aside.decided_at <= decision.decided_at


def _kept_partner(decision: Decision) -> UUID:
    return decision.replacement_partner_id or decision.partner_id


def _offers(session: Session, round_: Round) -> tuple[dict[Pair, UUID], frozenset[Pair], frozenset[Pair]]:
    """The match behind each live offer of the round; pairs whose offer is over; live ones that may not stand."""
    query = (
        select(Offer.match_id, Offer.state, *SIDES)
        .join(Offer.partner)
        .join(Offer.request)
        .where(SupportRequest.round_id == round_.id)
        .order_by(Offer.id)
    )
    barred = Barred(session, round_)
    live: dict[Pair, UUID] = {}
    over: set[Pair] = set()
    broken: set[Pair] = set()
    for match_id, state, *values in session.execute(query):
        sides = sides_in(values)
        if state in LIVE_STATES:
            live[sides.pair] = match_id
            if barred.code(sides) is not None:
                broken.add(sides.pair)
        elif state in OVER_STATES:
            over.add(sides.pair)
    return live, frozenset(over - live.keys()), frozenset(broken)


def _days_of(session: Session, match_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Days by month of the matches named."""
    found: dict[UUID, dict[str, int]] = {match_id: {} for match_id in match_ids}
    for some in _in_parts(sorted(match_ids)):
        query = select(MatchMonth.match_id, MatchMonth.month, MatchMonth.days)
        for match_id, month, days in session.execute(query.where(MatchMonth.match_id.in_(some))):
            found[match_id][month] = days
    return found


def _pairs_of_run(session: Session, run_id: UUID) -> dict[Pair, Mapping[str, int]]:
    query = select(ProposedMatch.id, ProposedMatch.partner_id, ProposedMatch.request_id)
    rows = session.execute(query.where(ProposedMatch.run_id == run_id).order_by(ProposedMatch.id))
    pairs = {match_id: (partner_id, request_id) for match_id, partner_id, request_id in rows}
    days_of = _days_of(session, pairs.keys())
    return {pair: days_of[match_id] for match_id, pair in pairs.items()}


def _in_parts(match_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(match_ids), MOST_AT_ONCE):
        yield match_ids[start : start + MOST_AT_ONCE]
