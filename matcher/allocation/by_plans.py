"""A level by whole plans: a bound over all candidates, and days that follow the shares of plans or choose among them.

``value`` has a door of its own (``strong_bound``); this one is for the levels before and after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matcher.allocation.backends import Limits
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold
from matcher.allocation.highs_engine import is_available
from matcher.allocation.plan_choice import choose
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanRules, plan_rules
from matcher.allocation.rebuild import rebuild
from matcher.allocation.relaxation import Prices, Relaxation
from matcher.allocation.sizes import is_vast
from matcher.problem.instance import IntArray

#: A share is counted as so many, so that the solver's tolerances are small beside it.
_UNITS = 1e4
_ROUNDS, _TIGHT, _MOST = 200, 1e-5, 300
#: Turns of cuts: a worst group's bound is hardly moved by them; what others are bounded by is value that is held.
_TURNS, _TURNS_BESIDE_VALUE = 2, 12
#: A choice among the plans that were met: nodes, and the gap that is near enough.
_NODES, _NEAR = 200, 1e-3
#: Small steps: turns at most, turns without gain after which they end, phases of one turn, and what held sums are worth
#: in them, as a share of their price: whole answers trade less of them than shares of plans.
_TRADES, _IDLE, _PHASES, _WORTH = 40, 4, 20, 0.3


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
            turns = _TURNS if self.master.formulation.objective.least else _TURNS_BESIDE_VALUE
            self.master.strengthen(turns, _TIGHT, go_on)
        return self.master.bound / self._units

    def follow(self) -> IntArray:
        """Days that keep the hard rules: the largest shares are fixed and priced again until none is left."""
        return dive(self.master, go_on=lambda: not self.effort.out_of_time())

    def choose(self) -> IntArray | None:
        """The best days that are made of plans in hand, None where none were found."""
        return choose(self.master, Limits(_NEAR, _NODES, clock=self.effort))

    def trade(self, days: IntArray, held: Sequence[Hold], enough: Callable[[float], bool]) -> IntArray:
        """Better days than those given, which keep what is held, by small steps in short turns that each begin with the
        best so far: what is held has little to spare. ``enough`` is told the best (signed, without what is fixed)."""
        marginals, idle = self.master.marginals(), 0

        def go_on(best: float) -> bool:
            return not enough(best) and self.effort.take(f"{self.level}_rebuilds", _TRADES * _PHASES)

        for turn in range(_TRADES):
            before = days
            days = rebuild(
                self.master, marginals, days, held=held, phases=_PHASES, go_on=go_on, seed=turn, worth=_WORTH
            )
            idle = idle + 1 if np.array_equal(before, days) else 0
            if idle == _IDLE:
                break
        return days


def by_plans(
    formulation: Formulation,
    relaxation: Relaxation,
    days: IntArray,
    effort: Effort,
    cuts: CutPool | None = None,
) -> ByPlans | None:
    """The level of a formulation over whole plans; None where there are too many requests, or one has too many plans,
    or the solver is not there."""
    if is_vast(formulation.arrays):
        return None
    rules = plan_rules(formulation.arrays) if is_available() else None
    if rules is None:
        return None
    units = _UNITS if formulation.objective.least else 1.0
    scaled = replace(formulation, side_profit=formulation.side_profit * units)
    prices = {name: price * units for name, price in relaxation.prices.by_family.items()}
    master = PlanMaster(scaled, rules, Prices(prices), days, cuts)
    return ByPlans(master, formulation.level, units, effort)
