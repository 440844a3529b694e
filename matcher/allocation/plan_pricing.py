"""Exact pricing of request plans: the best teams of each request at given profits.

A *plan* of a request is a team of at most ``team`` candidates, each with a whole number of days within its
own limits and together within the days wanted. It is worth the profits of its members, plus the worth of the
skills that they cover together, plus the support bonus where it supports a mandated request.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.allocation.plan_kernel import NEVER
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.allocation.pricing_kernel import Choice, PlanOutput, price_forced, price_requests
from matcher.problem.instance import FloatArray, IntArray

#: Candidates that are looked at in one go, about.
_AT_ONCE = 250_000


@dataclass(frozen=True, eq=False)
class PricedPlans:
    """Best value of each request (R, 0 where no plan pays) and the plans found, best first by request.

    For n plans: ``request`` (n), ``row`` and ``days`` (n x largest team; candidate -1 fills up small teams),
    ``profit`` (n).
    """

    best: FloatArray
    request: IntArray
    row: IntArray
    days: IntArray
    profit: FloatArray


def price_plans(rules: PlanRules, profits: PlanProfits, threshold: FloatArray, most: int = 8) -> PricedPlans:
    """Best value of every request, and its plans above the threshold: at most ``most`` of them, each the
    best of its covered skills and team size. Exact: no whole-day plan of a request is worth more."""
    requests, width = len(rules.days), max(1, int(rules.team.max(initial=1)))
    out = PlanOutput(
        best=np.zeros(requests),
        found=np.zeros(requests, dtype=np.int64),
        value=np.zeros((requests, most)),
        row=np.full((requests, most, width), -1, dtype=np.int64),
        days=np.zeros((requests, most, width), dtype=np.int64),
    )
    price_requests(rules, profits, _promising(rules, profits), threshold, out)
    request, place = np.nonzero(np.arange(most)[None, :] < out.found[:, None])
    return PricedPlans(
        best=out.best,
        request=request.astype(np.int64),
        row=out.row[request, place],
        days=out.days[request, place],
        profit=out.value[request, place],
    )


def forced_values(rules: PlanRules, profits: PlanProfits) -> FloatArray:
    """For each candidate, what the best plan with it is worth; far below 0 where there is none."""
    forced = np.full(len(rules.low), NEVER)
    price_forced(rules, profits, _promising(rules, profits), forced)
    return forced


def _promising(rules: PlanRules, profits: PlanProfits) -> Choice:
    """The candidates that could pay, with the whole worth of their skills and the bonus on top; some requests at a
    time, so that what is needed on the way is not held for all."""
    ends = np.searchsorted(rules.start, np.arange(_AT_ONCE, rules.start[-1], _AT_ONCE))
    edges = np.unique(np.concatenate(([0], ends, [len(rules.days)])))
    parts = [_promising_of(rules, profits, *edge) for edge in pairwise(edges.tolist())]
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(count for _, count in parts)])
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(rows for rows, _ in parts)])
    return Choice(np.cumsum(counts), rows)


def _promising_of(rules: PlanRules, profits: PlanProfits, first: int, last: int) -> tuple[IntArray, IntArray]:
    """The rows of some requests in a row, in order, and how many each has."""
    own = slice(int(rules.start[first]), int(rules.start[last]))
    request = np.repeat(np.arange(first, last), np.diff(rules.start[first : last + 1]))
    low, covers, per_day = rules.low[own], rules.covers[own], profits.per_day[own]
    most_days = np.minimum(rules.high[own], rules.days[request])
    profit = profits.per_engagement[own] + np.maximum(per_day * low, per_day * most_days)
    worth = rules.cover_value[request, covers] + profits.support_bonus[request]
    is_needed = covers & rules.needed[request] != 0
    rows = np.flatnonzero((low <= most_days) & ((profit + worth > 0) | is_needed))
    rows = rows[np.lexsort((-profit[rows], request[rows]))]
    counts = np.bincount(request[rows] - first, minlength=last - first)
    return (rows + own.start).astype(np.int64), counts.astype(np.int64)
