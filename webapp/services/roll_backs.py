"""Taking a publication back before anybody has accepted: offers end, days are free, the round is in review again.

Whoever accepts and whoever rolls back at the same time cannot both have it: offers are taken back by one
conditional update, and any acceptance seen after it undoes all of this (RELIABILITY.md, I6 and I10).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, messages
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, check_version, stop_at
from webapp.services.states import advance
from webapp.store.capacity import free_days
from webapp.store.matches import ProposedMatch
from webapp.store.offers import LIVE_STATES, Offer, OfferState
from webapp.store.publications import PUBLICATION_TRANSITIONS, Publication, PublicationState
from webapp.store.round_requests import in_round
from webapp.store.rounds import ROUND_TRANSITIONS, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import REQUEST_TRANSITIONS, RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork

ACCEPTED = tuple(state for state in LIVE_STATES if state is not OfferState.OFFERED)
TOO_LATE = NotAllowedNow(
    "An offer of this publication has been accepted by a side, so it cannot be rolled back any more. "
    "Withdraw single offers, or repair the round."
)
UNDER_REPAIR = (
    "The round is under repair: a new plan is in review around the offers that stand. "
    "Publish the repair, or withdraw single offers."
)


@dataclass(frozen=True, slots=True)
class RollBackEffect:
    """A publication, how many offers would be taken back, and why it cannot be rolled back, if so."""

    publication: Publication
    offers: int
    hindrance: str


def effect(unit: UnitOfWork, *, actor: Actor, publication_id: UUID) -> RollBackEffect:
    """What rolling back would do; raises ``NotFound``."""
    require(actor, Action.RUN_ROLL_BACK, hidden=False)
    row = unit.session.get(Publication, publication_id)
    if row is None:
        raise NotFound("no such publication")
    taken = select(func.count()).where(Offer.publication_id == row.id, Offer.state == OfferState.OFFERED)
    return RollBackEffect(row, unit.session.scalar(taken) or 0, hindrance(unit, actor=actor, publication=row))


def hindrance(unit: UnitOfWork, *, actor: Actor, publication: Publication) -> str:
    """Why a publication cannot be rolled back, in a sentence; empty where it can."""
    require(actor, Action.RUN_ROLL_BACK, hidden=False)
    if publication.state is not PublicationState.CONFIRMED:
        return f"This publication is {publication.state.value.replace('_', ' ')}."
    run = unit.session.get(Run, publication.run_id, options=[joinedload(Run.round)])
    if run is not None and run.round.state is RoundState.REPAIR_REVIEW:
        return UNDER_REPAIR
    if run is None or not run.is_current or run.round.state is not RoundState.PUBLISHED:
        return "Only the newest publication of a published round can be rolled back."
    return str(TOO_LATE) if _accepted(unit, publication) else ""


def roll_back(
    unit: UnitOfWork, *, actor: Actor, publication_id: UUID, reason: str, expected_version: int
) -> Publication:
    """Take a publication back; raises ``NotAllowedNow`` once a side has accepted any of its offers."""
    require(actor, Action.RUN_ROLL_BACK, hidden=False)
    row = unit.session.get(Publication, publication_id)
    if row is None:
        raise NotFound("no such publication")
    check_version(row, expected_version)
    said = free_text.clean(reason)
    problems = list(free_text.problems("reason", said, most=1000))
    if not said:
        problems.append(Problem("reason", "Enter why the results are taken back"))
    stop_at(problems)
    stops = hindrance(unit, actor=actor, publication=row)
    if stops:
        raise NotAllowedNow(stops)
    before = content_of(row)
    with answering_for(unit):
        offers = _take_back(unit, row)
        _settle(unit, row, offers)
        advance(row, PublicationState.ROLLED_BACK, PUBLICATION_TRANSITIONS, "publication")
        row.rolled_back_by, row.rolled_back_at, row.roll_back_reason = actor.user_id, unit.now, said
        run = unit.session.get_one(Run, row.run_id)
        advance(run.round, RoundState.IN_REVIEW, ROUND_TRANSITIONS, "round")
    subject = audit.Subject("publication", row.id)
    audit.record(unit, actor, Action.RUN_ROLL_BACK, subject, before=before, after=content_of(row))
    return row


def _accepted(unit: UnitOfWork, publication: Publication) -> int:
    query = select(func.count()).where(Offer.publication_id == publication.id, Offer.state.in_(ACCEPTED))
    return unit.session.scalar(query) or 0


def _take_back(unit: UnitOfWork, publication: Publication) -> list[Offer]:
    taken = unit.session.execute(
        update(Offer)
        .where(Offer.publication_id == publication.id, Offer.state == OfferState.OFFERED)
        .values(state=OfferState.ROLLED_BACK, version=Offer.version + 1, updated_at=unit.now)
        .returning(Offer.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(taken.scalars())
    if _accepted(unit, publication):
        raise TOO_LATE
    query = (
        select(Offer)
        .where(Offer.id.in_(ids))
        .options(
            joinedload(Offer.partner),
            joinedload(Offer.request).joinedload(SupportRequest.beneficiary),
            joinedload(Offer.match).selectinload(ProposedMatch.months),
        )
        .execution_options(populate_existing=True)
    )
    # Partners in one order, as when the days were promised.
    offers = sorted(unit.session.scalars(query), key=lambda each: (str(each.partner_id), str(each.match_id)))
    for offer in offers:
        free_days(unit.session, offer.partner_id, offer.match.days_by_month)
        _tell(unit, offer)
    return offers


def _settle(unit: UnitOfWork, publication: Publication, offers: list[Offer]) -> None:
    """Requests are submitted again, but for those that an earlier publication still helps or has answered."""
    earlier = select(Publication.id).where(
        Publication.round_id == publication.round_id,
        Publication.state == PublicationState.CONFIRMED,
        Publication.id != publication.id,
    )
    is_first = unit.session.scalar(earlier.limit(1)) is None
    helped = set(
        unit.session.scalars(
            select(Offer.request_id)
            .join(Publication, Publication.id == Offer.publication_id)
            .where(Publication.round_id == publication.round_id, Offer.state.in_(LIVE_STATES))
        )
    )
    lost = {offer.request_id for offer in offers}
    states = (RequestState.MATCHED, RequestState.UNMATCHED)
    for row in unit.session.scalars(in_round(publication.round_id, states)):
        if row.id in helped or not (is_first or row.id in lost):
            continue
        to = RequestState.SUBMITTED if is_first else RequestState.UNMATCHED
        if row.state is not to:
            advance(row, to, REQUEST_TRANSITIONS, "request")
        messages.post(
            unit,
            kind="offer.taken_back.requester",
            to_organisation_id=row.requester_id,
            about={"request_id": str(row.id), "reference": row.reference},
            dedupe_key=f"offer.taken_back.requester:{publication.id}:{row.id}",
        )


def _tell(unit: UnitOfWork, offer: Offer) -> None:
    messages.post(
        unit,
        kind="offer.taken_back.partner",
        **messages.to_partner(offer.partner),
        about={"organisation": offer.request.beneficiary.name, "reference": offer.request.reference},
        dedupe_key=f"offer.taken_back.partner:{offer.id}",
    )
