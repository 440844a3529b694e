"""Offers: each side accepts or declines; a decline or a lapse frees the days at once.

The days of an offer are promised when it is published and stay promised until it ends, so accepting takes
nothing more and can never take a day twice. Ending one frees its days, settles the request and queues the
repair in the same transaction. Taking offers back is in ``offer_withdrawals``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import AccessDenied, require
from webapp.services import audit, engagements, free_text, repairs, review_rules, sides, working_days
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.review_rules import Breach
from webapp.services.states import advance
from webapp.store.capacity import free_days
from webapp.store.matches import ProposedMatch
from webapp.store.offers import (
    LIVE_STATES,
    OFFER_TRANSITIONS,
    Offer,
    OfferState,
    Side,
    of_request,
)
from webapp.store.partners import Partner
from webapp.store.support_requests import REQUEST_TRANSITIONS, RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork

OPEN_STATES = (OfferState.OFFERED, OfferState.PARTNER_ACCEPTED, OfferState.REQUESTER_ACCEPTED)
"""States in which somebody still has to answer."""
REFUSALS: dict[Side, tuple[str, ...]] = {
    Side.PARTNER: ("no_time", "not_my_skill", "too_far", "employer", "conflict", "other"),
    Side.REQUESTER: ("found_help", "other_skills", "timing", "conflict", "other"),
}
"""Why each side may say no, by code; the words stand with the forms."""
MOST_WORDS = 1000
ACCEPTED = {Side.PARTNER: OfferState.PARTNER_ACCEPTED, Side.REQUESTER: OfferState.REQUESTER_ACCEPTED}
"""The state after the first yes, by the side that said it."""

_FOR_PARTNER = {
    Breach.PARTNER_AWAY: "You do not take part at present. Take part again on your overview, then accept",
    Breach.REQUEST_OVER: "The organisation has taken its request back",
    Breach.OWN_ORGANISATION: "You work for this organisation, so you cannot accept. Decline instead",
    Breach.DECLARED_INTEREST: "You declared an interest in this organisation, so you cannot accept. Decline instead",
    Breach.EXCLUDED: "You cannot work independently on this request. Decline instead",
    Breach.STALE_INTERESTS: "Confirm your interests first: they have not been confirmed within the last year",
    Breach.NOT_RELEASED: "Your employer does not release you. Ask your employer, or decline",
}
_FOR_REQUESTER = "This partner cannot take it on as things stand. The national team has to look at it first"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no: a reason by code, own words, and for a partner a colleague who might be asked instead."""

    reason: str
    words: str = ""
    colleague: str = ""


def accept(unit: UnitOfWork, *, actor: Actor, offer_id: UUID, expected_version: int) -> Offer:
    """Say yes for the actor's side; with the second yes the engagement begins with a drafted agreement.

    Raises ``NotAllowedNow`` for a second answer or one after the deadline, ``Rejected`` where the pair may no
    longer be put together (RELIABILITY.md, I2).
    """
    row, side = answerable(unit, actor=actor, offer_id=offer_id)
    check_version(row, expected_version)
    _check_pair(unit, row, side)
    before = content_of(row)
    with answering_for(unit):
        first_yes = row.state is OfferState.OFFERED
        advance(row, ACCEPTED[side] if first_yes else OfferState.ACCEPTED, OFFER_TRANSITIONS, "offer")
        row.answered_at = unit.now
    record(unit, actor, Action.OFFER_ANSWER, row, before)
    if row.state is OfferState.ACCEPTED:
        engagements.make(unit, actor=actor, offer=row)
    else:
        tell(unit, row, side.other, "offer.other_side_accepted")
    return row


def decline(
    unit: UnitOfWork, *, actor: Actor, offer_id: UUID, answer: Refusal, expected_version: int
) -> Offer:
    """Say no for the actor's side, while it has not said yes; never counted against anybody."""
    row, side = answerable(unit, actor=actor, offer_id=offer_id)
    check_version(row, expected_version)
    words, colleague = free_text.clean(answer.words), free_text.clean(answer.colleague)
    stop_at(_refusal_problems(side, answer.reason, words, colleague))
    before = content_of(row)
    with answering_for(unit):
        row.declined_by, row.decline_reason = side, answer.reason
        row.decline_words, row.suggested_colleague = words, colleague
        end(unit, row, OfferState.DECLINED)
    record(unit, actor, Action.OFFER_ANSWER, row, before)
    queue_repair(unit, actor, row)
    tell(unit, row, side.other, "offer.declined")
    return row


def answerable(unit: UnitOfWork, *, actor: Actor, offer_id: UUID) -> tuple[Offer, Side]:
    """An offer that the actor's side may still answer; raises ``NotAllowedNow`` with where it stands."""
    row = load(unit, offer_id)
    side = sides.require_side(actor, Action.OFFER_ANSWER, row)
    if side is Side.REQUESTER and actor.organisation_id != row.request.requester_id:
        raise AccessDenied(Action.OFFER_ANSWER, hidden=True)
    if row.state is OfferState.ROLLED_BACK:
        raise NotFound("no such offer")
    if row.state in (ACCEPTED[side], OfferState.ACCEPTED):
        raise NotAllowedNow("You have accepted this offer already. An answer cannot be changed.")
    if row.state not in OPEN_STATES:
        raise NotAllowedNow(f"This offer is {row.state.value}: there is nothing left to answer.")
    if is_past(row, unit):
        raise NotAllowedNow(f"This offer lapsed at the end of {_said(row)}.")
    return row, side


