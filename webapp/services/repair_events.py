"""What has happened to a published round since its current run, read from the rows alone.

Nothing keeps a list of events: a run's matches are held against offers, requests, partners and days as they are
now. So an event is seen however it came about, and is no event any more once a run has taken it in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from webapp.services.review_rules import lasting_breach
from webapp.store import offers
from webapp.store.capacity import CapacityMonth
from webapp.store.decisions import KEEPS_OUT, in_force
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.offers import LIVE_STATES, Offer, OfferState
from webapp.store.partners import Interest, Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import RequestState, SupportRequest, in_round

Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True, order=True)
class RepairEvent:
    """One thing that happened: its code, and the references of whom it touches ("" where nobody)."""

    code: str
    partner: str = ""
    request: str = ""


def events_of(session: Session, round_: Round, current: Run) -> tuple[RepairEvent, ...]:
    """What the current run of a round does not know yet, sorted; at most eight queries."""
    matches = list(session.scalars(_matches_of(current.id)))
    newest = _newest_offers(session, round_)
    put_aside: list[ProposedMatch] = []
    held = [each for each in matches if _pair(each) in newest]
    if round_.state is RoundState.REPAIR_REVIEW:
        kept_out = _kept_out(session, round_) - newest.keys()
        put_aside = [each for each in matches if _pair(each) in kept_out]
        held = [each for each in matches if _pair(each) not in kept_out]
    found = {event for match in held for event in _of_match(match, newest)}
    found |= {RepairEvent("put_aside", *_references(match)) for match in put_aside}
    found |= set(_too_few_days(session, round_, held, newest))
    found |= set(_late_requests(session, round_, current, matches))
    return tuple(sorted(found))


def _pair(match: ProposedMatch) -> Pair:
    return match.partner_id, match.request_id


def _references(match: ProposedMatch) -> tuple[str, str]:
    return match.partner.reference, match.request.reference


def _matches_of(run_id: UUID) -> Select[ProposedMatch]:
    return (
        select(ProposedMatch)
        .where(ProposedMatch.run_id == run_id)
        .options(
            selectinload(ProposedMatch.months),
            selectinload(ProposedMatch.request).selectinload(SupportRequest.exclusions),
            selectinload(ProposedMatch.partner).options(
                selectinload(Partner.interests).joinedload(Interest.organisation),
                selectinload(Partner.releases),
            ),
        )
        .order_by(ProposedMatch.id)
    )


def _newest_offers(session: Session, round_: Round) -> dict[Pair, Offer]:
    """The offer that stands for each pair of the round, else the last; one that was rolled back never was."""
    rows = session.scalars(
        offers.of_round(round_.id)
        .where(Offer.state != OfferState.ROLLED_BACK)
        .options(joinedload(Offer.match).selectinload(ProposedMatch.months))
        .order_by(None)
        .order_by(Offer.created_at, Offer.id)
    )
    ordered = sorted(rows, key=lambda row: row.state in LIVE_STATES)
    return {(row.partner_id, row.request_id): row for row in ordered}


def _of_match(match: ProposedMatch, newest: Mapping[Pair, Offer]) -> Iterator[RepairEvent]:
    offer = newest.get(_pair(match))
    code: str | None = None
    if match.request.state is RequestState.WITHDRAWN:
        code = "request_withdrawn"
    elif offer is not None and offer.state not in LIVE_STATES:
        code = f"offer_{offer.state.value}"
    else:
        code = lasting_breach(match.partner, match.request)
    if code is not None:
        yield RepairEvent(code, *_references(match))


def _too_few_days(
    session: Session, round_: Round, held: Sequence[ProposedMatch], newest: Mapping[Pair, Offer]
) -> Iterator[RepairEvent]:
    """Partners whose days no longer hold what stands of the run beside what is promised elsewhere."""
    standing = [each for each in held if _stands(each, newest)]
    free = _days_free(session, round_, newest)
    wanted: Counter[tuple[UUID, str]] = Counter()
    for match in standing:
        wanted.update({(match.partner_id, month): days for month, days in match.days_by_month.items()})
    short = {partner_id for (partner_id, month), days in wanted.items() if days > free[partner_id, month]}
    yield from {
        RepairEvent("capacity_cut", each.partner.reference) for each in standing if each.partner_id in short
    }


def _stands(match: ProposedMatch, newest: Mapping[Pair, Offer]) -> bool:
    offer = newest.get(_pair(match))
    is_over = offer is not None and offer.state not in LIVE_STATES
    return not is_over and match.request.state is not RequestState.WITHDRAWN


def _days_free(session: Session, round_: Round, newest: Mapping[Pair, Offer]) -> Counter[tuple[UUID, str]]:
    """Days of each partner and month for this round: all but what is promised outside it."""
    free: Counter[tuple[UUID, str]] = Counter()
    left = CapacityMonth.days - CapacityMonth.committed_days
    query = select(CapacityMonth.partner_id, CapacityMonth.month, left)
    for partner_id, month, days in session.execute(query.where(CapacityMonth.month.in_(round_.months))):
        free[partner_id, month] += days
    for offer in newest.values():
        if offer.state in LIVE_STATES:
            days_by_month = offer.match.days_by_month
            free.update({(offer.partner_id, month): days for month, days in days_by_month.items()})
    return free


def _late_requests(
    session: Session, round_: Round, current: Run, matches: Iterable[ProposedMatch]
) -> Iterator[RepairEvent]:
    known = {match.request_id for match in matches}
    known |= set(session.scalars(select(UnmetRequest.request_id).where(UnmetRequest.run_id == current.id)))
    for row in session.scalars(in_round(round_.id, (RequestState.SUBMITTED,))):
        if row.id not in known:
            yield RepairEvent("late_request", request=row.reference)


def _kept_out(session: Session, round_: Round) -> set[Pair]:
    """Pairs that reviewers have put aside: what they free is to be used again."""
    decided = session.scalars(in_force(round_.id))
    return {(each.partner_id, each.request_id) for each in decided if each.kind in KEEPS_OUT}
