"""First answers in milliseconds: what a person with a spreadsheet would do, and the same guided by prices.

Both are feasible by construction. Ties are broken by candidate row.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.problem.instance import IntArray

#: Candidates for each request that the guided greedy looks at after the relaxed choice, by reduced profit.
_NEAR = 40


def spreadsheet(arrays: CandidateArrays, start: IntArray | None = None) -> IntArray:
    """Requests by weight times severity, each given its best-fitting partners with days left.

    ``start`` holds days that are kept. With hard essentials a request is served only if all are covered.
    """
    room = Room(arrays, start)
    urgency = (arrays.demand.weight * arrays.demand.severity)[arrays.request]
    order = np.lexsort((-arrays.fit, arrays.request, -urgency))
    fill(room, order.tolist())
    return room.days


def in_turns(arrays: CandidateArrays, start: IntArray | None = None) -> IntArray:
    """Whoever has the smallest share so far takes the best-fitting partner that has days left, those first whose best
    team could be worth least: nobody is left with what all others refused."""
    room = Room(arrays, start)
    worth = arrays.fit * arrays.high / arrays.demand.wanted[arrays.request]
    order = np.lexsort((-worth, arrays.request))
    first = np.searchsorted(arrays.request, np.arange(arrays.requests + 1))
    place = np.arange(len(order)) - first[arrays.request]
    best = np.where(place < arrays.demand.team[arrays.request], worth[order], 0.0)
    hopes = np.bincount(arrays.request, best, arrays.requests).tolist()
    shares = arrays.demand.fit_days / arrays.demand.wanted
    shares += np.bincount(arrays.request, worth * (room.days > 0), arrays.requests)
    waiting = [(share, hopes[request], request) for request, share in enumerate(shares.tolist())]
    heapq.heapify(waiting)
    choices = [iter(order[first[at] : first[at + 1]].tolist()) for at in range(arrays.requests)]
    while waiting:
        share, hope, request = heapq.heappop(waiting)
        if room.team[request] <= 0:
            continue
        taken = next((candidate for candidate in choices[request] if _engage(room, candidate, None)), None)
        if taken is not None:
            heapq.heappush(waiting, (share + float(worth[taken]), hope, request))
    return room.days


def guided(arrays: CandidateArrays, relaxation: Relaxation, start: IntArray | None = None) -> IntArray:
    """Follow the relaxed choice by share and value, then fill up with candidates of good reduced profit."""
    room = Room(arrays, start)
    engaged = relaxation.engaged
    chosen = np.flatnonzero(engaged > 1e-7)
    share = np.round(engaged[chosen], 2)
    chosen = chosen[np.lexsort((-arrays.day_value[chosen], -share))]
    blocks = np.maximum(arrays.low, np.rint(relaxation.days).astype(np.int64))
    fill(room, chosen.tolist(), blocks)
    grow(room, chosen.tolist())
    near = np.argsort(-relaxation.reduced, kind="stable")[: _NEAR * arrays.requests]
    fill(room, near.tolist())
    grow(room, np.flatnonzero(room.days).tolist())
    return room.days


def fill(room: Room, order: Sequence[int], blocks: IntArray | None = None) -> None:
    """Engage candidates in this order with as many days as fit (at most ``blocks``, where given)."""
    if room.arrays.essential_is_hard:
        _fill_by_request(room, order, blocks)
        return
    request, places = room.arrays.request, room.team
    for candidate in order:
        if places[request[candidate]] > 0:
            _engage(room, candidate, blocks)


def grow(room: Room, engaged: Sequence[int]) -> None:
    """Give engagements more days, in this order, while there is room."""
    for candidate in engaged:
        if room.days[candidate]:
            days = room.more(candidate)
            if days:
                room.commit(candidate, days)


def _engage(room: Room, candidate: int, blocks: IntArray | None) -> bool:
    days = room.most(candidate)
    if blocks is not None:
        days = min(days, int(blocks[candidate]))
    if days < room.arrays.low[candidate] or days <= 0:
        return False
    room.commit(candidate, days)
    return True


def _fill_by_request(room: Room, order: Sequence[int], blocks: IntArray | None) -> None:
    """With hard essentials: cover them first with smallest blocks, or leave the request as it was."""
    by_request: dict[int, list[int]] = {}
    for candidate in order:
        by_request.setdefault(int(room.arrays.request[candidate]), []).append(candidate)
    for request, candidates in by_request.items():
        added = _cover_essentials(room, request, candidates)
        if added is None:
            continue
        for candidate in candidates:
            _engage(room, candidate, blocks)
        grow(room, added)


def _cover_essentials(room: Room, request: int, candidates: Sequence[int]) -> list[int] | None:
    """Engage smallest blocks until the essentials are covered; None, with nothing changed, where that fails."""
    arrays = room.arrays
    missing = _missing(room, request)
    added: list[int] = []
    for candidate in candidates:
        if not missing:
            break
        covers = set(skills_of(arrays, candidate))
        if covers & missing and room.most(candidate):
            room.commit(candidate, int(arrays.low[candidate]))
            added.append(candidate)
            missing -= covers
    if missing:
        for candidate in added:
            room.release(candidate)
        return None
    return added


def _missing(room: Room, request: int) -> set[int]:
    """Essential skills of a request that nothing covers yet."""
    arrays = room.arrays
    first, last = np.searchsorted(arrays.request, (request, request + 1))
    skills = arrays.skills
    start, stop = np.searchsorted(skills.request, (request, request + 1))
    missing = {int(s) for s in range(start, stop) if skills.essential[s] and not skills.covered[s]}
    for candidate in first + np.flatnonzero(room.days[first:last]):
        missing -= set(skills_of(arrays, int(candidate)))
    return missing


def skills_of(arrays: CandidateArrays, candidate: int) -> list[int]:
    """Required skills that a candidate covers."""
    first, last = arrays.cover_start[candidate], arrays.cover_start[candidate + 1]
    covers: list[int] = arrays.cover_skill[first:last].tolist()
    return covers
