"""The candidate relaxation by column generation: prices, and a bound that is proven over all candidates.

Each candidate is two points, (1, low) and (1, high); the cone of these points with the hard rules is the linear
relaxation without any linking row. The master holds few of them; after each solve *every* candidate is priced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import LinearSolver, Relaxed, glop, highs_interior, pdlp
from matcher.allocation.constraints import total_charge
from matcher.allocation.formulation import Formulation
from matcher.allocation.programme import Assembled, Columns, assemble, families_upper, point_columns
from matcher.problem.instance import FloatArray, IntArray

#: Columns of the master up to which OR-Tools' simplex is the fastest, and above which only PDLP ends in time;
#: between them HiGHS' interior point.
_SIMPLEX, _INTERIOR = 8_000, 60_000
_ROUNDS = 40
_TIGHT = 1e-4


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of all rows by family name, 0 or more; rows as in each family's docstring."""

    by_family: dict[str, FloatArray]

    def of(self, family: str) -> FloatArray | None:
        """The prices of one family, or None where the level has no such rule."""
        return self.by_family.get(family)


@dataclass(frozen=True, eq=False)
class Relaxation:
    """The relaxed optimum. ``bound`` is proven over all candidates (level signed to be maximised, without what
    is fixed), ``bound_at_prices`` the one that belongs to ``prices`` and ``reduced``, each candidate's best reduced
    profit; ``engaged`` and ``days`` are the relaxed choice."""

    bound: float
    bound_at_prices: float
    objective: float
    feasible: bool
    rounds: int
    prices: Prices
    engaged: FloatArray
    days: FloatArray
    reduced: FloatArray


@dataclass(frozen=True, eq=False)
class _Pricing:
    bound: float
    at_low: FloatArray
    at_high: FloatArray

    @property
    def best(self) -> FloatArray:
        return np.maximum(self.at_low, self.at_high)


def relax(
    formulation: Formulation,
    *,
    tolerance: float = _TIGHT,
    rounds: int = _ROUNDS,
    go_on: Callable[[], bool] = lambda: True,
) -> Relaxation | None:
    """Solve the relaxation within a relative ``tolerance`` of its bound, in at most so many ``rounds``.

    None where the held levels cannot be kept by any plan that the master saw (so there are no prices).
    """
    arrays = formulation.arrays
    points = _PointSet(arrays, _first_points(arrays))
    best_bound, kept = np.inf, None
    for turn in range(1, rounds + 1):
        assembled = assemble(formulation, points.columns())
        master = _solve_master(assembled)
        if master is None:
            if points.complete:
                break
            points.widen()
            continue
        prices = assembled.prices(formulation, master.marginals)
        pricing = price(formulation, prices)
        if pricing.bound < best_bound:
            best_bound = pricing.bound
        kept = (assembled, master, prices, pricing, turn)
        if best_bound - master.objective <= tolerance * max(1.0, abs(best_bound)) or not go_on():
            break
        if not points.add(pricing):
            break
    return None if kept is None else _relaxation(formulation, best_bound, kept)


def price(formulation: Formulation, prices: list[FloatArray]) -> _Pricing:
    """Reduced profits of both points of every candidate, and the Lagrangian bound from these prices.

    Valid for any prices of 0 or more, in double precision: prices times limits, plus the best of each other
    column within its bounds, plus for each request the largest positive reduced profits of a team.
    """
    arrays, side = formulation.arrays, formulation.side
    charge_day, charge_engagement = total_charge(formulation.families, prices, len(arrays))
    per_day = formulation.objective.per_day - charge_day
    per_engagement = formulation.objective.per_engagement - charge_engagement
    at_low = per_engagement + per_day * arrays.low
    at_high = per_engagement + per_day * arrays.high
    side_profit = formulation.side_profit.copy()
    for family, row_prices in zip(formulation.families, prices, strict=True):
        np.subtract.at(side_profit, family.side.column, row_prices[family.side.row] * family.side.coefficient)
    sides = np.where(
        side_profit > 0, side_profit * formulation.side_upper, side_profit * formulation.side_lower
    )
    bound = families_upper(formulation.families, prices) + float(sides[: side.count].sum())
    return _Pricing(bound + best_teams(arrays, np.maximum(at_low, at_high)), at_low, at_high)


