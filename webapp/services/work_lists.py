"""The work list of a review: matches with what stands on each, those that need judgement first, and the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import review_flags, stale_pairs
from webapp.services.failures import NotFound
from webapp.services.paging import Page, Paging
from webapp.services.review import UNDECIDED, own_region, stands_on
from webapp.store.comments import ProposalComment
from webapp.store.decisions import OFFERS, Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import has_live_offer
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

CHANGED, CLOSE, COMMENTED, FLAGGED, PLAIN = "changed", "close", "commented", "flagged", "plain"
"""What a work list may be narrowed to, besides the flags of the run."""


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
    """Which matches to list. ``decision``: a kind's value or ``undecided``; ``look``: a flag, or one of five more."""

    text: str = ""
    decision: str | None = None
    priority_code: str | None = None
    region_code: str | None = None
    look: str | None = None
    order: MatchOrder = MatchOrder.JUDGEMENT
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """A match with the decision that stands on it, whether the pair has changed since, and regions' comments."""

    match: ProposedMatch
    decision: Decision | None
    is_stale: bool
    comments: int
    new_comments: int


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """How many undecided matches ask for a look, why, and how many decided ones ask for another."""

    flagged: int
    close: int
    changed: int
    commented: int


def work_list(
    unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, wanted: MatchFilter, paging: Paging
) -> Page[ListedMatch]:
    """One page of a run's matches; what needs judgement comes first unless sorted otherwise."""
    joined = _joined(unit, actor, run_id)
    query = _filtered(joined, wanted)
    size = paging.rows
    counted = query.with_only_columns(func.count(), maintain_column_froms=True)
    total = unit.session.scalar(counted.order_by(None)) or 0
    number = min(max(paging.number, 1), max(1, -(-total // size)))
    shown = query.with_only_columns(
        ProposedMatch,
        joined.decision,
        joined.stale,
        joined.comments,
        joined.new_comments,
        maintain_column_froms=True,
    ).options(*_LOADED, joinedload(joined.decision.confirmation))
    shown = _ordered(shown, joined, wanted).limit(size).offset((number - 1) * size)
    rows = tuple(
        ListedMatch(match, decision, bool(stale), comments or 0, fresh or 0)
        for match, decision, stale, comments, fresh in unit.session.execute(shown)
    )
    return Page(rows, total, number, size)


def next_undecided(
    unit: UnitOfWork, *, actor: Actor, run_id: UUID, wanted: MatchFilter, after: UUID | None
) -> UUID | None:
    """The undecided match that comes after one in the order of judgement, and round again; none when all are done.

    Matches of the reviewer's own organisation are left for somebody else.
    """
    joined = _joined(unit, actor, run_id)
    here = ProposedMatch.id == after
    query = _filtered(joined, wanted).where(or_(and_(joined.undecided, ~_is_own(actor)), here))
    query = query.with_only_columns(ProposedMatch.id, maintain_column_froms=True)
    found = list(unit.session.scalars(query.order_by(*_by_judgement(joined), *_UNIQUE)))
    if after not in found:
        return found[0] if found else None
    at = found.index(after)
    return next((each for each in found[at + 1 :] + found[:at]), None)


def to_look_at(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> ToLookAt:
    """What of the run needs judgement, counted."""
    joined = _joined(unit, actor, run_id)
    open_ = joined.undecided
    counts = (
        and_(open_, review_flags.number_to_judge() > 0),
        and_(open_, ProposedMatch.is_close),
        and_(joined.stale, joined.may_be_offered),
        joined.new_comments > 0,
    )
    columns = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in counts]
    row = unit.session.execute(joined.query.with_only_columns(*columns, maintain_column_froms=True)).one()
    return ToLookAt(*map(int, row))


@dataclass(frozen=True, slots=True)
class _Joined:
    """Matches of a run joined with what stands on them, and the clauses that lists ask for."""

    query: Select[Any]
    decision: Any
    stale: Any
    comments: Any
    new_comments: Any

    @property
    def undecided(self) -> Any:
        """Nobody has decided, or it was opened again."""
        return or_(self.decision.id.is_(None), self.decision.kind == DecisionKind.REOPEN)

    @property
    def may_be_offered(self) -> Any:
        """Undecided, or decided so that it would be offered."""
        return or_(self.undecided, self.decision.kind.in_((*OFFERS, DecisionKind.HOLD)))


_LOADED = (
    defer(ProposedMatch.evidence),
    joinedload(ProposedMatch.partner),
    joinedload(ProposedMatch.request).joinedload(SupportRequest.beneficiary),
)
# Made once: building aliases anew costs more than running the queries.
_DECISION, _LATER = aliased(Decision), aliased(Decision)
_UNIQUE = (SupportRequest.reference, Partner.reference)


def _joined(unit: UnitOfWork, actor: AnyActor, run_id: UUID) -> _Joined:
    region = own_region(actor)
    require(actor, Action.PROPOSAL_READ, region_code=region, hidden=False)
    if unit.session.get(Run, run_id) is None:
        raise NotFound("no such run")
    decision = _DECISION
    query = (
        select(ProposedMatch)
        .join(ProposedMatch.run)
        .join(ProposedMatch.request)
        .join(Organisation, Organisation.id == SupportRequest.requester_id)
        .join(ProposedMatch.partner)
        .outerjoin(decision, stands_on(ProposedMatch, Run, decision, _LATER))
        .where(ProposedMatch.run_id == run_id)
    )
    if region is not None:
        query = query.where(Organisation.region_code == region)
    today: date = unit.now.date()
    # A pair whose offer stands is no longer a question for the reviewers of matches.
    offered = has_live_offer(ProposedMatch.partner_id, ProposedMatch.request_id)
    return _Joined(query, decision, and_(stale_pairs.clause(today), ~offered), *_comments(decision))


def _comments(decision: Any) -> tuple[Any, Any]:
    """How many comments a pair has, and how many are younger than its decision (all, before there is one)."""
    counted = select(func.count(ProposalComment.id)).where(
        ProposalComment.round_id == Run.round_id,
        ProposalComment.request_id == ProposedMatch.request_id,
        ProposalComment.partner_id == ProposedMatch.partner_id,
    )
    fresh = counted.where(or_(decision.decided_at.is_(None), ProposalComment.made_at > decision.decided_at))
    correlated = (ProposedMatch, Run, decision)
    return tuple(each.correlate(*correlated).scalar_subquery() for each in (counted, fresh))  # type: ignore[return-value]


def _is_own(actor: Actor) -> Any:
    ours = actor.organisation_id
    is_person = func.coalesce(Partner.user_id == actor.user_id, False)
    if ours is None:
        return is_person
    return or_(
        is_person,
        SupportRequest.requester_id == ours,
        SupportRequest.beneficiary_id == ours,
        func.coalesce(Partner.organisation_id == ours, False),
    )


def _filtered(joined: _Joined, wanted: MatchFilter) -> Select[Any]:
    query = joined.query
    text = wanted.text.strip().lower()
    if text:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        sought = (SupportRequest.reference, SupportRequest.title, Organisation.name, Partner.name)
        query = query.where(or_(*(func.lower(each).like(pattern, escape="\\") for each in sought)))
    if wanted.priority_code is not None:
        query = query.where(SupportRequest.priority_code == wanted.priority_code)
    if wanted.region_code is not None:
        query = query.where(Organisation.region_code == wanted.region_code)
    if wanted.look is not None:
        query = query.where(_asks_for_a_look(joined, wanted.look))
    if wanted.decision == UNDECIDED:
        return query.where(joined.undecided)
    if wanted.decision is not None:
        return query.where(joined.decision.kind == wanted.decision)
    return query


def _asks_for_a_look(joined: _Joined, look: str) -> Any:
    if look == CHANGED:
        return and_(joined.stale, joined.may_be_offered)
    if look == FLAGGED:
        return review_flags.number_to_judge() > 0
    if look == CLOSE:
        return ProposedMatch.is_close
    if look == COMMENTED:
        return joined.new_comments > 0
    if look == PLAIN:
        return and_(review_flags.number_to_judge() == 0, ~ProposedMatch.is_close, joined.new_comments == 0)
    return review_flags.carries(look)


def _by_judgement(joined: _Joined) -> tuple[Any, ...]:
    """Changed pairs, then what a region has said something on, then those with most that asks for judgement.

    Among equals the most severe comes first, then the poorest fit. What only informs moves nothing up.
    """
    return (
        case((and_(joined.stale, joined.may_be_offered), 0), else_=1),
        case((joined.new_comments > 0, 0), else_=1),
        (review_flags.number_to_judge() + case((ProposedMatch.is_close, 1), else_=0)).desc(),
        SupportRequest.severity.desc(),
        ProposedMatch.fit,
    )


def _ordered(query: Select[Any], joined: _Joined, wanted: MatchFilter) -> Select[Any]:
    columns: dict[MatchOrder, Any] = {
        MatchOrder.REQUEST: SupportRequest.title,
        MatchOrder.PARTNER: Partner.name,
        MatchOrder.FIT: ProposedMatch.fit,
        MatchOrder.SEVERITY: SupportRequest.severity,
        MatchOrder.DAYS: ProposedMatch.days,
    }
    if wanted.order is MatchOrder.JUDGEMENT:
        stale_first, *rest = _by_judgement(joined)
        undecided_first = case((joined.undecided, 0), (joined.decision.kind == DecisionKind.HOLD, 1), else_=2)
        return query.order_by(stale_first, undecided_first, *rest, *_UNIQUE)
    column = columns[wanted.order]
    return query.order_by(column.desc() if wanted.descending else column, *_UNIQUE)
