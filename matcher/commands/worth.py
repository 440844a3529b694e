"""What one more day of capacity would be worth: from the prices of the value level's relaxation, and by re-solve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matcher.allocation.day_worth import Side, TwoSided, two_sided
from matcher.allocation.formulation import fixed_value, formulate
from matcher.allocation.level_prices import holds_above_value
from matcher.allocation.locks import open_instance
from matcher.allocation.relaxation import relax
from matcher.allocation.result import Allocation
from matcher.allocation.settled import Settled
from matcher.candidates.graph import CandidateGraph
from matcher.commands.recount import is_kept
from matcher.evidence.prices import IntervalPrices, most_binding, worth_of_days
from matcher.problem.instance import FloatArray, Instance

#: Relative distance of the relaxation from its bound: prices are slopes, and shown rounded.
_NEAR = 1e-3
#: Regions and skills, the dearest of each kind, whose prices are confirmed by re-solve in each month.
_CONFIRMED = 20


def day_prices(instance: Instance, allocation: Allocation) -> FloatArray | None:
    """The price of a day by partner and month, the levels above ``value`` held as the result holds them.

    None where there is no such price: no ``value`` on the ladder, or nothing that keeps what is held.
    """
    opening, holds = open_instance(instance), holds_above_value(allocation)
    if holds is None or opening.arrays is None:
        return None
    relaxation = relax(formulate(opening.arrays, "value", holds), tolerance=_NEAR)
    prices = None if relaxation is None else relaxation.prices.of("intervals")
    if prices is None:
        return None
    months = len(instance.months)
    table = prices.reshape(len(instance.partners), months, months)
    partner, first, last = np.nonzero((table > 0) & np.tri(months, dtype=np.bool_).T)
    return worth_of_days(instance, IntervalPrices(partner, first, last, table[partner, first, last]))


def confirmed_worth(
    settled: Settled, prices: FloatArray, graph: CandidateGraph | None
) -> list[dict[str, Any]]:
    """The dearest groups, month by month, each with a day more and a day less of its most binding partner, by
    re-solve; groups that share partner and month share the re-solve."""
    groups = most_binding(settled.instance, prices, graph, _CONFIRMED)
    pairs = dict.fromkeys((partner, group.month) for group, partner in groups)
    solved = {pair: two_sided(settled, *pair) for pair in pairs}
    return [
        {
            "region": group.region,
            "skill": group.skill,
            "month": group.month,
            "price": group.highest,
            **as_range(solved[partner, group.month]),
        }
        for group, partner in groups
    ]


def as_range(found: TwoSided) -> Mapping[str, Any]:
    """Both sides of a day as JSON. ``value_worth`` is a range, of the partner's neighbourhood; null where a level
    above ``value`` moves too."""
    worth = found.worth
    sides = [each for each in (found.more, found.less) if each is not None]
    return {
        "partner": found.partner,
        "value_worth": None if worth is None else {"least": _shown(worth[0]), "most": _shown(worth[1])},
        "a_day_more": _gains(found.more),
        "a_day_less": None if found.less is None else _gains(found.less),
        "requests_solved_again": len(found.extent.requests),
        "rules_kept": all(is_kept(each.instance, each.engagements) for each in sides),
    }


def _gains(side: Side) -> dict[str, float]:
    return {name: _shown(gain) for name, gain in side.gain.items()}


def _shown(gain: float) -> float:
    """As prices are: six decimals, and no minus before a nought."""
    return round(gain, 6) + 0.0


def least_value_loss(instance: Instance, allocation: Allocation, pair: tuple[str, str]) -> float | None:
    """What ``value`` loses at least against what stands if a pair is put together: proven by prices over all
    candidates, the levels above held. Often 0, for the bound is above what stands."""
    opening, holds = open_instance(instance), holds_above_value(allocation)
    if holds is None or opening.arrays is None:
        return None
    at = np.flatnonzero(opening.arrays.row == instance.row_of(*pair))
    relaxation = relax(formulate(opening.arrays, "value", holds), tolerance=_NEAR)
    if relaxation is None or not len(at):
        return None
    most = relaxation.bound_at_prices + min(0.0, float(relaxation.reduced[at[0]]))
    now = allocation.levels[len(holds)].value
    return max(0.0, now - most - float(fixed_value(opening.arrays, "value")))
