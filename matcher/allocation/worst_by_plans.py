"""The worst group by whole plans: a bound over all candidates, and days that follow the shares of plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.highs_engine import is_available
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.relaxation import Prices, Relaxation
from matcher.problem.instance import IntArray

#: A share is counted as so many, so that the solver's tolerances are small beside it.
_UNITS = 1e4
_ROUNDS, _TIGHT, _TURNS, _MOST = 200, 1e-5, 2, 300


def worst_by_plans(
    arrays: CandidateArrays,
    held: Sequence[Hold],
    relaxation: Relaxation,
    days: IntArray,
    effort: Effort,
) -> tuple[float, IntArray] | None:
    """A proven bound on the worst group, and days that keep the hard rules; None where plans are too many.

    The bound is proven whenever the effort ends; half of the time is kept for the days. Cover is worth nothing here.
    """
    skills = replace(arrays.skills, worth=np.zeros(len(arrays.skills.worth)))
    plain = replace(arrays, skills=skills)
    formulation = formulate(plain, "worst_group", held)
    rules = plan_rules(plain) if is_available() else None
    if rules is None:
        return None
    scaled = replace(formulation, side_profit=formulation.side_profit * _UNITS)
    prices = {name: price * _UNITS for name, price in relaxation.prices.by_family.items()}
    master = PlanMaster(scaled, rules, Prices(prices), days)

    def go_on() -> bool:
        return effort.take("worst_group_plans", _MOST)

    with effort.share(0.5):
        master.solve(_TIGHT, _ROUNDS, go_on)
        if go_on():
            master.strengthen(_TURNS, _TIGHT, go_on)
    bound = master.bound / _UNITS
    return bound, days if effort.out_of_time() else dive(master)
