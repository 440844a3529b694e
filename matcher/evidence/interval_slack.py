"""What engagements leave of the days of partners, in every interval of months.

The days of other engagements may move between the months of their spans: for whole days and spans that are intervals, a
partner's days fit if and only if no interval of months is asked for more days than it has (MODEL.md rule 5). So an
interval has as many days left as the tightest of those around it. Locked engagements keep their months.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from matcher.evidence.measures import Tally, span
from matcher.problem.instance import Instance, IntArray

_FREE: Final = np.iinfo(np.int64).max // 4
"""Days of an interval that ends before it begins: it never binds."""


class IntervalSlack:
    """The engagements of one allocation by partner and span, and what locked ones leave of each month."""

    def __init__(self, instance: Instance, counts: Tally) -> None:
        months = len(instance.months)
        capacity = np.array([each.capacity for each in instance.partners], dtype=np.int64)
        self.capacity: IntArray = capacity.reshape(len(instance.partners), months)
        self._left = self.capacity.copy()
        asked: list[tuple[int, int, int, int]] = []
        for pair, engagement in counts.pairs.items():
            partner = instance.partner_index[engagement.partner]
            first, last = span(instance, engagement)
            if pair in instance.locked_pairs or last < first:
                self._left[partner] -= np.array(engagement.days, dtype=np.int64)
            else:
                asked.append((partner, first, last, engagement.total_days))
        self._asked = np.array(asked, dtype=np.int64).reshape(-1, 4)

    def of(self, start: int, stop: int) -> IntArray:
        """[partner - start, i, j], for the partners from ``start`` up to ``stop``: the least slack of all intervals
        that hold months i to j. Below 0 where too much stands."""
        months = self._left.shape[1]
        partner, first, last, days = self._asked.T
        here = (partner >= start) & (partner < stop)
        asked = np.zeros((stop - start, months, months), dtype=np.int64)
        np.add.at(asked, (partner[here] - start, first[here], last[here]), days[here])
        inside = asked[:, ::-1].cumsum(axis=1)[:, ::-1].cumsum(axis=2)
        none = np.zeros((stop - start, 1), dtype=np.int64)
        before = np.concatenate((none, np.cumsum(self._left[start:stop], axis=1)), axis=1)
        slack = before[:, None, 1:] - before[:, :-1, None] - inside
        slack[:, np.tri(months, k=-1, dtype=np.bool_)] = _FREE
        slack = np.minimum.accumulate(slack, axis=1)
        tightest: IntArray = np.minimum.accumulate(slack[:, :, ::-1], axis=2)[:, :, ::-1]
        return tightest
