"""Evening out an assignment: the request that has least exchanges a partner with another that can spare it.

Each step raises the least share of the two (or gives the worst request a better partner who has days left), so
that it comes to an end. Where fits are alike for all requests, whole choices are many, and these steps find a good
one sooner than any argument over teams.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.room import Room
from matcher.problem.instance import FloatArray, IntArray

_LEAST_GAIN = 1e-9
#: Exchanges of one request that are tried, the best first, before it counts as stuck.
_TRIES = 20


def evened(arrays: CandidateArrays, days: IntArray, go_on: Callable[[], bool]) -> IntArray:
    """Days whose least share is no worse than that of ``days``; ``go_on`` is asked before each step."""
    steps = _Evening(arrays, days)
    while go_on() and steps.raise_worst():
        pass
    return steps.room.days


class _Evening:
    """What is chosen, and the share of each request."""

    def __init__(self, arrays: CandidateArrays, days: IntArray) -> None:
        self.arrays, self.room = arrays, Room(arrays, days)
        self._worth = arrays.fit * arrays.high / arrays.demand.wanted[arrays.request]
        self._first = np.searchsorted(arrays.request, np.arange(arrays.requests + 1))
        self._by_partner = np.argsort(arrays.partner, kind="stable")
        self._first_of = np.searchsorted(arrays.partner[self._by_partner], np.arange(arrays.partners + 1))

    def raise_worst(self) -> bool:
        """One step for the request that has least; whether there was one."""
        arrays, days = self.arrays, self.room.days
        shares = arrays.demand.fit_days / arrays.demand.wanted
        shares += np.bincount(arrays.request, self._worth * (days > 0), arrays.requests)
        worst = int(np.argmin(shares))
        return self._replace(worst) or self._exchange(worst, shares)

    def _replace(self, worst: int) -> bool:
        """One more partner, or a better one, of those who have days left."""
        arrays, room = self.arrays, self.room
        own = np.arange(self._first[worst], self._first[worst + 1])
        given = own[room.days[own] > 0]
        has_days = room.slack[arrays.partner[own], arrays.first[own], arrays.last[own]] >= arrays.high[own]
        free = own[(room.days[own] == 0) & has_days]
        for taken in free[np.argsort(-self._worth[free], kind="stable")].tolist():
            if self._worth[taken] > _LEAST_GAIN and self._take([], [taken]):
                return True
            for left in given[self._worth[given] < self._worth[taken] - _LEAST_GAIN].tolist():
                if self._take([left], [taken]):
                    return True
        return False

    def _exchange(self, worst: int, shares: FloatArray) -> bool:
        """Take a member of another request, which gets one in turn or none where there is a place to fill."""
        arrays, worth, room = self.arrays, self._worth, self.room
        engaged = np.flatnonzero(room.days)
        others = engaged[arrays.request[engaged] != worst]
        coming = self._candidates_of_request(worst)[arrays.partner[others]]
        can_come = (coming >= 0) & (room.days[coming] == 0)
        here, there = shares[worst] + worth[coming], shares[arrays.request[others]] - worth[others]
        found = []
        if room.team[worst] > 0:
            least = np.where(can_come, np.minimum(here, there), -np.inf)
            found += [(least[at], [others[at]], [coming[at]]) for at in _highest(least)]
        for own in engaged[arrays.request[engaged] == worst].tolist():
            going = self._candidates_of_partner(int(arrays.partner[own]))[arrays.request[others]]
            both = can_come & (going >= 0) & (room.days[going] == 0)
            least = np.where(both, np.minimum(here - worth[own], there + worth[going]), -np.inf)
            found += [(least[at], [own, others[at]], [coming[at], going[at]]) for at in _highest(least)]
        found = [way for way in found if way[0] > shares[worst] + _LEAST_GAIN]
        ways = sorted(found, key=lambda way: -way[0])[:_TRIES]
        return any(self._take(out, into) for _, out, into in ways)

    def _candidates_of_request(self, request: int) -> IntArray:
        """By partner (-1: none)."""
        rows = np.arange(self._first[request], self._first[request + 1])
        found = np.full(self.arrays.partners, -1, dtype=np.int64)
        found[self.arrays.partner[rows]] = rows
        return found

    def _candidates_of_partner(self, partner: int) -> IntArray:
        """By request (-1: none)."""
        rows = self._by_partner[self._first_of[partner] : self._first_of[partner + 1]]
        found = np.full(self.arrays.requests, -1, dtype=np.int64)
        found[self.arrays.request[rows]] = rows
        return found

    def _take(self, out: list[int], into: list[int]) -> bool:
        """Release some, engage others; all as it was where a rule does not allow it."""
        room, blocks = self.room, self.arrays.high
        for candidate in out:
            room.release(candidate)
        done: list[int] = []
        for candidate in into:
            if not room.most(candidate):
                for undone in done:
                    room.release(undone)
                for back in out:
                    room.commit(back, int(blocks[back]))
                return False
            room.commit(candidate, int(blocks[candidate]))
            done.append(candidate)
        return True


def _highest(numbers: FloatArray) -> list[int]:
    """Places of the highest numbers, highest first."""
    order: list[int] = np.argsort(-numbers, kind="stable")[:_TRIES].tolist()
    return order
