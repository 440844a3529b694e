"""The price of each level: how much higher ``value`` could be if a level before it were not held.

An estimate and a limit. The same relaxation is solved with the level and without it: their difference says what
holding the level costs, because what the relaxation does not see it sees on neither side. Proven is the limit: without
the level no plan is worth more than ``bound_without``, and with it the plan that stands is worth ``value``.
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

_NEAR: Final = 3e-4
"""Relative distance of a relaxation from its bound: prices are shown to a tenth of a per cent."""


@dataclass(frozen=True, slots=True)
class LevelPrice:
    """What ``value`` is, and the bound of one and the same relaxation with a level held and without it."""

    level: str
    value: float
    bound: float
    bound_without: float

    @property
    def at_most(self) -> float:
        """The most that holding the level can cost, proven."""
        return max(0.0, self.bound_without - self.value)

    @property
    def likely(self) -> float:
        """What holding the level costs by the relaxation."""
        return max(0.0, self.bound_without - self.bound)


def holds_above_value(allocation: Allocation) -> tuple[Hold, ...] | None:
    """The levels above ``value`` as an allocation holds them; None where it is not on the ladder."""
    names = [level.name for level in allocation.levels]
    if "value" not in names:
        return None
    return tuple(Hold(level.name, level.held) for level in allocation.levels[: names.index("value")])


def level_prices(instance: Instance, allocation: Allocation) -> tuple[LevelPrice, ...]:
    """A price for each level of the ladder that stands before ``value``, as the allocation holds it; empty
    where ``value`` is not on the ladder or nothing is held before it."""
    opening, holds = open_instance(instance), holds_above_value(allocation)
    if holds is None or opening.arrays is None:
        return ()
    reached = allocation.levels[len(holds)]
    with_all = _bound(opening.arrays, holds)
    if with_all is None:
        return ()
    found = []
    for left_out in holds:
        without = _bound(opening.arrays, [hold for hold in holds if hold is not left_out])
        if without is not None:
            found.append(LevelPrice(left_out.name, reached.value, with_all, max(with_all, without)))
    return tuple(found)


def _bound(arrays: CandidateArrays, holds: Sequence[Hold]) -> float | None:
    relaxation = relax(formulate(arrays, "value", holds), tolerance=_NEAR)
    return None if relaxation is None else relaxation.bound + fixed_value(arrays, "value")
