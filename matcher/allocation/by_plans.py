"""A level by whole plans: a bound over all candidates, and days that follow the shares of plans.

``value`` has a door of its own (``strong_bound``); this one is for the levels before and after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold, formulate
from matcher.allocation.highs_engine import is_available
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanRules, plan_rules
from matcher.allocation.relaxation import Prices, Relaxation
from matcher.problem.instance import IntArray

#: A share is counted as so many, so that the solver's tolerances are small beside it.
_UNITS = 1e4
_ROUNDS, _TIGHT, _TURNS, _MOST = 200, 1e-5, 2, 300


@dataclass(frozen=True, eq=False)
class ByPlans:
    """One level over whole plans; ``days`` keep the hard rules and what is held."""

    formulation: Formulation
    rules: PlanRules
    relaxation: Relaxation
    level: str

    def solve(self, days: IntArray, effort: Effort) -> tuple[float, IntArray]:
        """A bound that is proven whenever the effort ends, and days that keep the hard rules: half of the time of
        the level is kept for them."""
        units = _UNITS if self.formulation.objective.least else 1.0
        scaled = replace(self.formulation, side_profit=self.formulation.side_profit * units)
        prices = {name: price * units for name, price in self.relaxation.prices.by_family.items()}
        master = PlanMaster(scaled, self.rules, Prices(prices), days)
        master.clock = effort

        def go_on() -> bool:
            return effort.take(f"{self.level}_plans", _MOST)

        with effort.share(0.5):
            master.solve(_TIGHT, _ROUNDS, go_on)
            if go_on():
                master.strengthen(_TURNS, _TIGHT, go_on)
        found = dive(master, go_on=lambda: not effort.out_of_time())
        return master.bound / units, found


def by_plans(
    arrays: CandidateArrays, level: str, held: Sequence[Hold], relaxation: Relaxation
) -> ByPlans | None:
    """The level over whole plans; None where a request has too many, or the solver is not there."""
    rules = plan_rules(arrays) if is_available() else None
    return None if rules is None else ByPlans(formulate(arrays, level, held), rules, relaxation, level)
