"""Masters of the candidate relaxation: which points of which candidates are in it, and how it is solved.

A candidate has two points, (1, low) and (1, high). Where the instance is not too large the rows are there from
the start, points join as they are priced and each solve starts from the last basis; above, each master is
built and solved anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Clock, LinearSolver, Relaxed, glop, highs_interior, in_time, pdlp
from matcher.allocation.formulation import Formulation
from matcher.allocation.highs_engine import is_available
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.programme import Assembled, Columns, assemble, point_columns
from matcher.allocation.ranges import rank_within
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

#: Columns of the master up to which OR-Tools' simplex is the fastest, and above which only PDLP ends in time;
#: between them HiGHS' interior point.
_SIMPLEX, _INTERIOR = 8_000, 60_000
#: How near PDLP comes, as a share of what the bound may be away from its optimum.
_SHARE = 0.1
#: Seconds left at which time is over.
_OVER = 0.05
#: Candidates times months up to which one living programme is given point after point.
_LIVING = 250_000


@dataclass(frozen=True, eq=False)
class Pricing:
    """All candidates at some prices: the bound that they prove, and the reduced profit of both points."""

    bound: float
    at_low: FloatArray
    at_high: FloatArray

    @property
    def best(self) -> FloatArray:
        """Of the better point."""
        return np.maximum(self.at_low, self.at_high)


def _first_points(arrays: CandidateArrays) -> IntArray:
    """The best four candidates of each request and the best two of each required skill, by fit."""
    order = np.lexsort((-arrays.fit, arrays.request))
    best = order[rank_within(arrays.request[order]) < 4]
    fit = arrays.fit[arrays.cover_candidate]
    order = np.lexsort((-fit, arrays.cover_skill))
    covering = arrays.cover_candidate[order[rank_within(arrays.cover_skill[order]) < 2]]
    return np.union1d(best, covering)


class PointSet:
    """Which points are in the master; each candidate's low and high point enter separately."""

    def __init__(self, arrays: CandidateArrays, begin: IntArray | None = None) -> None:
        """The first points, and those that days which keep what is held (``begin``) are made of."""
        self.arrays = arrays
        first = _first_points(arrays)
        if begin is not None:
            first = np.union1d(first, np.flatnonzero(begin))
        self.low = np.zeros(len(arrays), dtype=bool)
        self.high = np.zeros(len(arrays), dtype=bool)
        self.high[first] = True
        self.low[first] = arrays.low[first] < arrays.high[first]
        self.widened = 0

    @property
    def complete(self) -> bool:
        """Whether every candidate is in."""
        return bool(self.high.all())

    def columns(self) -> Columns:
        """The points as columns."""
        low, high = np.flatnonzero(self.low), np.flatnonzero(self.high)
        days = np.concatenate((self.arrays.low[low], self.arrays.high[high])).astype(float)
        return point_columns(np.concatenate((low, high)), days)

    def add(self, pricing: Pricing, each: int = 6) -> bool:
        """The best points of each request with a positive reduced profit; whether any was new."""
        arrays = self.arrays
        fresh_high = np.where(self.high, 0.0, pricing.at_high)
        fresh_low = np.where(self.low | (arrays.low == arrays.high), 0.0, pricing.at_low)
        best = np.maximum(fresh_high, fresh_low)
        positive = np.flatnonzero(best > 1e-9)
        order = positive[np.lexsort((-best[positive], arrays.request[positive]))]
        order = order[rank_within(arrays.request[order]) < each]
        high, low = order[fresh_high[order] > 1e-9], order[fresh_low[order] > 1e-9]
        self.high[high] = True
        self.low[low] = True
        return bool(len(high) + len(low))

    def widen(self) -> None:
        """More points by fit, for a master that cannot keep what is held: 20 each, then all."""
        order = np.lexsort((-self.arrays.fit, self.arrays.request))
        each = 20 if self.widened == 0 else len(order)
        chosen = order[rank_within(self.arrays.request[order]) < each]
        self.high[chosen] = True
        self.low[chosen] = self.arrays.low[chosen] < self.arrays.high[chosen]
        self.widened += 1


@dataclass(frozen=True, eq=False)
class RelaxedChoice:
    """How much of each candidate is engaged, and its days; kept of those of which something is, since most have
    nothing."""

    count: int
    candidate: SmallIntArray
    _engaged: FloatArray
    _days: FloatArray

    @classmethod
    def of(cls, engaged: FloatArray, days: FloatArray) -> RelaxedChoice:
        """From both over all candidates."""
        candidate = np.flatnonzero((engaged != 0) | (days != 0)).astype(np.int32)
        return cls(len(engaged), candidate, engaged[candidate], days[candidate])

    @property
    def engaged(self) -> FloatArray:
        """Engagements, over all candidates."""
        return self._spread(self._engaged)

    @property
    def days(self) -> FloatArray:
        """Days, over all candidates."""
        return self._spread(self._days)

    def _spread(self, amounts: FloatArray) -> FloatArray:
        spread = np.zeros(self.count)
        spread[self.candidate] = amounts
        return spread


