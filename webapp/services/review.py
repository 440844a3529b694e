"""The review of a run: the work list, how far it is, requests left short. One match is in ``match_pages``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.authority.roles import Role
from webapp.services.failures import NotFound
from webapp.services.paging import Page, Paging, page_of
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import ProposedMatch, UnmetRequest, unmet_of_run
from webapp.store.offers import has_live_offer
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

UNDECIDED = "undecided"


class MatchOrder(StrEnum):
    """How the work list may be sorted; first what needs judgement."""

    JUDGEMENT = "judgement"
    REQUEST = "request"
    PARTNER = "partner"
    FIT = "fit"
    SEVERITY = "severity"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class MatchFilter:
    """Which matches to list; ``decision`` is a kind's value or ``undecided``."""

    text: str = ""
    decision: str | None = None
    priority_code: str | None = None
    region_code: str | None = None
    order: MatchOrder = MatchOrder.JUDGEMENT


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """A match with the decision that stands on it."""

    match: ProposedMatch
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of a run is: matches by decision, and those that nobody has decided on."""

    by_kind: dict[DecisionKind, int]
    undecided: int
    unconfirmed: int


def work_list(
    unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, wanted: MatchFilter, paging: Paging
) -> Page[ListedMatch]:
    """One page of a run's matches; flagged, doubtful and severe ones first unless sorted otherwise."""
    region = _own_region(actor)
    require(actor, Action.PROPOSAL_READ, region_code=region, hidden=False)
    query, decision = _joined(unit, run_id)
    query = _filtered(query, decision, wanted, region)
    page = page_of(unit.session, _ordered(query, wanted.order).options(*_LOADED), paging)
    found = standing_decisions(unit, run_id, [row.id for row in page.rows])
    rows = tuple(ListedMatch(row, found.get(row.id)) for row in page.rows)
    return Page(rows, page.total, page.number, page.size)


def unmet(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, paging: Paging) -> Page[UnmetRequest]:
    """Requests of a run that are short of days, the most severe first, with their reasons."""
    region = _own_region(actor)
    require(actor, Action.PROPOSAL_READ, region_code=region, hidden=False)
    query = unmet_of_run(run_id).options(
        joinedload(UnmetRequest.request).joinedload(SupportRequest.requester),
        joinedload(UnmetRequest.request).joinedload(SupportRequest.beneficiary),
    )
    if region is not None:
        query = query.where(SupportRequest.requester.has(Organisation.region_code == region))
    query = query.order_by(None).order_by(
        SupportRequest.severity.desc(), UnmetRequest.days_short.desc(), SupportRequest.reference
    )
    return page_of(unit.session, query, paging)


