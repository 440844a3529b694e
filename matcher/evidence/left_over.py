"""What partners have left beside the engagements that stand, for any window of months, asked for all at once.

The days of other engagements may move between the months of their spans, so a window has as many days left
as the tightest interval of months around it (MODEL.md rule 5). Locked engagements keep their months.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.measures import Tally, span
from matcher.problem.instance import Instance, IntArray

_FREE = np.iinfo(np.int64).max // 4


class LeftOver:
    """Days and places left of every partner, by window; partners are positions in the instance."""

    def __init__(self, instance: Instance, counts: Tally) -> None:
        months = len(instance.months)
        capacity = np.array([each.capacity for each in instance.partners], dtype=np.int64).reshape(-1, months)
        self._capacity = capacity
        self._tightest = _tightest(_interval_slack(instance, counts, capacity))
        self._load = counts.load
        limits = [_FREE if each.max_concurrent is None else each.max_concurrent for each in instance.partners]
        self._limit = np.array(limits, dtype=np.int64)

    def days(self, partners: IntArray, first: int, last: int) -> IntArray:
        """Days that each partner could still give within months ``first`` to ``last``."""
        has_days = self._capacity[partners, first : last + 1] > 0
        begin = first + np.argmax(has_days, axis=1)
        end = last - np.argmax(has_days[:, ::-1], axis=1)
        left = np.maximum(self._tightest[partners, begin, end], 0)
        return np.where(has_days.any(axis=1), left, 0)

    def is_open(self, partners: IntArray, first: int, last: int) -> NDArray[np.bool_]:
        """Whether each partner may begin one more engagement in the window without too many at once."""
        has_days = self._capacity[partners, first : last + 1] > 0
        months = np.arange(first, last + 1)
        begin = first + np.argmax(has_days, axis=1)
        end = last - np.argmax(has_days[:, ::-1], axis=1)
        is_busy = (months >= begin[:, None]) & (months <= end[:, None])
        peak = np.where(is_busy, self._load[partners, first : last + 1], 0).max(axis=1)
        return np.asarray(has_days.any(axis=1) & (peak < self._limit[partners]))


def _interval_slack(instance: Instance, counts: Tally, capacity: IntArray) -> IntArray:
    """[partner, i, j]: capacity of months i to j less the days of the engagements whose span lies inside."""
    months = capacity.shape[1]
    free = capacity.copy()
    asked = np.zeros((len(capacity), months, months), dtype=np.int64)
    locked = {(lock.partner, lock.request) for lock in instance.locked}
    for pair, engagement in counts.pairs.items():
        partner = instance.partner_index[engagement.partner]
        first, last = span(instance, engagement)
        if pair in locked or last < first:
            free[partner] -= np.array(engagement.days, dtype=np.int64)
        else:
            asked[partner, first, last] += engagement.total_days
    inside = asked[:, ::-1].cumsum(axis=1)[:, ::-1].cumsum(axis=2)
    before = np.concatenate((np.zeros((len(free), 1), dtype=np.int64), np.cumsum(free, axis=1)), axis=1)
    slack: IntArray = before[:, None, 1:] - before[:, :-1, None] - inside
    slack[:, np.tri(months, k=-1, dtype=np.bool_)] = _FREE
    return slack


def _tightest(slack: IntArray) -> IntArray:
    """[partner, i, j]: the least slack of all intervals that hold i to j."""
    outward = np.minimum.accumulate(slack, axis=1)
    tightest: IntArray = np.minimum.accumulate(outward[:, :, ::-1], axis=2)[:, :, ::-1]
    return tightest
