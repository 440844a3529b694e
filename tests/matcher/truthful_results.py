"""Results that are true, though far from best: engagements chosen at random, everything else worked out
from them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matcher.allocation.result import Allocation, Stage, Status, Unmet, UnmetReason
from matcher.evidence.measures import SMALLER_IS_BETTER, measure, tally
from matcher.evidence.rules import essential_breaches, rule_breaches
from matcher.evidence.unmet_claims import UnmetClaims
from matcher.problem.instance import Engagement, Instance


def random_engagements(instance: Instance, seed: int) -> tuple[Engagement, ...]:
    """Engagements that keep every rule: candidates tried in random order with random days, kept where they
    fit."""
    chance = np.random.default_rng(seed)
    kept: list[Engagement] = []
    for row in chance.permutation(len(instance.candidates)).tolist():
        candidate = instance.candidate(row)
        first, last = instance.requests[instance.candidates.request[row]].window
        days = np.zeros(len(instance.months), np.int64)
        total = int(chance.integers(candidate.min_days, candidate.max_days + 1))
        np.add.at(days, chance.integers(first, last + 1, total), 1)
        tried = [*kept, Engagement(candidate.partner, candidate.request, tuple(days.tolist()))]
        if not list(rule_breaches(instance, tally(instance, tried))):
            kept = tried
    while list(essential_breaches(instance, tally(instance, kept))):
        lacking = {line.split(":")[0] for line in essential_breaches(instance, tally(instance, kept))}
        kept = [engagement for engagement in kept if engagement.request not in lacking]
    return tuple(sorted(kept, key=lambda engagement: (engagement.request, engagement.partner)))


def truthful(instance: Instance, engagements: Iterable[Engagement], digest: str) -> Allocation:
    """The result that holds these engagements, with bounds that are loose and reasons that hold."""
    counts = tally(instance, engagements)
    measures = measure(instance, counts)
    claims = UnmetClaims(instance, counts)
    short = {r.id: r.days - counts.days.get(r.id, 0) for r in instance.requests}
    return Allocation(
        instance_sha256=digest,
        status=Status.FEASIBLE,
        levels=tuple(_stage(name, measures[name]) for name in instance.ladder),
        engagements=tuple(counts.pairs.values()),
        unmet=tuple(_unmet(claims, request, days) for request, days in sorted(short.items()) if days),
    )


def _stage(name: str, value: float) -> Stage:
    bound = 0.0 if name in SMALLER_IS_BETTER else value + 1e6
    return Stage(name, value=value, bound=bound, held=value, seconds=0.0)


def _unmet(claims: UnmetClaims, request: str, days: int) -> Unmet:
    """The first reason that holds; every short request has one."""
    tries = (Unmet(request, days, reason) for reason in UnmetReason)
    return next(unmet for unmet in tries if claims.holds(unmet))