def best_teams(arrays: CandidateArrays, reduced: FloatArray) -> float:
    """Sum over requests of the largest positive reduced profits, as many as the team allows."""
    positive = np.flatnonzero(reduced > 0)
    order = positive[np.lexsort((-reduced[positive], arrays.request[positive]))]
    return float(
        reduced[order[_rank(arrays.request[order]) < arrays.demand.team[arrays.request[order]]]].sum()
    )


def _rank(keys: IntArray) -> IntArray:
    """Position of each element within its run of equal keys (keys sorted)."""
    return np.arange(len(keys)) - np.searchsorted(keys, keys)


def _first_points(arrays: CandidateArrays) -> IntArray:
    """The best four candidates of each request and the best two of each required skill, by fit."""
    order = np.lexsort((-arrays.fit, arrays.request))
    best = order[_rank(arrays.request[order]) < 4]
    fit = arrays.fit[arrays.cover_candidate]
    order = np.lexsort((-fit, arrays.cover_skill))
    covering = arrays.cover_candidate[order[_rank(arrays.cover_skill[order]) < 2]]
    return np.union1d(best, covering)


class _PointSet:
    """Which points are in the master; each candidate's low and high point enter separately."""

    def __init__(self, arrays: CandidateArrays, first: IntArray) -> None:
        self.arrays = arrays
        self.low = np.zeros(len(arrays), dtype=bool)
        self.high = np.zeros(len(arrays), dtype=bool)
        self.high[first] = True
        self.low[first] = arrays.low[first] < arrays.high[first]
        self.widened = 0

    @property
    def complete(self) -> bool:
        return bool(self.high.all())

    def columns(self) -> Columns:
        low, high = np.flatnonzero(self.low), np.flatnonzero(self.high)
        days = np.concatenate((self.arrays.low[low], self.arrays.high[high])).astype(float)
        return point_columns(np.concatenate((low, high)), days)

    def add(self, pricing: _Pricing, each: int = 6) -> bool:
        """The best points of each request with a positive reduced profit; whether any was new."""
        arrays = self.arrays
        fresh_high = np.where(self.high, 0.0, pricing.at_high)
        fresh_low = np.where(self.low | (arrays.low == arrays.high), 0.0, pricing.at_low)
        best = np.maximum(fresh_high, fresh_low)
        positive = np.flatnonzero(best > 1e-9)
        order = positive[np.lexsort((-best[positive], arrays.request[positive]))]
        order = order[_rank(arrays.request[order]) < each]
        high, low = order[fresh_high[order] > 1e-9], order[fresh_low[order] > 1e-9]
        self.high[high] = True
        self.low[low] = True
        return bool(len(high) + len(low))

    def widen(self) -> None:
        """More points by fit, for a master that cannot keep what is held: 20 each, then all."""
        order = np.lexsort((-self.arrays.fit, self.arrays.request))
        each = 20 if self.widened == 0 else len(order)
        chosen = order[_rank(self.arrays.request[order]) < each]
        self.high[chosen] = True
        self.low[chosen] = self.arrays.low[chosen] < self.arrays.high[chosen]
        self.widened += 1


def _solve_master(assembled: Assembled) -> Relaxed | None:
    columns = len(assembled.columns)
    solvers: tuple[LinearSolver, ...] = (glop, highs_interior)
    if columns > _INTERIOR:
        solvers = (pdlp, glop)
    elif columns > _SIMPLEX:
        solvers = (highs_interior, pdlp, glop)
    for solve in solvers:
        answer = solve(assembled.programme)
        if answer is not None:
            return answer
    return None


def _relaxation(
    formulation: Formulation,
    bound: float,
    kept: tuple[Assembled, Relaxed, list[FloatArray], _Pricing, int],
) -> Relaxation:
    assembled, master, prices, pricing, turn = kept
    columns, count = assembled.columns, len(formulation.arrays)
    units = master.columns[: len(columns)]
    return Relaxation(
        bound=bound,
        bound_at_prices=pricing.bound,
        objective=master.objective,
        feasible=True,
        rounds=turn,
        prices=Prices(
            {family.name: price for family, price in zip(formulation.families, prices, strict=True)}
        ),
        engaged=np.bincount(columns.candidate, units, count).astype(float),
        days=np.bincount(columns.candidate, units * columns.days, count).astype(float),
        reduced=pricing.best,
    )
