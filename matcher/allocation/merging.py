"""Merging: what good answers have in common stays, and the rest is chosen again among their plans, exactly.

Answers that were begun elsewhere differ on a fifth of the requests or fewer, in knots that hang together by their
partners; each answer has found the best of some knots, and an exact programme takes the best of each. By the plans of
the answers alone it takes a third of a second for a third of the requests; where answers differ on few, plans that are
near paying at the best prices may join.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import BoolArray
from matcher.allocation.backends import Clock, Limits
from matcher.allocation.plan_choice import choose
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_remainder import good_plans
from matcher.problem.instance import IntArray

#: Answers that are remembered, and requests on which those that are merged may differ: without other plans, and with.
_MOST, _MOST_FREE, _MOST_FREE_IF_MORE_PLANS = 30, 150, 50
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
        self._merged: dict[bool, list[_Good]] = {}

    def add(self, days: IntArray, value: float) -> None:
        """Remember an answer if it is another one and among the best."""
        if not any(np.array_equal(days, known.days) for known in self._answers):
            answers = [*self._answers, _Good(value, days.copy())]
            self._answers = sorted(answers, key=lambda answer: -answer.value)[:_MOST]

    def merged(self, *, more_plans: bool = False, clock: Clock | None = None) -> IntArray | None:
        """The best days that agree with the best answer wherever the others do, by plans of the answers and, where
        ``more_plans`` are asked for, by others that are near paying. None where the same answers were merged before, or
        nothing was found within the limits."""
        alike, free = self._alike(_MOST_FREE_IF_MORE_PLANS if more_plans else _MOST_FREE)
        if not free.any() or alike == self._merged.get(more_plans):
            return None
        self._merged[more_plans] = alike
        master, is_free = self.master, free[self.master.arrays.request]
        near = np.flatnonzero(free[master.pool.plans.request]) if more_plans else np.zeros(0, dtype=np.int64)
        pool = master.pool.part(good_plans(master, near)[0])
        for answer in alike:
            pool.add_allocation(master.arrays, np.where(is_free, answer.days, 0))
        kept = np.where(is_free, 0, alike[0].days)
        return choose(master, Limits(_GAP, _NODES, _SECONDS, clock), pool.plans, kept)

    def _alike(self, most: int) -> tuple[list[_Good], BoolArray]:
        """The best answer and others, best first, as long as they differ on at most so many requests in all; which."""
        alike, free = self._answers[:1], np.zeros(self.master.arrays.requests, dtype=bool)
        for answer in self._answers[1:]:
            wider = free.copy()
            wider[self.master.arrays.request[alike[0].days != answer.days]] = True
            if wider.sum() <= most:
                free = wider
                alike.append(answer)
        return alike, free
