"""How many more days each candidate could be given beside the engagements that stand.

Exact, because the days of the other engagements may move between the months of their spans (``interval_slack``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.interval_slack import IntervalSlack
from matcher.evidence.measures import Tally
from matcher.problem.instance import Instance, IntArray

_CELLS_AT_ONCE: Final = 4_000_000
"""Partners times months times months that are held in memory at a time."""

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
    slack = IntervalSlack(instance, counts)
    capacity = slack.capacity
    window = np.array([request.window for request in instance.requests], np.int64).reshape(-1, 2)
    first, last = window[table.request, 0], window[table.request, 1]
    begin, end = _spans(capacity, table.partner, first, last)
    gross = _sum_between(capacity, table.partner, first, last)
    days = np.zeros(len(table), np.int64)
    is_open = np.zeros(len(table), dtype=np.bool_)
    limits = _concurrency_limits(instance)
    partners, months = capacity.shape
    step = max(1, _CELLS_AT_ONCE // (months * months))
    for start in range(0, partners, step):
        stop = min(start + step, partners)
        rows = np.flatnonzero((table.partner >= start) & (table.partner < stop) & (begin <= end))
        at = (table.partner[rows] - start, begin[rows], end[rows])
        days[rows] = slack.of(start, stop)[at]
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
