"""What partners have left beside the engagements that stand, for any window of months, asked for all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.interval_slack import IntervalSlack
from matcher.evidence.measures import Tally
from matcher.problem.instance import Instance, IntArray

_FREE = np.iinfo(np.int64).max // 4


class LeftOver:
    """Days and places left of every partner, by window; partners are positions in the instance."""

    def __init__(self, instance: Instance, counts: Tally) -> None:
        slack = IntervalSlack(instance, counts)
        self._capacity = slack.capacity
        self._tightest = slack.of(0, len(instance.partners))
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
