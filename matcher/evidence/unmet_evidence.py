"""Why a request is short of days: the binding rule, the facts, what would have to change, what to do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.allocation.result import Unmet, UnmetReason
from matcher.candidates.reasons import Change, NextStep, ReasonCode, Standing
from matcher.evidence.match_evidence import Holding, holdings
from matcher.evidence.relaxations import Relaxation, smallest_relaxations
from matcher.evidence.situation import Situation

_SHOWN = 5

# What the requester can do alone comes first.
_STEP_FOR = {
    Change.LOWER_LEVEL: NextStep.LOWER_LEVEL,
    Change.LONGER_WINDOW: NextStep.WIDEN_WINDOW,
    Change.WIDER_REACH: NextStep.WIDEN_REACH,
    Change.ONE_MORE_DAY: NextStep.FIND_ONE_MORE_DAY,
}


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many partners are out for one reason."""

    reason: ReasonCode
    partners: int


@dataclass(frozen=True, slots=True)
class BoundCandidate:
    """A candidate that does not help more, what binds it, and where its days in the window are."""

    partner: str
    fit: float
    worth_per_day: float
    standing: Standing
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class UnmetEvidence:
    """The case of one request with nothing, or short of days."""

    request: str
    reason: UnmetReason
    days_wanted: int
    days_short: int
    partners: tuple[str, ...]
    candidates: int
    conflicted: tuple[str, ...]
    reasons_out: tuple[ReasonCount, ...]
    best_candidates: tuple[BoundCandidate, ...]
    changes: tuple[Relaxation, ...]
    next_step: NextStep


def explain_unmet(situation: Situation, unmet: Unmet) -> UnmetEvidence:
    """The evidence for one unmet request of the allocation."""
    instance, graph = situation.instance, situation.graph
    position = instance.request_index[unmet.request]
    rows = situation.rows_of_request(position)
    changes = smallest_relaxations(situation, unmet.request)
    counts = graph.reason_counts_of(unmet.request) if graph else {}
    conflicted = graph.conflicted_partners(unmet.request) if graph else ()
    partners = [instance.partners[each].id for each in instance.candidates.partner[rows]]
    return UnmetEvidence(
        request=unmet.request,
        reason=unmet.reason,
        days_wanted=instance.requests[position].days,
        days_short=unmet.days_short,
        partners=tuple(each for each in partners if (each, unmet.request) in situation.counts.pairs),
        candidates=len(rows),
        conflicted=conflicted,
        reasons_out=tuple(ReasonCount(reason, count) for reason, count in counts.items()),
        best_candidates=_bound_candidates(situation, position),
        changes=changes,
        next_step=next_step(unmet.reason, changes, has_conflicted=bool(conflicted)),
    )


def next_step(reason: UnmetReason, changes: tuple[Relaxation, ...], *, has_conflicted: bool) -> NextStep:
    """The one thing to try first, from the binding rule and from what would work."""
    by_rule = {
        UnmetReason.ONLY_CONFLICTED: NextStep.CLEAR_CONFLICT,
        UnmetReason.TEAM_FULL: NextStep.ENLARGE_TEAM,
        UnmetReason.WINDOW_TOO_SHORT: NextStep.WIDEN_WINDOW,
    }
    if reason in by_rule:
        return by_rule[reason]
    would_do = {change for each in changes for change in each.changes}
    if would_do:
        return next(step for change, step in _STEP_FOR.items() if change in would_do)
    if reason is UnmetReason.NO_CANDIDATE and has_conflicted:
        return NextStep.CLEAR_CONFLICT
    lacks_skill = reason in (UnmetReason.NO_CANDIDATE, UnmetReason.ESSENTIAL_SKILL_MISSING)
    return NextStep.RECRUIT_SKILL if lacks_skill else NextStep.WAITING_BONUS


def _bound_candidates(situation: Situation, position: int) -> tuple[BoundCandidate, ...]:
    """The best candidates that are not on the request, with what binds each."""
    instance, table = situation.instance, situation.instance.candidates
    request = instance.requests[position]
    ordered = situation.best_first(situation.rows_of_request(position))
    rows = ordered[~np.isin(table.partner[ordered], situation.team_of(request.id))][:_SHOWN]
    names = [instance.partners[each].id for each in table.partner[rows]]
    places = request.max_team - situation.counts.team.get(request.id, 0)
    standings = situation.standings(request, rows, int(situation.days_short[position]), places)
    return tuple(
        BoundCandidate(
            partner=name,
            fit=float(table.fit[row]),
            worth_per_day=situation.worth_per_day(row),
            standing=standings.of(at),
            holdings=holdings(situation, name, request.window),
        )
        for at, (row, name) in enumerate(zip(rows.tolist(), names, strict=True))
    )
