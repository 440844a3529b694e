"""What a letter says, as facts: to a requester and to a partner about a match, to a requester who got nothing.

The facts come from the stored reasons of the run, so a letter can be read before publication by the national team
and afterwards by those whom it concerns, and says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import may, require
from webapp.services import partners
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Reasons, alternatives_of, displaced_of, reasons_of
from webapp.services.policies import rules_of
from webapp.services.remedies import Remedy, remedies_of
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.offers import LIVE_STATES, Offer
from webapp.store.partners import Partner
from webapp.store.publications import Publication, PublicationState
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

OTHERS_NAMED = 3


@dataclass(frozen=True, slots=True)
class MatchLetter:
    """A match: both sides, days, reasons, who else was possible. Before publication no day is named to answer by."""

    round_name: str
    request: SupportRequest
    partner: Partner
    days_by_month: Mapping[str, int]
    reasons: Reasons
    others: tuple[tuple[str, float], ...]
    others_waiting: int
    sent_on: date | None
    lapses_on: date | None

    @property
    def days(self) -> int:
        """All days of the match."""
        return sum(self.days_by_month.values())


@dataclass(frozen=True, slots=True)
class UnmetLetter:
    """A request without a match, or short of days: the binding reason and what may be done.

    ``reason`` is None where the run had found a match and people decided against it.
    """

    round_name: str
    request: SupportRequest
    days_short: int
    reason: str | None
    next_step: str | None
    remedies: tuple[Remedy, ...]
    candidates: int
    waiting_credit: float
    sent_on: date | None


def of_match(unit: UnitOfWork, *, actor: AnyActor, match_id: UUID) -> MatchLetter:
    """The letter about a match as it would be, or was, sent; for the national team."""
    require(actor, Action.RUN_READ)
    match = unit.session.scalar(_matches().where(ProposedMatch.id == match_id))
    if match is None:
        raise NotFound("no such match")
    offer = unit.session.scalar(
        select(Offer).where(Offer.match_id == match_id, Offer.state.in_(LIVE_STATES)).limit(1)
    )
    return _match_letter(unit, match, offer)


def of_offer(unit: UnitOfWork, *, actor: AnyActor, offer_id: UUID, to_partner: bool) -> MatchLetter:
    """The letter about an offer, for whichever of its sides reads it."""
    offer = unit.session.scalar(select(Offer).where(Offer.id == offer_id, Offer.state != "rolled_back"))
    if offer is None:
        raise NotFound("no such offer")
    match = unit.session.scalars(_matches().where(ProposedMatch.id == offer.match_id)).one()
    if to_partner:
        body = partners.team_body(match.partner)
        require(actor, Action.OFFER_READ, partner_id=match.partner_id, organisation_id=body)
    else:
        _require_outcome(actor, match.request)
    return _match_letter(unit, match, offer)


def of_unmet(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, request_id: UUID) -> UnmetLetter:
    """The letter to a requester whom a run leaves short; for the national team, published or not."""
    require(actor, Action.RUN_READ)
    run = unit.session.scalar(_runs().where(Run.id == run_id))
    row = unit.session.scalar(_requests().where(SupportRequest.id == request_id))
    if run is None or row is None or row.round_id != run.round_id:
        raise NotFound("no such request in this run")
    given = unit.session.scalars(
        select(ProposedMatch.days).where(
            ProposedMatch.run_id == run_id, ProposedMatch.request_id == request_id
        )
    )
    return _unmet_letter(unit, run, row, given=sum(given), sent_on=None)


def of_own_request(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> UnmetLetter:
    """The published letter about what a request did not get; raises ``NotFound`` where there is none."""
    row = unit.session.scalar(_requests().where(SupportRequest.id == request_id))
    if row is None:
        raise NotFound("no such request")
    _require_outcome(actor, row)
    published = unit.session.scalar(
        select(Publication)
        .where(Publication.round_id == row.round_id, Publication.state == PublicationState.CONFIRMED)
        .order_by(Publication.decided_at.desc(), Publication.id)
        .limit(1)
    )
    if published is None:
        raise NotFound("nothing has been published yet")
    run = unit.session.scalars(_runs().where(Run.id == published.run_id)).one()
    live = select(ProposedMatch.days).join(Offer, Offer.match_id == ProposedMatch.id)
    given = unit.session.scalars(live.where(Offer.request_id == row.id, Offer.state.in_(LIVE_STATES)))
    sent_on = published.decided_at.date() if published.decided_at else None
    return _unmet_letter(unit, run, row, given=sum(given), sent_on=sent_on)


def _require_outcome(actor: AnyActor, row: SupportRequest) -> None:
    if not may(actor, Action.OUTCOME_READ, organisation_id=row.beneficiary_id):
        require(actor, Action.OUTCOME_READ, organisation_id=row.requester_id)


def _matches() -> Select[ProposedMatch]:
    request = joinedload(ProposedMatch.request)
    return select(ProposedMatch).options(
        joinedload(ProposedMatch.run).joinedload(Run.round),
        joinedload(ProposedMatch.partner).joinedload(Partner.organisation),
        selectinload(ProposedMatch.months),
        request.joinedload(SupportRequest.requester),
        request.joinedload(SupportRequest.beneficiary),
    )


def _runs() -> Select[Run]:
    return select(Run).options(joinedload(Run.round), joinedload(Run.policy))


def _requests() -> Select[SupportRequest]:
    return select(SupportRequest).options(
        joinedload(SupportRequest.requester), joinedload(SupportRequest.beneficiary)
    )


def _match_letter(unit: UnitOfWork, match: ProposedMatch, offer: Offer | None) -> MatchLetter:
    kept = alternatives_of(match.evidence)[:OTHERS_NAMED]
    rows = unit.session.execute(
        select(Partner.reference, Partner.name).where(Partner.reference.in_([each.partner for each in kept]))
    )
    names = {reference: name for reference, name in rows}
    return MatchLetter(
        round_name=match.run.round.name,
        request=match.request,
        partner=match.partner,
        days_by_month=match.days_by_month,
        reasons=reasons_of(match.evidence),
        others=tuple((names[each.partner], each.fit) for each in kept if each.partner in names),
        others_waiting=len(displaced_of(match.evidence)),
        sent_on=offer.offered_on if offer else None,
        lapses_on=offer.lapses_on if offer else None,
    )


def _unmet_letter(
    unit: UnitOfWork, run: Run, row: SupportRequest, *, given: int, sent_on: date | None
) -> UnmetLetter:
    short = (row.days or 0) - given
    if short <= 0:
        raise NotFound("this request has all its days")
    unmet = unit.session.scalar(
        select(UnmetRequest).where(UnmetRequest.run_id == run.id, UnmetRequest.request_id == row.id)
    )
    evidence = unmet.evidence if unmet else {}
    return UnmetLetter(
        round_name=run.round.name,
        request=row,
        days_short=short,
        reason=unmet.reason if unmet else None,
        next_step=evidence.get("next_step"),
        remedies=remedies_of(evidence),
        candidates=evidence.get("candidates", 0),
        waiting_credit=rules_of(run.policy).waiting_credit_each_round,
        sent_on=sent_on,
    )
