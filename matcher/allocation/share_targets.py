"""The best worst request of an assignment: targets between an answer and the bound, each reached or ruled out.

First the relaxation alone, with the covers of the target, lowers the bound: that costs little. Then whole answers
are sought: quickly at the target, a little below it where that fails, and only then by branching that may take long.
Fits with few decimals make shares whole multiples of a step, so there is an end to halving.
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
#: Below a target that a quick look missed: the first step as a part of it, how the steps grow until one target is
#: reached, how many are tried then, and how near is near enough.
_STEP, _GROWTH, _LOOKS, _NEAR = 0.01, 3.0, 5, 1e-4
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
    choice that reaches a target, ``seek`` whole days that do (or None, which proves nothing), ``ask`` too; ``relaxed``
    and ``ask`` with whether it is proven, where they give None, that there are none. Where shares have no ``step``,
    what is within ``finest`` of the bound is the bound."""

    value: float
    bound: float
    step: float
    finest: float
    relaxed: Callable[[float], tuple[float | None, bool]]
    seek: Callable[[float], IntArray | None]
    ask: Callable[[float], tuple[IntArray | None, bool]]
    found: Callable[[IntArray], float]
    go_on: Callable[[], bool]

    def run(self, target: float) -> None:
        """Halve until value and bound meet, from a target that the relaxation reaches."""
        for _ in range(_MOST):
            if self.meet or not self.go_on():
                return
            if not self._is_found(target):
                self._approach(target)
                days, proven = self.ask(target)
                if days is None and not proven:
                    self._approach(target)
                    return
                if days is None:
                    self.bound = self._whole(target)
                else:
                    self.value = max(self.value, self.found(days))
            target = (self.value + self.bound) / 2

    def _is_found(self, target: float) -> bool:
        """Whether a quick look finds days that reach a target."""
        days = self.seek(target) if self.go_on() else None
        if days is not None:
            self.value = max(self.value, self.found(days))
        return days is not None

    def _approach(self, missed: float) -> None:
        """Quick looks below a target that was missed: ever further until one is reached, then between the two."""
        step = _STEP * missed
        while missed - step > self.value and self.go_on() and not self._is_found(missed - step):
            step *= _GROWTH
        for _ in range(_LOOKS):
            target = (self.value + missed) / 2
            if missed - self.value <= _NEAR * missed or not self.go_on():
                return
            if not self._is_found(target):
                missed = target

    @property
    def meet(self) -> bool:
        """Whether nothing is left between value and bound."""
        return self.bound - self.value <= max(1e-9, 0.0 if self.step else self.finest)

    def lower(self) -> float:
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