@dataclass(frozen=True, eq=False)
class Master:
    """A solved master: its objective, prices by family, and how much of each candidate it takes."""

    objective: float
    prices: list[FloatArray]
    choice: RelaxedChoice


#: Solves a master over some points within so many seconds.
MasterSolver = Callable[[PointSet, "float | None"], "Master | None"]


def choose_master(formulation: Formulation, tolerance: float) -> MasterSolver:
    """How masters are solved: one that lives where the instance is not too large, else each anew, and near enough
    for a bound within ``tolerance``."""
    arrays = formulation.arrays
    if is_available() and 0 < len(arrays) * arrays.months <= _LIVING:
        return LivingMaster(formulation).solve
    return lambda points, seconds: _solve_anew(formulation, points.columns(), tolerance, seconds)


def solve_in_time(solve: MasterSolver, points: PointSet, clock: Clock | None) -> tuple[Master | None, bool]:
    """The master over some points, None where they cannot keep what is held; and whether time ended first."""

    def was_cut(master: Master | None) -> bool:
        left = None if clock is None else clock.seconds_left()
        return master is None and left is not None and left <= _OVER

    return in_time(clock, lambda seconds: solve(points, seconds), was_cut)


class LivingMaster:
    """Rows are there from the start, for all points; points join, and each solve starts from the last."""

    def __init__(self, formulation: Formulation) -> None:
        self.formulation, arrays = formulation, formulation.arrays
        more = np.flatnonzero(arrays.low < arrays.high)
        self._low_place = np.full(len(arrays), -1, dtype=np.int64)
        self._low_place[more] = len(arrays) + np.arange(len(more))
        days = np.concatenate((arrays.high, arrays.low[more])).astype(float)
        self._assembled = assemble(formulation, point_columns(np.append(np.arange(len(arrays)), more), days))
        programme, count = self._assembled.programme, len(days)
        self._lp = LivingLp()
        self._lp.add_rows(programme.row_upper, sparse.csr_matrix((len(programme.row_upper), 0)))
        self._sides = len(programme.profit) - count
        self._lp.add_columns(programme.profit[count:], programme.upper[count:], programme.matrix[:, count:])
        self._lp.set_bounds(np.arange(self._sides), programme.lower[count:], programme.upper[count:])
        self._inside = np.zeros(count, dtype=bool)
        self._order: IntArray = np.zeros(0, dtype=np.int64)

    def solve(self, points: PointSet, seconds: float | None) -> Master | None:
        """The master over some points."""
        self._join(points)
        if not self._lp.solve(seconds):
            return None
        columns, arrays = self._assembled.columns, self.formulation.arrays
        units, candidate = self._lp.values[self._sides :], columns.candidate[self._order]
        return Master(
            objective=self._lp.objective,
            prices=self._assembled.prices(self.formulation, self._lp.prices),
            choice=RelaxedChoice.of(
                np.bincount(candidate, units, len(arrays)).astype(float, copy=False),
                np.bincount(candidate, units * columns.days[self._order], len(arrays)).astype(
                    float, copy=False
                ),
            ),
        )

    def _join(self, points: PointSet) -> None:
        wanted = np.concatenate((np.flatnonzero(points.high), self._low_place[points.low]))
        new = np.sort(wanted[~self._inside[wanted]])
        programme = self._assembled.programme
        self._lp.add_columns(programme.profit[new], programme.upper[new], programme.matrix[:, new])
        self._inside[new] = True
        self._order = np.append(self._order, new)


def _solve_anew(
    formulation: Formulation, columns: Columns, tolerance: float, seconds: float | None
) -> Master | None:
    """A master over some columns, from nothing."""
    assembled, count = assemble(formulation, columns), len(formulation.arrays)
    answer = _solve_cold(assembled, tolerance, seconds)
    if answer is None:
        return None
    units = answer.columns[: len(columns)]
    return Master(
        objective=answer.objective,
        prices=assembled.prices(formulation, answer.marginals),
        choice=RelaxedChoice.of(
            np.bincount(columns.candidate, units, count).astype(float, copy=False),
            np.bincount(columns.candidate, units * columns.days, count).astype(float, copy=False),
        ),
    )


def _solve_cold(assembled: Assembled, tolerance: float, seconds: float | None) -> Relaxed | None:
    programme, columns = assembled.programme, len(assembled.columns)
    if columns > _INTERIOR:
        return pdlp(programme, _SHARE * tolerance, seconds)
    solvers: tuple[LinearSolver, ...] = (glop, highs_interior)
    if columns > _SIMPLEX:
        solvers = (highs_interior, glop)
    answers = (solve(programme, seconds) for solve in solvers)
    return next((answer for answer in answers if answer is not None), None)