def is_past(row: Offer, unit: UnitOfWork) -> bool:
    """Has the last day for an answer ended in London?"""
    return working_days.london_day(unit.now) > row.lapses_on


def load(unit: UnitOfWork, offer_id: UUID) -> Offer:
    """An offer with both sides and all that the rules ask, whoever asks: for services that ask the matrix."""
    row = unit.session.scalar(loaded(select(Offer).where(Offer.id == offer_id)))
    if row is None:
        raise NotFound("no such offer")
    return row


def loaded(query: Select[Offer]) -> Select[Offer]:
    """The query with what belongs to its offers."""
    return query.options(
        joinedload(Offer.match).selectinload(ProposedMatch.months),
        joinedload(Offer.partner).options(
            joinedload(Partner.organisation),
            selectinload(Partner.interests),
            selectinload(Partner.releases),
        ),
        joinedload(Offer.request).options(
            joinedload(SupportRequest.requester),
            joinedload(SupportRequest.beneficiary),
            selectinload(SupportRequest.exclusions),
        ),
    )


def queue_repair(unit: UnitOfWork, actor: AnyActor, row: Offer) -> None:
    """Have the round repaired round what still stands, so that the next best is found."""
    if row.request.round_id is not None:
        over = (row.partner_id, row.request_id)
        repairs.queue(unit, actor=actor, round_id=row.request.round_id, over=over)


def end(unit: UnitOfWork, row: Offer, to: OfferState) -> None:
    """Move an offer to its end and give back what it holds."""
    was_accepted = row.state is OfferState.ACCEPTED
    advance(row, to, OFFER_TRANSITIONS, "offer")
    row.answered_at = unit.now
    unit.flush()
    if not was_accepted:
        free_days(unit.session, row.partner_id, row.match.days_by_month)
    _settle(unit, row)


def lapse(unit: UnitOfWork, *, actor: SystemActor, offer_id: UUID) -> bool:
    """End an offer whose last day is over; False where somebody answered meanwhile."""
    require(actor, Action.OFFER_LAPSE)
    row = load(unit, offer_id)
    if row.state not in OPEN_STATES or not is_past(row, unit):
        return False
    before = content_of(row)
    with answering_for(unit):
        end(unit, row, OfferState.LAPSED)
    record(unit, actor, Action.OFFER_LAPSE, row, before)
    queue_repair(unit, actor, row)
    for side in Side:
        tell(unit, row, side, "offer.lapsed")
    return True


def waits_for(row: Offer) -> tuple[Side, ...]:
    """The sides that have not answered."""
    if row.state not in OPEN_STATES:
        return ()
    return tuple(side for side in Side if row.state is not ACCEPTED[side])


def _settle(unit: UnitOfWork, row: Offer) -> None:
    """A request whose last live offer has ended is unmatched again; two ends at once wait for each other here."""
    request = unit.session.get_one(SupportRequest, row.request_id, with_for_update=True)
    others = of_request(request.id).where(Offer.state.in_(LIVE_STATES), Offer.id != row.id)
    if request.state is RequestState.MATCHED and unit.session.scalars(others).first() is None:
        advance(request, RequestState.UNMATCHED, REQUEST_TRANSITIONS, "request")


def _check_pair(unit: UnitOfWork, row: Offer, side: Side) -> None:
    found = list(review_rules.broken(row.partner, row.request, today=unit.now.date()))
    if found and side is Side.REQUESTER:
        raise Rejected(None, _FOR_REQUESTER)
    if found:
        raise Rejected.several(Problem(None, _FOR_PARTNER[each]) for each in found)


def _refusal_problems(side: Side, reason: str, words: str, colleague: str) -> Iterable[Problem]:
    if reason not in REFUSALS[side]:
        yield Problem("reason", "Choose why you decline")
    if reason == "other" and not words:
        yield Problem("words", "Say in a few words why you decline")
    yield from free_text.problems("words", words, most=MOST_WORDS)
    yield from free_text.problems("colleague", colleague, most=200, one_line=True)
    if colleague and side is not Side.PARTNER:
        yield Problem("colleague", "Only a partner suggests a colleague")


def tell(unit: UnitOfWork, row: Offer, side: Side, kind: str) -> None:
    """Write to one side of an offer what has become of it."""
    sides.tell(
        unit,
        side,
        row,
        kind=f"{kind}.{side.value}",
        key=str(row.id),
        offer_id=str(row.id),
        lapses_on=row.lapses_on.isoformat(),
    )


def _said(row: Offer) -> str:
    return f"{row.lapses_on.day} {row.lapses_on:%B %Y}"


def record(unit: UnitOfWork, actor: AnyActor, action: str, row: Offer, before: Mapping[str, Any]) -> None:
    """Note one act on an offer."""
    subject = audit.Subject("offer", row.id)
    audit.record(unit, actor, action, subject, before=before, after=content_of(row))
