"""The best worst request of an assignment: targets between an answer and the bound, each reached or ruled out.

First the relaxation alone, with the covers of the target, lowers the bound: that costs little. Then whole answers
are asked for. Fits with few decimals make shares whole multiples of a step, so there is an end to halving.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.relaxation import Relaxation
from matcher.problem.instance import IntArray

#: Where shares have no common step, what is left open in the end.
FINEST = 1e-6
_DECIMALS, _LARGEST_MULTIPLE = 6, 1_000
_MOST = 60


def share_step(arrays: CandidateArrays) -> float:
    """Shares of requests are whole multiples of this; 0 where no such number is known."""
    if arrays.demand.fit_days.any() or math.isfinite(arrays.fixed.least_share) or not len(arrays):
        return 0.0
    multiple = math.lcm(*(int(days) for days in np.unique(arrays.demand.wanted)))
    if multiple > _LARGEST_MULTIPLE:
        return 0.0
    worth = arrays.fit * arrays.high
    for decimals in range(_DECIMALS + 1):
        scaled = worth * 10.0**decimals
        if np.abs(scaled - np.rint(scaled)).max() < 1e-6:
            return 10.0**-decimals / multiple
    return 0.0


@dataclass
class Halving:
    """``value`` is reached by days in hand, nothing above ``bound`` can be; ``relaxed`` gives the relaxation at a
    target (None: there is none), ``ask`` whole days that reach it (None and True: proven that there are none)."""

    value: float
    bound: float
    step: float
    relaxed: Callable[[float], Relaxation | None]
    ask: Callable[[float, Relaxation], tuple[IntArray | None, bool]]
    found: Callable[[IntArray], float]
    go_on: Callable[[], bool]

    def run(self) -> None:
        """Halve until value and bound meet."""
        target = self._lower_by_relaxation()
        for _ in range(_MOST):
            if self.meet or not self.go_on():
                return
            guide = self.relaxed(target)
            days, proven = (None, True) if guide is None else self.ask(target, guide)
            if days is not None:
                self.value = max(self.value, self.found(days))
            elif proven:
                self.bound = self._whole(target)
            else:
                return
            target = (self.value + self.bound) / 2

    @property
    def meet(self) -> bool:
        """Whether nothing is left between value and bound."""
        return self.bound - self.value <= (1e-9 if self.step else FINEST)

    def _lower_by_relaxation(self) -> float:
        """A target that the relaxation reaches; above it (but for the finest step) there is none."""
        reached, target = self.value, self.bound
        for _ in range(_MOST):
            if not self.go_on() or self.relaxed(target) is not None:
                reached = target
            else:
                self.bound = self._whole(target)
            if self.bound - reached <= max(0.9 * self.step, FINEST / 4) or not self.go_on():
                break
            target = (reached + self.bound) / 2
        return reached

    def _whole(self, target: float) -> float:
        """The largest share below a target that is out of reach."""
        if not self.step:
            return target
        return max(self.value, math.floor(target / self.step - 1e-3) * self.step)
