"""The part of an instance that is solved again while the rest stays: its candidates, and its months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays, Supply, interval_days, least_room
from matcher.allocation.freed import Freed
from matcher.allocation.months import Block, ScheduleError, schedule
from matcher.allocation.neighbourhoods import cut_out, rows_of
from matcher.allocation.objectives import measure
from matcher.allocation.ranges import rank_within
from matcher.allocation.settled import Settled
from matcher.problem.instance import Engagement, IntArray

_NEAR: Final = 14
"""Candidates of each freed request, best fit first."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some requests of a settled instance as arrays, everything else as it stands.

    ``stood`` are the days that stand there, of whatever of it is still a candidate with room.
    """

    settled: Settled
    freed: Freed
    requests: IntArray
    arrays: CandidateArrays
    stood: IntArray

    def levels(self, days: IntArray) -> dict[str, float]:
        """Each level of the whole instance, but for changes, with these days in the part."""
        return measure(self.arrays, days, [name for name in self.settled.instance.ladder if name != "change"])

    def position(self, partner: str, request: str) -> BoolArray:
        """Which candidate a pair is; none where it is not among them."""
        row = self.settled.instance.row_of(partner, request)
        is_pair: BoolArray = self.arrays.row == (-1 if row is None else row)
        return is_pair

    def pair(self, candidate: int) -> tuple[str, str]:
        """The partner and the request of a candidate, by id."""
        instance, row = self.settled.instance, self.arrays.row[candidate]
        table = instance.candidates
        return instance.partners[table.partner[row]].id, instance.requests[table.request[row]].id

    @cached_property
    def _capacity(self) -> IntArray:
        return self.settled.capacity_without(self.requests)

    @cached_property
    def _stays(self) -> BoolArray:
        """Which engagements stay as they are: those of other requests, and locked ones."""
        settled = self.settled
        stays: BoolArray = ~np.isin(settled.request_of, self.requests) | settled.is_locked
        return stays

    def engagements(self, days: IntArray) -> tuple[Engagement, ...]:
        """All engagements, with their months, by request, then partner."""
        outside = [self.settled.engagements[at] for at in np.flatnonzero(self._stays).tolist()]
        everything = (*outside, *self._with_months(days))
        return tuple(sorted(everything, key=lambda each: (each.request, each.partner)))

    def everywhere(self, days: IntArray) -> IntArray:
        """Days of every free candidate of the instance, with these in the part."""
        settled = self.settled
        everything = np.where(np.isin(settled.arrays.request, self.requests), 0, settled.days)
        everything[settled.position[self.arrays.row]] = days
        return everything

    def _with_months(self, days: IntArray) -> list[Engagement]:
        """Months as they were where the days are the same and still fit."""
        moved = [self.settled.engagements[at] for at in np.flatnonzero(~self._stays).tolist()]
        before = {each.pair: each for each in moved}
        by_partner: dict[int, list[int]] = {}
        for candidate in np.flatnonzero(days).tolist():
            partner = int(self.settled.instance.candidates.partner[self.arrays.row[candidate]])
            by_partner.setdefault(partner, []).append(candidate)
        chosen: list[Engagement] = []
        for partner, candidates in sorted(by_partner.items()):
            names = {candidate: self.pair(candidate) for candidate in candidates}
            kept = {
                candidate: before[name].days
                for candidate, name in names.items()
                if name in before and before[name].total_days == days[candidate]
            }
            plan = _plan(self.arrays, days, candidates, kept, self._capacity[partner])
            chosen += [Engagement(*names[candidate], plan[candidate]) for candidate in candidates]
        return chosen


def part_of(settled: Settled, freed: Freed, *, wide: bool = False) -> Part:
    """The freed requests with the candidates in play; ``wide`` lets the days of all that stands move too."""
    index = settled.instance.request_index
    inside = np.array(sorted(index[request] for request in freed.requests), dtype=np.int64)
    free = np.arange(settled.arrays.requests) if wide else inside
    whole, days = settled.arrays, settled.days
    rows = rows_of(whole, free)
    supply = _supply(settled, free, rows)
    roomy = cut_out(whole, free, rows, supply)
    has_room = least_room(roomy) >= roomy.low
    stands = days[rows] > 0
    kept = np.flatnonzero(has_room)
    chosen = rows[kept[_in_play(settled, freed, rows[kept], stands[kept])]]
    arrays = cut_out(whole, free, chosen, _supply(settled, free, chosen))
    groups, fixed = settled.fixed_without(free)
    arrays = replace(arrays, groups=groups, fixed=fixed, high=least_room(arrays))
    return Part(settled, freed, free, arrays, days[chosen])


def _supply(settled: Settled, free: IntArray, rows: IntArray) -> Supply:
    """What the partners of some candidates have once the free requests have given theirs back."""
    partners = np.unique(settled.arrays.partner[rows])
    days = interval_days(settled.capacity_without(free)[partners])
    return Supply(interval_days=days, places=settled.places_without(free)[partners])


def _in_play(settled: Settled, freed: Freed, rows: IntArray, stands: BoolArray) -> BoolArray:
    """Of the candidates with room: those that stand, those of freed partners, the best few of freed requests."""
    instance, arrays = settled.instance, settled.arrays
    partners = [instance.partner_index[partner] for partner in freed.partners]
    requests = [instance.request_index[request] for request in freed.requests]
    request = arrays.request[rows]
    order = np.lexsort((-arrays.fit[rows], request))
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = rank_within(request)
    near = (rank < _NEAR) | np.isin(arrays.partner[rows], partners)
    return stands | (near & np.isin(request, requests))


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
