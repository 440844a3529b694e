"""Plans as columns: the team of a request, the days of each member, and what the plan is worth.

A pool only grows; each plan is in it once. Plan j is column j of the plan master (after its other columns).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.objectives import LinearForm
from matcher.allocation.plan_rules import PlanRules, covered_masks, supported
from matcher.allocation.ranges import rank_within
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray


@dataclass(frozen=True, eq=False)
class Plans:
    """n plans: ``request`` (n), ``row`` of each member (n x largest team; nobody is -1 and comes last), their
    ``days`` (n x largest team), ``supports`` (1 where mandated support is new), ``profit`` (n)."""

    request: IntArray
    row: IntArray
    days: IntArray
    supports: IntArray
    profit: FloatArray

    def __len__(self) -> int:
        return len(self.request)

    def members(self) -> tuple[IntArray, IntArray, IntArray]:
        """All members as (plan, candidate, days)."""
        plan, place = np.nonzero(self.row >= 0)
        return plan, self.row[plan, place], self.days[plan, place]

    def chosen(self, part: slice | IntArray) -> Plans:
        """Some of the plans."""
        return Plans(
            self.request[part], self.row[part], self.days[part], self.supports[part], self.profit[part]
        )

    def slice(self, begin: int, end: int | None = None) -> Plans:
        """The plans from ``begin`` up to ``end``."""
        return self.chosen(slice(begin, end))


class PlanPool:
    """All plans seen so far, none twice."""

    def __init__(self, rules: PlanRules, objective: LinearForm) -> None:
        self._rules, self._objective = rules, objective
        self._width = max(1, int(rules.team.max(initial=1)))
        self._seen: set[bytes] = set()
        nobody = np.zeros((0, self._width), dtype=np.int64)
        nothing = np.zeros(0, dtype=np.int64)
        self.plans = Plans(nothing, nobody, nobody, nothing, np.zeros(0))

    def __len__(self) -> int:
        return len(self.plans)

    def add(self, request: IntArray, row: IntArray, days: IntArray) -> int:
        """Add the plans that are new; how many were."""
        row, days = _sorted_members(*self._padded(row, days))
        new = self._unseen(row, days)
        plans, fresh = self.plans, self.as_plans(request[new], row[new], days[new])
        self.plans = Plans(
            request=np.concatenate((plans.request, fresh.request)),
            row=np.concatenate((plans.row, fresh.row)),
            days=np.concatenate((plans.days, fresh.days)),
            supports=np.concatenate((plans.supports, fresh.supports)),
            profit=np.concatenate((plans.profit, fresh.profit)),
        )
        return len(new)

    def part(self, chosen: IntArray) -> PlanPool:
        """A pool of its own with some of the plans."""
        pool = PlanPool(self._rules, self._objective)
        pool.plans = self.plans.chosen(chosen)
        pool._seen = {_key(*member) for member in zip(pool.plans.row, pool.plans.days, strict=True)}
        return pool

    def as_plans(self, request: IntArray, row: IntArray, days: IntArray) -> Plans:
        """Teams with what they are worth, without putting them into the pool."""
        flags = supported(self._rules, request, row, days)
        return Plans(request, row, days, flags, self._profit(request, row, days, flags))

    def add_allocation(self, arrays: CandidateArrays, days: IntArray | SmallIntArray) -> int:
        """Add the plans of whole days on all candidates; how many were new."""
        engaged = np.flatnonzero(days > 0)
        request, inverse = np.unique(arrays.request[engaged], return_inverse=True)
        place = rank_within(arrays.request[engaged])
        row = np.full((len(request), self._width), -1, dtype=np.int64)
        team_days = np.zeros((len(request), self._width), dtype=np.int64)
        row[inverse, place] = engaged
        team_days[inverse, place] = days[engaged]
        return self.add(request.astype(np.int64), row, team_days)

    def _padded(self, row: IntArray, days: IntArray) -> tuple[IntArray, IntArray]:
        """Teams as wide as the pool's, filled up with nobody."""
        more = ((0, 0), (0, self._width - row.shape[1]))
        return np.pad(row, more, constant_values=-1), np.pad(days, more)

    def _unseen(self, row: IntArray, days: IntArray) -> IntArray:
        new = []
        for plan in range(len(row)):
            key = _key(row[plan], days[plan])
            if key not in self._seen:
                self._seen.add(key)
                new.append(plan)
        return np.array(new, dtype=np.int64)

    def _profit(self, request: IntArray, row: IntArray, days: IntArray, flags: IntArray) -> FloatArray:
        form, inside = self._objective, row >= 0
        each = np.where(inside, form.per_day[row] * days + form.per_engagement[row], 0.0)
        covered = np.zeros(len(row))
        if form.covered.any():
            covered = self._rules.cover_value[request, covered_masks(self._rules, row)]
        return np.asarray(each.sum(axis=1) + covered + form.supported[request] * flags, dtype=float)


def usage(plans: Plans, shares: FloatArray, candidates: int) -> tuple[FloatArray, FloatArray]:
    """How much of each candidate is engaged, and its days, where plans are taken in shares."""
    plan, row, days = plans.slice(0, len(shares)).members()
    weight = shares[plan]
    engaged = np.bincount(row, weight, candidates).astype(float)
    return engaged, np.bincount(row, weight * days, candidates).astype(float)


def _key(row: IntArray, days: IntArray) -> bytes:
    return row.tobytes() + days.tobytes()


def _sorted_members(row: IntArray, days: IntArray) -> tuple[IntArray, IntArray]:
    """Members by falling candidate row, so that equal plans look equal."""
    order = np.argsort(-row, axis=1, kind="stable")
    return np.take_along_axis(row, order, axis=1), np.take_along_axis(days, order, axis=1)
