"""Merging: what good answers have in common stays, and the rest is chosen again among their plans, exactly.

Answers that were begun elsewhere differ on a tenth to a fifth of the requests only, in knots that hang together by
their partners; each answer has found the best of some knots. With the plans of all of them, and those that are near
paying at the best prices, an exact programme of a second takes the best of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import BoolArray
from matcher.allocation.backends import Clock, Limits
from matcher.allocation.plan_choice import choose
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_remainder import good_plans
from matcher.problem.instance import IntArray

#: Answers that are remembered, and requests on which those that are merged may differ.
_MOST, _MOST_FREE = 10, 70
#: When an exact choice ends: nodes, gap, and (as a safety net) seconds.
_NODES, _GAP, _SECONDS = 300, 1e-5, 60.0


@dataclass(frozen=True, eq=False)
class _Good:
    value: float
    days: IntArray


class GoodAnswers:
    """A few answers, no two the same, best first; all keep what the master's rows hold."""

    def __init__(self, master: PlanMaster) -> None:
        self.master = master
        self._answers: list[_Good] = []
        self._is_new = False

    def add(self, days: IntArray, value: float) -> None:
        """Remember an answer if it is another one and among the best."""
        if any(np.array_equal(days, known.days) for known in self._answers):
            return
        new = _Good(value, days.copy())
        self._answers = sorted([*self._answers, new], key=lambda answer: -answer.value)[:_MOST]
        self._is_new |= any(answer is new for answer in self._answers)

    def merged(self, clock: Clock | None = None) -> IntArray | None:
        """The best days that agree with the best answer wherever the others do, None where nothing is new or none were
        found within the limits."""
        if not self._is_new:
            return None
        self._is_new = False
        free, alike = self._alike()
        if not free.any():
            return None
        return merge(self.master, alike, free, Limits(_GAP, _NODES, _SECONDS, clock))

    def _alike(self) -> tuple[BoolArray, list[IntArray]]:
        """The best answer and others, best first, as long as they differ on few requests in all; on which of them."""
        best, alike = self._answers[0].days, [self._answers[0].days]
        free = np.zeros(self.master.arrays.requests, dtype=bool)
        for answer in self._answers[1:]:
            wider = free.copy()
            wider[self.master.arrays.request[best != answer.days]] = True
            if wider.sum() <= _MOST_FREE:
                free = wider
                alike.append(answer.days)
        return free, alike


def merge(
    master: PlanMaster, answers: Sequence[IntArray], free: BoolArray, limits: Limits
) -> IntArray | None:
    """The best days for the requests that are ``free``, all others as in the first answer: by plans of the answers, and
    by those in hand that are near paying at the best prices."""
    in_hand = master.pool.plans
    near, _ = good_plans(master, np.flatnonzero(free[in_hand.request]))
    pool = master.pool.part(near)
    for days in answers:
        pool.add_allocation(master.arrays, np.where(free[master.arrays.request], days, 0))
    kept = np.where(free[master.arrays.request], 0, answers[0])
    return choose(master, limits, pool.plans, kept)
