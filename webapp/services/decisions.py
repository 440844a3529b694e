"""Deciding on a proposed match: approve, reject, hold, lock, forbid, swap; each a new row with a reason.

A reviewer who belongs to either side is refused: a second reviewer decides. A swap overrules the run, so another
person must confirm it before it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import AccessDenied, require
from webapp.services import audit, free_text, review_rules, swaps
from webapp.services.capacity import month_name
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, StaleVersion, stop_at
from webapp.services.swaps import SwapEffect
from webapp.store import decisions as store
from webapp.store import publications
from webapp.store.capacity import months_of
from webapp.store.decisions import OFFERS, CommonReason, Confirmation, Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import is_offered
from webapp.store.publications import PublicationState
from webapp.store.rounds import REVIEWABLE
from webapp.store.runs import Run
from webapp.store.unit_of_work import UnitOfWork

ACTIONS: Mapping[DecisionKind, Action] = {
    DecisionKind.APPROVE: Action.PROPOSAL_APPROVE,
    DecisionKind.REJECT: Action.PROPOSAL_REJECT,
    DecisionKind.HOLD: Action.PROPOSAL_HOLD,
    DecisionKind.LOCK: Action.PROPOSAL_LOCK,
    DecisionKind.FORBID: Action.PROPOSAL_FORBID,
    DecisionKind.SWAP: Action.PROPOSAL_SWAP,
    DecisionKind.REOPEN: Action.PROPOSAL_HOLD,
}
CHANGED = StaleVersion("somebody else has decided on this match")
RACES = ("uq_decisions_supersedes_id", "uq_decisions_first")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer decides. ``seen`` is the decision in force that they saw (None: there was none).

    ``reason`` is the whole sentence that is kept; ``reason_code`` names the common reason in it, if there is one.
    """

    kind: DecisionKind
    reason: str
    seen: UUID | None = None
    replacement_partner_id: UUID | None = None
    reason_code: str = ""


def decide(unit: UnitOfWork, *, actor: Actor, match_id: UUID, verdict: Verdict) -> Decision:
    """Record a decision on a match of the round's current run.

    Raises ``StaleVersion`` where another decision came between, ``Rejected`` where the reason is missing or
    the pair may no longer be put together, ``AccessDenied`` for a reviewer who belongs to either side.
    """
    action = ACTIONS[verdict.kind]
    require(actor, action, hidden=False)
    match = _load(unit, match_id)
    _refuse_conflicted(unit, actor, action, match)
    check_open(unit, match.run)
    if is_offered(unit.session, match.partner_id, match.request_id):
        raise NotAllowedNow("This match has been offered and stands; a repair keeps it as it is.")
    reason = checked_reason(verdict.reason)
    if verdict.kind is DecisionKind.REOPEN and verdict.seen is None:
        raise Rejected("kind", "Nobody has decided on this match yet, so it is open")
    found = store.in_force_on(unit.session, match.run.round_id, match.request_id, match.partner_id)
    if (found.id if found else None) != verdict.seen:
        raise CHANGED
    if verdict.kind in OFFERS:
        _check_pair(unit, match)
    if verdict.kind in (DecisionKind.APPROVE, DecisionKind.LOCK):
        _refuse_days_of_a_swap(unit, match)
    swap = _replacement(unit, actor, match, verdict)
    row = _row(unit, actor, match, verdict, reason)
    row.replacement_months = dict(swap.days_by_month) if swap else None
    with answering_for(unit, dict.fromkeys(RACES, CHANGED)):
        unit.session.add(row)
    audit.record(unit, actor, action, audit.Subject("proposed_match", match.id), after=content_of(row))
    return row


def confirm_override(unit: UnitOfWork, *, actor: Actor, decision_id: UUID) -> Decision:
    """A second person's yes to a swap; raises ``NotAllowedNow`` for the one who proposed it."""
    require(actor, Action.OVERRIDE_CONFIRM, hidden=False)
    row = unit.session.get(Decision, decision_id)
    if row is None or not row.is_override or row.match_id is None:
        raise NotFound("no such override")
    match = _load(unit, row.match_id)
    _refuse_conflicted(unit, actor, Action.OVERRIDE_CONFIRM, match)
    check_open(unit, match.run)
    if row.decided_by == actor.user_id:
        raise NotAllowedNow("Another person than the one who proposed it confirms an override.")
    standing = store.in_force_on(unit.session, row.round_id, row.request_id, row.partner_id)
    if standing is None or standing.id != row.id:
        raise CHANGED
    taken = NotAllowedNow("This override has been confirmed already.")
    with answering_for(unit, {"uq_decision_confirmations_decision_id": taken}):
        unit.session.add(
            Confirmation(
                decision_id=row.id,
                proposed_by=row.decided_by,
                confirmed_by=actor.user_id,
                confirmed_at=unit.now,
            )
        )
    audit.record(
        unit, actor, Action.OVERRIDE_CONFIRM, audit.Subject("decision", row.id), after=content_of(row)
    )
    unit.session.refresh(row)
    return row


