"""Approving at once what needs no judgement: matches without a flag that nobody has decided on.

A match is passed over where the reviewer belongs to a side, where the pair may no longer be put together, where
its partner takes over another match by a swap (which may need the same days), where a region has commented, or where
a flag asks for judgement: those are decided one by one. Close calls and matches within one integrated care board
come along only if the reviewer says so (``review_flags``).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import audit, decisions, review, review_flags, review_rules
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotFound
from webapp.services.review_flags import Alongside
from webapp.store.comments import ProposalComment
from webapp.store.decisions import Decision, DecisionKind, in_force
from webapp.store.matches import ProposedMatch
from webapp.store.runs import Run
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How many matches were approved, and how many of the undecided ones were passed over."""

    approved: int
    passed_over: int


def approve_unflagged(
    unit: UnitOfWork,
    *,
    actor: Actor,
    run_id: UUID,
    reason: str,
    also: frozenset[Alongside] = frozenset(),
) -> BulkOutcome:
    """Approve every match without a flag that has no decision; one reason stands with all of them.

    ``also``: marks that only inform, whose matches are approved too.

    Raises ``Rejected`` without a reason, ``StaleVersion`` where somebody else decided meanwhile: then none is.
    """
    require(actor, Action.PROPOSAL_APPROVE, hidden=False)
    run = unit.session.get(Run, run_id, options=[joinedload(Run.round)])
    if run is None:
        raise NotFound("no such run")
    decisions.check_open(unit, run)
    reason = decisions.checked_reason(reason)
    undecided = _undecided(unit, run)
    taking_over, commented = _taking_over(unit, run), _commented(unit, run)
    approved = [
        match
        for match in undecided
        if match.partner_id not in taking_over
        and (match.request_id, match.partner_id) not in commented
        and not review_flags.holds_back(match, also)
        and _may_stand(unit, actor, match)
    ]
    before = _last_on_pairs(unit, run)
    rows = [_row(unit, actor, run, match, reason) for match in approved]
    for row in rows:
        row.supersedes_id = before.get((row.request_id, row.partner_id))
    with answering_for(unit, dict.fromkeys(decisions.RACES, decisions.CHANGED)):
        unit.session.add_all(rows)
    for row in rows:
        subject = audit.Subject("proposed_match", str(row.match_id))
        audit.record(unit, actor, Action.PROPOSAL_APPROVE, subject, after=content_of(row))
    return BulkOutcome(len(rows), len(undecided) - len(rows))


def _undecided(unit: UnitOfWork, run: Run) -> list[ProposedMatch]:
    decided = review.standing_decisions(unit, run.id)
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.run_id == run.id)
        .options(*review_rules.LOADED_WITH_MATCHES)
        .order_by(ProposedMatch.id)
    )
    return [row for row in unit.session.scalars(query) if row.id not in decided]


def _last_on_pairs(unit: UnitOfWork, run: Run) -> dict[tuple[UUID, UUID], UUID]:
    """The end of each pair's chain: decisions on an earlier run's match no longer count, but they are followed."""
    rows = unit.session.scalars(in_force(run.round_id))
    return {(row.request_id, row.partner_id): row.id for row in rows}


def _taking_over(unit: UnitOfWork, run: Run) -> set[UUID | None]:
    """Partners whom a swap of the round gives another match."""
    rows = unit.session.scalars(in_force(run.round_id).where(Decision.kind == DecisionKind.SWAP))
    return {row.replacement_partner_id for row in rows}


def _commented(unit: UnitOfWork, run: Run) -> set[tuple[UUID, UUID | None]]:
    """Pairs of the round on which a region has said something."""
    comments = select(ProposalComment.request_id, ProposalComment.partner_id)
    rows = unit.session.execute(comments.where(ProposalComment.round_id == run.round_id))
    return {(request_id, partner_id) for request_id, partner_id in rows}


def _may_stand(unit: UnitOfWork, actor: Actor, match: ProposedMatch) -> bool:
    if review_rules.is_conflicted(actor, match.partner, match.request):
        return False
    return not any(review_rules.breaches(match.partner, match.request, today=unit.now.date()))


def _row(unit: UnitOfWork, actor: Actor, run: Run, match: ProposedMatch, reason: str) -> Decision:
    return Decision(
        round_id=run.round_id,
        run_id=run.id,
        match_id=match.id,
        partner_id=match.partner_id,
        request_id=match.request_id,
        kind=DecisionKind.APPROVE,
        reason=reason,
        is_override=False,
        decided_by=actor.user_id,
        decided_at=unit.now,
    )