def progress(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Progress:
    """How many matches of the run have which decision."""
    require(actor, Action.PROPOSAL_READ, region_code=_own_region(actor), hidden=False)
    rows = standing_decisions(unit, run_id, None)
    total = unit.session.scalar(select(func.count()).where(ProposedMatch.run_id == run_id)) or 0
    kinds = [each.kind for each in rows.values() if each.kind is not DecisionKind.REOPEN]
    return Progress(
        by_kind={kind: kinds.count(kind) for kind in DecisionKind if kind in kinds},
        undecided=total - len(kinds),
        unconfirmed=sum(not each.stands for each in rows.values()),
    )


def unflagged(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> int:
    """How many matches of the run carry no flag and no decision."""
    require(actor, Action.PROPOSAL_READ, region_code=_own_region(actor), hidden=False)
    decided = standing_decisions(unit, run_id, None)
    query = select(ProposedMatch.id).where(ProposedMatch.run_id == run_id, ProposedMatch.flag_count == 0)
    return sum(match_id not in decided for match_id in unit.session.scalars(query))


def stands_on(match: type[ProposedMatch], run: type[Run], decision: Any, later: Any) -> Any:
    """The join from a match to the decision that counts for it: the pair's last, on this match, a lock, or one
    whose offer still stands (a repair keeps what was decided; only what is new is decided on)."""
    return and_(
        decision.round_id == run.round_id,
        decision.request_id == match.request_id,
        decision.partner_id == match.partner_id,
        or_(
            decision.match_id == match.id,
            decision.kind == DecisionKind.LOCK,
            has_live_offer(match.partner_id, match.request_id),
        ),
        ~select(later.id).where(later.supersedes_id == decision.id).exists(),
    )


_LOADED = (
    joinedload(ProposedMatch.partner),
    joinedload(ProposedMatch.request).joinedload(SupportRequest.requester),
    joinedload(ProposedMatch.request).joinedload(SupportRequest.beneficiary),
)


def _own_region(actor: AnyActor) -> str | None:
    is_regional = isinstance(actor, Actor) and actor.role is Role.REGIONAL_READER
    return actor.region_code if is_regional and isinstance(actor, Actor) else None


def _joined(unit: UnitOfWork, run_id: UUID) -> tuple[Select[Any], Any]:
    if unit.session.get(Run, run_id) is None:
        raise NotFound("no such run")
    decision, later = aliased(Decision), aliased(Decision)
    query = (
        select(ProposedMatch)
        .join(ProposedMatch.run)
        .join(ProposedMatch.request)
        .join(Organisation, Organisation.id == SupportRequest.requester_id)
        .join(ProposedMatch.partner)
        .outerjoin(decision, stands_on(ProposedMatch, Run, decision, later))
        .where(ProposedMatch.run_id == run_id)
    )
    return query, decision


def _filtered(query: Select[Any], decision: Any, wanted: MatchFilter, region: str | None) -> Select[Any]:
    text = wanted.text.strip().lower()
    if text:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sought = (SupportRequest.reference, SupportRequest.title, Organisation.name, Partner.name)
        query = query.where(or_(*(func.lower(each).like(pattern, escape="\\") for each in sought)))
    if wanted.priority_code is not None:
        query = query.where(SupportRequest.priority_code == wanted.priority_code)
    for code in (wanted.region_code, region):
        if code is not None:
            query = query.where(Organisation.region_code == code)
    if wanted.decision == UNDECIDED:
        return query.where(or_(decision.id.is_(None), decision.kind == DecisionKind.REOPEN))
    if wanted.decision is not None:
        return query.where(decision.kind == wanted.decision)
    return query


def _ordered(query: Select[Any], order: MatchOrder) -> Select[Any]:
    first: dict[MatchOrder, tuple[Any, ...]] = {
        MatchOrder.JUDGEMENT: (
            ProposedMatch.flag_count.desc(),
            SupportRequest.severity.desc(),
            ProposedMatch.fit,
        ),
        MatchOrder.REQUEST: (SupportRequest.reference,),
        MatchOrder.PARTNER: (Partner.name,),
        MatchOrder.FIT: (ProposedMatch.fit,),
        MatchOrder.SEVERITY: (SupportRequest.severity.desc(),),
        MatchOrder.DAYS: (ProposedMatch.days.desc(),),
    }
    return query.order_by(*first[order], SupportRequest.reference, Partner.reference)


def standing_decisions(
    unit: UnitOfWork, run_id: UUID, match_ids: list[UUID] | None = None
) -> dict[UUID, Decision]:
    """The decision that counts for each match of a run (or for those named), by match."""
    decision, later = aliased(Decision), aliased(Decision)
    query = (
        select(ProposedMatch.id, decision)
        .join(ProposedMatch.run)
        .join(decision, stands_on(ProposedMatch, Run, decision, later))
        .where(ProposedMatch.run_id == run_id)
        .options(joinedload(decision.confirmation))
    )
    if match_ids is not None:
        query = query.where(ProposedMatch.id.in_(match_ids))
    return {match_id: row for match_id, row in unit.session.execute(query)}
