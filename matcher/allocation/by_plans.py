"""A level by whole plans: a bound over all candidates, and days that follow the shares of plans or choose among them.

``value`` has a door of its own (``strong_bound``); this one is for the levels before and after it.
"""

from __future__ import annotations

from dataclasses import replace

from matcher.allocation.backends import Limits
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation
from matcher.allocation.highs_engine import is_available
from matcher.allocation.plan_choice import choose
from matcher.allocation.plan_master import VAST, PlanMaster
from matcher.allocation.plan_rules import PlanRules, plan_rules
from matcher.allocation.relaxation import Prices, Relaxation
from matcher.problem.instance import IntArray

#: A share is counted as so many, so that the solver's tolerances are small beside it.
_UNITS = 1e4
_ROUNDS, _TIGHT, _TURNS, _MOST = 200, 1e-5, 2, 300
#: A choice among the plans that were met: nodes, and the gap that is near enough.
_NODES, _NEAR = 200, 1e-3


class ByPlans:
    """One level over whole plans, from days that keep what is held."""

    def __init__(self, master: PlanMaster, level: str, units: float, effort: Effort) -> None:
        self.master, self.level, self._units, self.effort = master, level, units, effort
        master.clock = effort

    @property
    def rules(self) -> PlanRules:
        """What a plan may be."""
        return self.master.rules

    def prove(self) -> float:
        """A bound that is proven whenever the effort ends (signed, without what is fixed)."""

        def go_on() -> bool:
            return self.effort.take(f"{self.level}_plans", _MOST)

        self.master.solve(_TIGHT, _ROUNDS, go_on)
        if go_on():
            self.master.strengthen(_TURNS, _TIGHT, go_on)
        return self.master.bound / self._units

    def follow(self) -> IntArray:
        """Days that keep the hard rules: the largest shares are fixed and priced again until none is left."""
        return dive(self.master, go_on=lambda: not self.effort.out_of_time())

    def choose(self) -> IntArray | None:
        """The best days that are made of plans in hand, None where none were found."""
        return choose(self.master, Limits(_NEAR, _NODES, clock=self.effort))


def by_plans(
    formulation: Formulation, relaxation: Relaxation, days: IntArray, effort: Effort
) -> ByPlans | None:
    """The level of a formulation over whole plans; None where there are too many requests, or one has too many plans,
    or the solver is not there."""
    if formulation.arrays.requests >= VAST:
        return None
    rules = plan_rules(formulation.arrays) if is_available() else None
    if rules is None:
        return None
    units = _UNITS if formulation.objective.least else 1.0
    scaled = replace(formulation, side_profit=formulation.side_profit * units)
    prices = {name: price * units for name, price in relaxation.prices.by_family.items()}
    return ByPlans(PlanMaster(scaled, rules, Prices(prices), days), formulation.level, units, effort)
