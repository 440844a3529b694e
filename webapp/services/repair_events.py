"""What has happened to a published round since its current run, read from the rows alone.

Nothing keeps a list of events: a run's matches are held against offers, requests, partners and days as they are
now. So an event is seen however it came about, and is no event any more once a run has taken it in. Whoever
declines waits for this, so it reads columns, not objects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from matcher.evidence.repair_changes import RepairEvent
from webapp.services.lasting_breaches import SIDES, Barred, Pair, Sides, sides_in
from webapp.store.capacity import CapacityMonth, Cell
from webapp.store.decisions import KEEPS_OUT, Decision, in_force
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.offers import LIVE_STATES, Offer, OfferState
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import RequestState, SupportRequest


@dataclass(frozen=True, slots=True)
class _Held:
    """A match of the run, as far as events are concerned; ``offer`` is the state of the pair's offer, if any."""

    match_id: UUID
    partner: str
    request: str
    request_state: RequestState
    sides: Sides
    offer: OfferState | None

    @property
    def stands(self) -> bool:
        """Whether its days are to be kept: the request is alive, the offer not over."""
        is_over = self.offer is not None and self.offer not in LIVE_STATES
        return not is_over and self.request_state is not RequestState.WITHDRAWN

    def event(self, code: str) -> RepairEvent:
        """Something that happened to this match."""
        return RepairEvent(code, self.partner, self.request)


def events_of(session: Session, round_: Round, current: Run) -> tuple[RepairEvent, ...]:
    """What the current run of a round does not know yet, sorted; at most seven queries."""
    matches = _matches_of(session, current)
    found: set[RepairEvent] = set()
    held = [each for each in matches if each.offer is not None]
    if round_.state is RoundState.REPAIR_REVIEW:
        kept_out = _kept_out(session, round_)
        aside = [each for each in matches if each.sides.pair in kept_out and each.offer is None]
        found |= {each.event("put_aside") for each in aside}
        held = [each for each in matches if each not in aside]
    barred = Barred(session, round_)
    for each in held:
        code = _code_of(each, barred)
        if code is not None:
            found.add(each.event(code))
    found |= set(_too_few_days(session, current, held))
    found |= set(_late_requests(session, round_, current))
    return tuple(sorted(found))


def _matches_of(session: Session, current: Run) -> list[_Held]:
    """The run's matches with the offer that stands for each pair, else one that ended; one that was rolled back
    never was."""
    offers = _offer_states(session, current)
    query = (
        select(
            ProposedMatch.id,
            Partner.reference,
            SupportRequest.reference,
            SupportRequest.state,
            *SIDES,
        )
        .join(ProposedMatch.partner)
        .join(ProposedMatch.request)
        .where(ProposedMatch.run_id == current.id)
        .order_by(ProposedMatch.id)
    )
    return [
        _Held(*row[:4], sides=(sides := sides_in(row[4:])), offer=offers.get(sides.pair))
        for row in session.execute(query)
    ]


def _offer_states(session: Session, current: Run) -> dict[Pair, OfferState]:
    query = (
        select(Offer.partner_id, Offer.request_id, Offer.state)
        .join(Offer.request)
        .where(SupportRequest.round_id == current.round_id, Offer.state != OfferState.ROLLED_BACK)
        .order_by(Offer.created_at, Offer.id)
    )
    rows = sorted(session.execute(query), key=lambda row: row.state in LIVE_STATES)
    return {(row.partner_id, row.request_id): row.state for row in rows}


def _code_of(each: _Held, barred: Barred) -> str | None:
    if each.request_state is RequestState.WITHDRAWN:
        return "request_withdrawn"
    if each.offer is not None and each.offer not in LIVE_STATES:
        return f"offer_{each.offer.value}"
    return barred.code(each.sides)


def _too_few_days(session: Session, current: Run, held: Iterable[_Held]) -> Iterator[RepairEvent]:
    """Partners whose days no longer hold what stands of the run beside what is promised elsewhere."""
    standing = {each.match_id: each for each in held if each.stands}
    wanted: Counter[Cell] = Counter()
    promised: Counter[Cell] = Counter()
    free: dict[Cell, int] = {}
    for match_id, month, days, left in _months_of(session, current):
        each = standing.get(match_id)
        if each is None:
            continue
        cell = (each.sides.partner_id, month)
        wanted[cell] += days
        free[cell] = left or 0
        if each.offer is not None:
            promised[cell] += days
    short = {cell[0] for cell, days in wanted.items() if days > free.get(cell, 0) + promised[cell]}
    yield from {
        RepairEvent("capacity_cut", each.partner)
        for each in standing.values()
        if each.sides.partner_id in short
    }


def _months_of(session: Session, current: Run) -> Iterable[Any]:
    """The days of the run's matches by month, each with what its partner has left in that month."""
    left = CapacityMonth.days - CapacityMonth.committed_days
    is_same = and_(
        CapacityMonth.partner_id == ProposedMatch.partner_id, CapacityMonth.month == MatchMonth.month
    )
    return session.execute(
        select(MatchMonth.match_id, MatchMonth.month, MatchMonth.days, left)
        .join(ProposedMatch, ProposedMatch.id == MatchMonth.match_id)
        .outerjoin(CapacityMonth, is_same)
        .where(ProposedMatch.run_id == current.id)
    )


def _late_requests(session: Session, round_: Round, current: Run) -> Iterator[RepairEvent]:
    """Requests that are submitted and that the run neither helps nor names as short of days."""
    helped = select(ProposedMatch.request_id).where(ProposedMatch.run_id == current.id)
    short = select(UnmetRequest.request_id).where(UnmetRequest.run_id == current.id)
    query = select(SupportRequest.reference).where(
        SupportRequest.round_id == round_.id,
        SupportRequest.state == RequestState.SUBMITTED,
        SupportRequest.id.not_in(helped),
        SupportRequest.id.not_in(short),
    )
    for reference in session.scalars(query):
        yield RepairEvent("late_request", request=reference)


def _kept_out(session: Session, round_: Round) -> set[Pair]:
    """Pairs that reviewers have put aside: what they free is to be used again."""
    decided = session.scalars(in_force(round_.id).where(Decision.kind.in_(KEEPS_OUT)))
    return {(each.partner_id, each.request_id) for each in decided}
