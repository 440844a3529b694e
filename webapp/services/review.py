"""The review of a run: how far it is, requests left short, decisions in force. Matches are in ``work_lists``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.authority.roles import Role
from webapp.services.failures import NotFound
from webapp.services.paging import Page, Paging, page_of
from webapp.store.decisions import Confirmation, Decision, DecisionKind
from webapp.store.matches import ProposedMatch, UnmetRequest, unmet_of_run
from webapp.store.offers import has_live_offer
from webapp.store.organisations import Organisation
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the review of a run is: matches by decision, and those that nobody has decided on."""

    by_kind: dict[DecisionKind, int]
    undecided: int
    unconfirmed: int


def overview(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Run:
    """The run under review with its round, for whoever may read proposals, if only a region's."""
    require(actor, Action.PROPOSAL_READ, region_code=own_region(actor), hidden=False)
    row = unit.session.scalar(select(Run).where(Run.id == run_id).options(joinedload(Run.round)))
    if row is None:
        raise NotFound("no such run")
    return row


def unmet(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, paging: Paging) -> Page[UnmetRequest]:
    """Requests of a run that are short of days, the most severe first, with their reasons."""
    region = own_region(actor)
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
    require(actor, Action.PROPOSAL_READ, region_code=own_region(actor), hidden=False)
    query, decision = with_decisions(run_id)
    waits = and_(decision.is_override, Confirmation.id.is_(None))
    counted = (
        query.outerjoin(Confirmation, Confirmation.decision_id == decision.id)
        .with_only_columns(
            decision.kind, func.count(), func.sum(case((waits, 1), else_=0)), maintain_column_froms=True
        )
        .group_by(decision.kind)
    )
    rows = unit.session.execute(counted).all()
    found = {kind: number for kind, number, _ in rows if kind not in (None, DecisionKind.REOPEN)}
    return Progress(
        by_kind={kind: found[kind] for kind in DecisionKind if kind in found},
        undecided=sum(number for _, number, _ in rows) - sum(found.values()),
        unconfirmed=sum(int(waiting or 0) for _, _, waiting in rows),
    )


def stands_on(match: type[ProposedMatch], run: type[Run], decision: Any, later: Any) -> Any:
    """The join from a match to the decision that counts for it: the pair's last one.

    It was taken on this match, or it is a lock, or an approval that was fixed in the run and so kept its days, or
    its offer still stands (a repair keeps what was decided; only what is new is decided on).
    """
    return and_(
        decision.round_id == run.round_id,
        decision.request_id == match.request_id,
        decision.partner_id == match.partner_id,
        or_(
            decision.match_id == match.id,
            decision.kind == DecisionKind.LOCK,
            has_live_offer(match.partner_id, match.request_id),
            and_(match.is_locked, decision.kind == DecisionKind.APPROVE),
        ),
        ~select(later.id).where(later.supersedes_id == decision.id).exists(),
    )


def own_region(actor: AnyActor) -> str | None:
    """The one region whose proposals the actor may read; none for those who read all."""
    is_regional = isinstance(actor, Actor) and actor.role is Role.REGIONAL_READER
    return actor.region_code if is_regional and isinstance(actor, Actor) else None


def with_decisions(run_id: UUID) -> tuple[Select[Any], Any]:
    """The matches of a run, each joined with the decision that counts for it, and that decision's alias."""
    decision, later = aliased(Decision), aliased(Decision)
    query = (
        select(ProposedMatch.id)
        .join(ProposedMatch.run)
        .outerjoin(decision, stands_on(ProposedMatch, Run, decision, later))
        .where(ProposedMatch.run_id == run_id)
    )
    return query, decision


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
