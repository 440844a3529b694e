"""How many more days each candidate could be given beside the engagements that stand.

Exact: the days of the other engagements may move between the months of their spans (MODEL.md rule 5: for
whole days and spans that are intervals, a partner's days fit if and only if no interval of months is asked
for more days than it has). Locked engagements keep their months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.measures import Tally, span
from matcher.problem.instance import Instance, IntArray

_CELLS_AT_ONCE: Final = 4_000_000

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Room:
    """For each candidate row: days in the window if nothing else stood (``gross``), days left beside what
    stands (``days``), and whether one more engagement may begin (``is_open``)."""

    gross: IntArray
    days: IntArray
    is_open: BoolArray


def find_room(instance: Instance, counts: Tally) -> Room:
    """The room of every candidate, in one pass over slices of partners."""
    table = instance.candidates
    capacity = np.array([partner.capacity for partner in instance.partners], np.int64)
    capacity = capacity.reshape(len(instance.partners), len(instance.months))
    window = np.array([request.window for request in instance.requests], np.int64).reshape(-1, 2)
    first, last = window[table.request, 0], window[table.request, 1]
    begin, end = _spans(capacity, table.partner, first, last)
    gross = _sum_between(capacity, table.partner, first, last)
    days = np.zeros(len(table), np.int64)
    is_open = np.zeros(len(table), dtype=np.bool_)
    limits = _concurrency_limits(instance)
    for start, stop, slack in _Slack(instance, counts, capacity).slices():
        rows = np.flatnonzero((table.partner >= start) & (table.partner < stop) & (begin <= end))
        at = (table.partner[rows] - start, begin[rows], end[rows])
        days[rows] = slack[at]
        busiest = _peaks(counts.load[start:stop])[at]
        is_open[rows] = busiest < limits[start:stop][at[0]]
    return Room(gross=gross, days=np.maximum(days, 0), is_open=is_open)


def _concurrency_limits(instance: Instance) -> IntArray:
    """Most engagements at once of each partner; where there is no rule, more than there are requests."""
    endless = len(instance.requests) + 1
    return np.array(
        [
            endless if partner.max_concurrent is None else partner.max_concurrent
            for partner in instance.partners
        ],
        np.int64,
    )


def _spans(
    capacity: IntArray, partner: IntArray, first: IntArray, last: IntArray
) -> tuple[IntArray, IntArray]:
    """First and last month with capacity inside each window (the last before the first if there is none)."""
    months = capacity.shape[1]
    numbered = np.arange(months)
    following = np.where(capacity > 0, numbered, months)[:, ::-1]
    following = np.minimum.accumulate(following, axis=1)[:, ::-1]
    preceding = np.maximum.accumulate(np.where(capacity > 0, numbered, -1), axis=1)
    begin, end = following[partner, first], preceding[partner, last]
    return begin, np.where(begin <= last, end, -1)


def _sum_between(capacity: IntArray, partner: IntArray, first: IntArray, last: IntArray) -> IntArray:
    total = np.concatenate((np.zeros((len(capacity), 1), np.int64), np.cumsum(capacity, axis=1)), axis=1)
    found: IntArray = total[partner, last + 1] - total[partner, first]
    return found


def _peaks(load: IntArray) -> IntArray:
    """The highest load between months i and j, as an array [partner, i, j] (zero where i > j)."""
    months = load.shape[1]
    peaks = np.zeros((len(load), months, months), np.int64)
    for begin in range(months):
        peaks[:, begin, begin:] = np.maximum.accumulate(load[:, begin:], axis=1)
    return peaks


class _Slack:
    """Days left in each interval of months of each partner, and in every interval around it."""

    def __init__(self, instance: Instance, counts: Tally, capacity: IntArray) -> None:
        locked = {(lock.partner, lock.request) for lock in instance.locked}
        self.left = capacity.copy()
        self.partner: list[int] = []
        self.spans: list[tuple[int, int]] = []
        self.days: list[int] = []
        for pair, engagement in counts.pairs.items():
            at = instance.partner_index[engagement.partner]
            first, last = span(instance, engagement)
            if pair in locked or last < first:
                self.left[at] -= np.array(engagement.days, np.int64)
                continue
            self.partner.append(at)
            self.spans.append((first, last))
            self.days.append(engagement.total_days)

    def slices(self) -> Iterator[tuple[int, int, IntArray]]:
        """(start, stop, slack[partner - start, i, j]) for slices of partners; slack is the least over all
        intervals that hold i..j."""
        months = self.left.shape[1]
        step = max(1, _CELLS_AT_ONCE // (months * months))
        partner = np.array(self.partner, np.int64)
        spans = np.array(self.spans, np.int64).reshape(-1, 2)
        days = np.array(self.days, np.int64)
        for start in range(0, len(self.left), step):
            stop = min(start + step, len(self.left))
            here = (partner >= start) & (partner < stop)
            asked = np.zeros((stop - start, months, months), np.int64)
            np.add.at(asked, (partner[here] - start, spans[here, 0], spans[here, 1]), days[here])
            asked = np.cumsum(asked[:, ::-1], axis=1)[:, ::-1].cumsum(axis=2)
            slack = self._interval_days(start, stop) - asked
            slack = np.minimum.accumulate(slack, axis=1)
            yield start, stop, np.minimum.accumulate(slack[:, :, ::-1], axis=2)[:, :, ::-1]

    def _interval_days(self, start: int, stop: int) -> IntArray:
        """Capacity of months i..j; a number that never binds where i > j."""
        months = self.left.shape[1]
        total = np.concatenate(
            (np.zeros((stop - start, 1), np.int64), np.cumsum(self.left[start:stop], axis=1)), axis=1
        )
        found = total[:, None, 1:] - total[:, :-1, None]
        found[:, np.tri(months, k=-1, dtype=np.bool_)] = np.iinfo(np.int64).max // 4
        return found