def _load(unit: UnitOfWork, match_id: UUID) -> ProposedMatch:
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.id == match_id)
        .options(joinedload(ProposedMatch.run).joinedload(Run.round))
    )
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such match")
    return row


def _refuse_conflicted(unit: UnitOfWork, actor: Actor, action: Action, match: ProposedMatch) -> None:
    pair = review_rules.load_pair(unit.session, match.partner_id, match.request_id)
    assert pair is not None  # foreign keys
    if review_rules.is_conflicted(actor, *pair):
        raise AccessDenied(action, hidden=False)


def check_open(unit: UnitOfWork, run: Run) -> None:
    """Raise ``NotAllowedNow`` unless matches of this run may be decided now."""
    if not run.is_current or run.round.state not in REVIEWABLE:
        raise NotAllowedNow("Only matches of the run under review can be decided.")
    live = publications.live_of(unit.session, run.id)
    if live is not None and live.state is PublicationState.PROPOSED:
        raise NotAllowedNow(
            "This run has been proposed for publication; refuse that first to change decisions."
        )


def _check_pair(unit: UnitOfWork, match: ProposedMatch) -> None:
    pair = review_rules.load_pair(unit.session, match.partner_id, match.request_id)
    assert pair is not None  # foreign keys
    found = [Problem(None, line) for line in review_rules.breaches(*pair, today=unit.now.date())]
    stop_at(found)


def _refuse_days_of_a_swap(unit: UnitOfWork, match: ProposedMatch) -> None:
    """Where the partner takes another match over by a swap, both may need the same days: then say so at once, not
    at the next run."""
    taken: Counter[str] = Counter()
    swaps = store.months_taken_over(match.run.round_id, match.partner_id, beside=match.request_id)
    for months in unit.session.scalars(swaps):
        taken.update(months or {})
    if not taken:
        return
    free = {
        month: row.days - row.committed_days
        for month, row in months_of(unit.session, match.partner_id, match.days_by_month).items()
    }
    short = sorted(
        month
        for month, days in match.days_by_month.items()
        if taken[month] and days + taken[month] > free.get(month, 0)
    )
    if short:
        raise Rejected(
            None,
            f"{match.partner.name} takes over another match by a swap and has too few days for both in "
            f"{', '.join(map(month_name, short))}. Open that swap again first, or reject this match.",
        )


def _replacement(unit: UnitOfWork, actor: Actor, match: ProposedMatch, verdict: Verdict) -> SwapEffect | None:
    """The swap as it stands now; None for other decisions. Raises ``Rejected`` where it cannot be made."""
    if verdict.kind is not DecisionKind.SWAP:
        return None
    if verdict.replacement_partner_id is None:
        raise Rejected("replacement_partner_id", "Choose the partner who should take over")
    found = swaps.effect(unit, actor=actor, match_id=match.id, partner_id=verdict.replacement_partner_id)
    if found.hindrances:
        raise Rejected.several([Problem(None, line) for line in found.hindrances])
    return found


def checked_reason(given: str) -> str:
    """The reason in its normal form; raises ``Rejected`` where there is none."""
    reason = free_text.clean(given)
    problems = list(free_text.problems("reason", reason, most=1000))
    if not reason:
        problems.append(Problem("reason", "Choose a common reason, or enter one in your own words"))
    stop_at(problems)
    return reason


def _row(unit: UnitOfWork, actor: Actor, match: ProposedMatch, verdict: Verdict, reason: str) -> Decision:
    is_swap = verdict.kind is DecisionKind.SWAP
    return Decision(
        round_id=match.run.round_id,
        run_id=match.run_id,
        match_id=match.id,
        partner_id=match.partner_id,
        request_id=match.request_id,
        kind=verdict.kind,
        reason=reason,
        reason_code=CommonReason(verdict.reason_code).value if verdict.reason_code else "",
        replacement_partner_id=verdict.replacement_partner_id if is_swap else None,
        is_override=is_swap,
        decided_by=actor.user_id,
        decided_at=unit.now,
        supersedes_id=verdict.seen,
    )
