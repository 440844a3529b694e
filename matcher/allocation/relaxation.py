"""The candidate relaxation by column generation: prices, and a bound that is proven over all candidates.

Each candidate is two points, (1, low) and (1, high); the cone of these points with the hard rules is the linear
relaxation without any linking row. The master holds few of them; after each solve *every* candidate is priced.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Clock
from matcher.allocation.candidate_master import (
    Master,
    PointSet,
    Pricing,
    RelaxedChoice,
    choose_master,
    solve_in_time,
)
from matcher.allocation.constraints import total_charge
from matcher.allocation.formulation import Formulation
from matcher.allocation.programme import families_upper
from matcher.allocation.ranges import rank_within
from matcher.problem.instance import FloatArray, IntArray

_ROUNDS = 60
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
    profit."""

    bound: float
    bound_at_prices: float
    objective: float
    rounds: int
    prices: Prices
    choice: RelaxedChoice
    reduced: FloatArray

    @property
    def engaged(self) -> FloatArray:
        """How much of each candidate the relaxed choice engages."""
        return self.choice.engaged

    @property
    def days(self) -> FloatArray:
        """Days of each candidate in the relaxed choice."""
        return self.choice.days


def relax(
    formulation: Formulation,
    *,
    tolerance: float = _TIGHT,
    rounds: int = _ROUNDS,
    clock: Clock | None = None,
    begin: IntArray | None = None,
) -> Relaxation | None:
    """Solve the relaxation within a relative ``tolerance`` of its bound, in at most so many ``rounds``, and as long
    as the ``clock`` allows. Days that keep what is held (``begin``) make sure that the first master has an answer.

    None where the held levels cannot be kept by any plan that the master saw, or time ended before (so there are
    no prices).
    """
    points = PointSet(formulation.arrays, begin)
    solve = choose_master(formulation, tolerance)
    best_bound, kept = np.inf, None
    for turn in range(1, rounds + 1):
        master, is_cut = solve_in_time(solve, points, clock)
        if is_cut:
            break
        if master is None:
            if points.complete:
                break
            points.widen()
            continue
        pricing = price(formulation, master.prices)
        best_bound = min(best_bound, pricing.bound)
        kept = (master, pricing, turn)
        if best_bound - master.objective <= tolerance * max(1.0, abs(best_bound)):
            break
        if not points.add(pricing):
            break
    return None if kept is None else _relaxation(formulation, best_bound, *kept)


def price(formulation: Formulation, prices: list[FloatArray]) -> Pricing:
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
    return Pricing(bound + best_teams(arrays, np.maximum(at_low, at_high)), at_low, at_high)


def best_teams(arrays: CandidateArrays, reduced: FloatArray) -> float:
    """Sum over requests of the largest positive reduced profits, as many as the team allows."""
    positive = np.flatnonzero(reduced > 0)
    order = positive[np.lexsort((-reduced[positive], arrays.request[positive]))]
    return float(
        reduced[order[rank_within(arrays.request[order]) < arrays.demand.team[arrays.request[order]]]].sum()
    )


def _relaxation(
    formulation: Formulation, bound: float, master: Master, pricing: Pricing, turn: int
) -> Relaxation:
    families = zip(formulation.families, master.prices, strict=True)
    return Relaxation(
        bound=bound,
        bound_at_prices=pricing.bound,
        objective=master.objective,
        rounds=turn,
        prices=Prices({family.name: price for family, price in families}),
        choice=master.choice,
        reduced=pricing.best,
    )
