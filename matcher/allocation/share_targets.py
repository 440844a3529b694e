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
from matcher.problem.instance import FloatArray, IntArray

#: Where the bound is near what the relaxation reaches, what lies just above that is tried in turn with the middle.
_NARROW = 3e-6
_DECIMALS, _LARGEST_MULTIPLE = 6, 1_000
_MOST = 100
#: As the best share mostly lies near the bound, targets fall from it by this part of what is open, then twice as much.
_FIRST_FALL = 0.1
_PARTS, _SAMPLE = (1, 3, 7, 9, 11), 100
_ROUNDING = 4e-15


def share_step(arrays: CandidateArrays) -> float:
    """Shares of requests are whole multiples of this; 0 where no such number is known."""
    if arrays.demand.fit_days.any() or math.isfinite(arrays.fixed.least_share) or not len(arrays):
        return 0.0
    multiple = math.lcm(*(int(days) for days in np.unique(arrays.demand.wanted)))
    return whole_step(arrays.fit * arrays.high) / multiple if multiple <= _LARGEST_MULTIPLE else 0.0


def whole_step(numbers: FloatArray) -> float:
    """The largest fraction of few decimals, or of these and a small whole number, of which all numbers are whole
    multiples; 0 where there is none."""
    for decimals in range(_DECIMALS + 1):
        for parts in _PARTS:
            scale = parts * 10.0**decimals
            if not _are_whole(numbers[:_SAMPLE] * scale) or not _are_whole(numbers * scale):
                continue
            common = int(np.gcd.reduce(np.rint(numbers * scale).astype(np.int64)))
            return max(common, 1) / scale
    return 0.0


def _are_whole(numbers: FloatArray) -> bool:
    """Whether numbers are whole but for the rounding of a few multiplications."""
    return bool((np.abs(numbers - np.rint(numbers)) <= _ROUNDING * np.abs(numbers)).all())


@dataclass
class Halving:
    """``value`` is reached by days in hand, nothing above ``bound`` can be. ``relaxed`` gives the share of a relaxed
    choice that reaches a target, ``ask`` whole days that do; each with whether it is proven, where it gives None,
    that there are none. Where shares have no ``step``, what is within ``finest`` of the bound is the bound."""

    value: float
    bound: float
    step: float
    finest: float
    relaxed: Callable[[float], tuple[float | None, bool]]
    ask: Callable[[float], tuple[IntArray | None, bool]]
    found: Callable[[IntArray], float]
    go_on: Callable[[], bool]

    def run(self) -> None:
        """Halve until value and bound meet."""
        target = self._lower_by_relaxation()
        for _ in range(_MOST):
            if self.meet or not self.go_on():
                return
            days, proven = self.ask(target)
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
        return self.bound - self.value <= max(1e-9, 0.0 if self.step else self.finest)

    def _lower_by_relaxation(self) -> float:
        """A target that the relaxation reaches; above it (but for the finest step) there is none."""
        reached, target, fall = self.value, self.bound, _FIRST_FALL
        for turn in range(_MOST):
            share, proven = self.relaxed(target) if self.go_on() else (None, False)
            if share is not None:
                reached, fall = max(reached, min(share, self.bound)), 1.0
            elif proven:
                self.bound = self._whole(target)
            else:
                break
            width = self.bound - reached
            if width <= max(0.9 * self.step, self.finest):
                self.bound = max(reached, self.bound)
                break
            is_last = width < _NARROW and turn % 2 == 0
            target = reached + self.finest if is_last else self.bound - min(fall, 0.5) * width
            fall *= 2
        return reached

    def _whole(self, target: float) -> float:
        """The largest share below a target that is out of reach."""
        if not self.step:
            return target
        return max(self.value, math.floor(target / self.step - 1e-6) * self.step)
