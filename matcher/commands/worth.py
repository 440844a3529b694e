"""What one more day of capacity would be worth, from the prices of the value level's relaxation."""

from __future__ import annotations

import numpy as np

from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.locks import open_instance
from matcher.allocation.relaxation import relax
from matcher.allocation.result import Allocation
from matcher.candidates.graph import CandidateGraph
from matcher.evidence.prices import DayWorth, IntervalPrices, summarise, worth_of_days
from matcher.problem.instance import Instance

#: Relative distance of the relaxation from its bound: prices are slopes, and shown rounded.
_NEAR = 1e-3


def worth_of_a_day(
    instance: Instance, allocation: Allocation, graph: CandidateGraph | None
) -> tuple[DayWorth, ...] | None:
    """By region and month (and by skill, with a graph), the levels above ``value`` held as the result holds them.

    None where there is no such price: no ``value`` on the ladder, or nothing that keeps what is held.
    """
    names = [level.name for level in allocation.levels]
    opening = open_instance(instance)
    if "value" not in names or opening.arrays is None:
        return None
    holds = tuple(Hold(level.name, level.held) for level in allocation.levels[: names.index("value")])
    relaxation = relax(formulate(opening.arrays, "value", holds), tolerance=_NEAR)
    prices = None if relaxation is None else relaxation.prices.of("intervals")
    if prices is None:
        return None
    months = len(instance.months)
    table = prices.reshape(len(instance.partners), months, months)
    partner, first, last = np.nonzero((table > 0) & np.tri(months, dtype=np.bool_).T)
    found = IntervalPrices(partner, first, last, table[partner, first, last])
    return summarise(instance, worth_of_days(instance, found), graph)
