"""The part of an instance that is solved again while the rest is locked: its candidates, and its months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from matcher.allocation.arrays import CandidateArrays, capacity_table
from matcher.allocation.freed import Freed
from matcher.allocation.months import Block, ScheduleError, schedule
from matcher.problem.instance import CandidateTable, Engagement, Instance, IntArray

_NEAR: Final = 14
"""Candidates of each freed request, best fit first."""


def thinned(instance: Instance, requests: Iterable[str]) -> Instance:
    """The instance with no other candidates than those of some requests and those that are locked: what is
    solved again is small, and so are its arrays. The rows have other numbers than before."""
    table, start = instance.candidates, instance.candidate_start
    keep = np.zeros(len(table), dtype=np.bool_)
    for request in requests:
        at = instance.request_index[request]
        keep[start[at] : start[at + 1]] = True
    locked = [instance.row_of(lock.partner, lock.request) for lock in instance.locked]
    keep[[row for row in locked if row is not None]] = True
    rows = np.flatnonzero(keep)
    length = np.diff(table.cover_start)
    columns = ("partner", "request", "fit", "min_days", "max_days", "distance_km")
    kept = {name: getattr(table, name)[rows] for name in columns}
    cover_start = np.concatenate(([0], np.cumsum(length[rows]))).astype(np.int64)
    covers = table.covers[np.repeat(keep, length)]
    return replace(instance, candidates=CandidateTable(**kept, cover_start=cover_start, covers=covers))


def in_play(around: Instance, arrays: CandidateArrays, freed: Freed) -> np.ndarray:
    """Candidates of freed requests: those that stand, those of freed partners, and the best few of each."""
    positions = np.array(sorted(around.request_index[request] for request in freed.requests), dtype=np.int64)
    inside = np.isin(arrays.request, positions)
    partners = np.array(sorted(around.partner_index[partner] for partner in freed.partners), dtype=np.int64)
    order = np.lexsort((-arrays.fit, arrays.request))
    rank = np.empty(len(arrays), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(arrays.request[order], arrays.request[order])
    stands = days_of(around, arrays, freed.standing) > 0
    return stands | (inside & ((rank < _NEAR) | np.isin(arrays.partner, partners)))


def with_months(around: Instance, arrays: CandidateArrays, days: IntArray, freed: Freed) -> list[Engagement]:
    """Months for the freed engagements: as they were where the days are the same and still fit."""
    capacity = capacity_table(around)
    for lock in around.locked:
        capacity[around.partner_index[lock.partner]] -= np.array(lock.days, dtype=np.int64)
    before = {(e.partner, e.request): e for e in freed.standing}
    by_partner: dict[int, list[int]] = {}
    for candidate in np.flatnonzero(days).tolist():
        by_partner.setdefault(int(arrays.partner[candidate]), []).append(candidate)
    chosen: list[Engagement] = []
    for partner, candidates in sorted(by_partner.items()):
        names = {c: (around.partners[partner].id, around.requests[arrays.request[c]].id) for c in candidates}
        kept = [c for c in candidates if names[c] in before and before[names[c]].total_days == days[c]]
        plan = _plan(arrays, days, candidates, {c: before[names[c]].days for c in kept}, capacity[partner])
        chosen += [Engagement(*names[c], plan[c]) for c in candidates]
    return chosen


def _plan(
    arrays: CandidateArrays,
    days: IntArray,
    candidates: Sequence[int],
    kept: Mapping[int, tuple[int, ...]],
    capacity: IntArray,
) -> dict[int, tuple[int, ...]]:
    taken = np.zeros_like(capacity)
    for plan in kept.values():
        taken += np.array(plan, dtype=np.int64)
    others = [c for c in candidates if c not in kept]
    try:
        if (taken > capacity).any():
            raise ScheduleError("kept months do not fit")
        fresh = schedule(capacity - taken, [_block(arrays, days, c) for c in others])
    except ScheduleError:
        return _whole_days(schedule(capacity, [_block(arrays, days, c) for c in candidates]))
    return {**kept, **_whole_days(fresh)}


def _whole_days(planned: Mapping[int, IntArray]) -> dict[int, tuple[int, ...]]:
    return {candidate: tuple(int(each) for each in row) for candidate, row in planned.items()}


def _block(arrays: CandidateArrays, days: IntArray, candidate: int) -> Block:
    first, last = int(arrays.first[candidate]), int(arrays.last[candidate])
    return Block(candidate, first, last, int(days[candidate]))


def days_of(instance: Instance, arrays: CandidateArrays, engagements: Sequence[Engagement]) -> IntArray:
    """Days on the free candidates that these engagements hold (locked ones are not free)."""
    place = np.full(len(instance.candidates), -1, dtype=np.int64)
    place[arrays.row] = np.arange(len(arrays))
    days = np.zeros(len(arrays), dtype=np.int64)
    for engagement in engagements:
        row = instance.row_of(engagement.partner, engagement.request)
        if row is not None and place[row] >= 0:
            days[place[row]] = engagement.total_days
    return days
