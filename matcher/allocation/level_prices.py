"""The price of each level: how much higher ``value`` could be if a level before it were not held.

A difference of two proven bounds, not of two answers: "at most so much". Without the level no plan is worth more
than the first bound; what holding it really costs is that or less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.locks import open_instance
from matcher.allocation.relaxation import relax
from matcher.allocation.result import Allocation
from matcher.problem.instance import Instance

_NEAR: Final = 1e-3
"""Relative distance of a relaxation from its bound: prices are shown to a tenth of a per cent."""


@dataclass(frozen=True, slots=True)
class LevelPrice:
    """What ``value`` could be at most with a level held (``bound``) and without it (``bound_without``)."""

    level: str
    bound: float
    bound_without: float

    @property
    def share(self) -> float:
        """The most that holding the level can cost, as a share of what is possible without it."""
        return max(0.0, self.bound_without - self.bound) / self.bound_without if self.bound_without else 0.0


def level_prices(instance: Instance, allocation: Allocation) -> tuple[LevelPrice, ...]:
    """A price for each level of the ladder that stands before ``value``, as the allocation holds it; empty
    where ``value`` is not on the ladder or nothing is held before it."""
    names = [level.name for level in allocation.levels]
    opening = open_instance(instance)
    if "value" not in names or opening.arrays is None:
        return ()
    holds = [Hold(level.name, level.held) for level in allocation.levels[: names.index("value")]]
    with_all = _bound(opening.arrays, holds)
    if with_all is None:
        return ()
    found = []
    for left_out in holds:
        without = _bound(opening.arrays, [hold for hold in holds if hold is not left_out])
        if without is not None:
            found.append(LevelPrice(left_out.name, with_all, max(with_all, without)))
    return tuple(found)


def _bound(arrays: CandidateArrays, holds: Sequence[Hold]) -> float | None:
    relaxation = relax(formulate(arrays, "value", holds), tolerance=_NEAR)
    return None if relaxation is None else relaxation.bound + fixed_value(arrays, "value")
