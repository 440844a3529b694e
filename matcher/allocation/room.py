"""What is left while engagements are chosen: days, places, teams. Whole numbers only, so never a rounding error.

The slack of an interval is its capacity less the days of engagements whose span lies inside; days fit exactly
when no slack is negative (Hall's condition, MODEL.md rule 5).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.problem.instance import IntArray


class Room:
    """Days on the free candidates, and what they leave. All changes go through ``commit`` and ``release``."""

    def __init__(self, arrays: CandidateArrays, days: IntArray | None = None) -> None:
        self.arrays = arrays
        self.slack = arrays.supply.interval_days.copy()
        self.places = arrays.supply.places.copy()
        self.wanted = arrays.demand.days.copy()
        self.team = arrays.demand.team.copy()
        self.days = np.zeros(len(arrays), dtype=np.int64)
        if days is not None and days.any():
            self._fill(days)

    def _fill(self, days: IntArray) -> None:
        """As ``commit`` for each engaged candidate, all at once."""
        arrays, engaged = self.arrays, np.flatnonzero(days)
        partner, request, given = arrays.partner[engaged], arrays.request[engaged], days[engaged]
        first, last = arrays.first[engaged], arrays.last[engaged]
        self.days[engaged] = given
        np.subtract.at(self.wanted, request, given)
        np.subtract.at(self.team, request, 1)
        inside = np.zeros_like(self.slack)
        np.add.at(inside, (partner, first, last), given)
        inside = np.cumsum(inside[:, ::-1], axis=1)[:, ::-1]
        self.slack -= np.cumsum(inside, axis=2)
        steps = np.zeros((arrays.partners, arrays.months + 1), dtype=np.int64)
        np.add.at(steps, (partner, first), 1)
        np.subtract.at(steps, (partner, last + 1), 1)
        self.places -= np.cumsum(steps, axis=1)[:, :-1]

    def most(self, candidate: int) -> int:
        """Most days that this candidate can be given now: 0, or at least its smallest block."""
        arrays = self.arrays
        partner, request = arrays.partner[candidate], arrays.request[candidate]
        first, last = arrays.first[candidate], arrays.last[candidate]
        if self.team[request] <= 0 or self.wanted[request] < arrays.low[candidate] or self.days[candidate]:
            return 0
        if self.places[partner, first : last + 1].min() <= 0:
            return 0
        days = min(
            int(arrays.high[candidate]),
            int(self.wanted[request]),
            int(self.slack[partner, : first + 1, last:].min()),
        )
        return days if days >= arrays.low[candidate] else 0

    def more(self, candidate: int) -> int:
        """Days that an engagement can still grow by."""
        arrays = self.arrays
        slack = self.slack[arrays.partner[candidate], : arrays.first[candidate] + 1, arrays.last[candidate] :]
        grow = int(arrays.high[candidate] - self.days[candidate])
        return max(0, min(grow, int(self.wanted[arrays.request[candidate]]), int(slack.min())))

    def commit(self, candidate: int, days: int) -> None:
        """Give days to a candidate, engaging it if it was not; negative days take them back."""
        arrays = self.arrays
        partner, request = arrays.partner[candidate], arrays.request[candidate]
        first, last = arrays.first[candidate], arrays.last[candidate]
        if self.days[candidate] == 0:
            self.team[request] -= 1
            self.places[partner, first : last + 1] -= 1
        self.slack[partner, : first + 1, last:] -= days
        self.wanted[request] -= days
        self.days[candidate] += days
        if self.days[candidate] == 0:
            self.team[request] += 1
            self.places[partner, first : last + 1] += 1

    def release(self, candidate: int) -> None:
        """Take all days back."""
        if self.days[candidate]:
            self.commit(candidate, -int(self.days[candidate]))

    def change(self, candidates: Iterable[int], days: IntArray) -> None:
        """Set the days of some candidates, releasing first so that nothing is counted twice."""
        wanted = [(int(candidate), int(days[candidate])) for candidate in candidates]
        moved = [(candidate, new) for candidate, new in wanted if new != self.days[candidate]]
        for candidate, _ in moved:
            self.release(candidate)
        for candidate, new in moved:
            if new:
                self.commit(candidate, new)

    @property
    def holds(self) -> bool:
        """Whether every rule about days, places and teams is kept."""
        engaged = self.days > 0
        low, high = self.arrays.low[engaged], self.arrays.high[engaged]
        blocks = bool((self.days[engaged] >= low).all() and (self.days[engaged] <= high).all())
        left = (self.slack, self.places, self.wanted, self.team)
        return blocks and bool((self.days >= 0).all()) and all(bool((part >= 0).all()) for part in left)


def keeps_essentials(arrays: CandidateArrays, days: IntArray) -> bool:
    """With hard essentials: whether every engaged request has all its essential skills covered."""
    if not arrays.essential_is_hard:
        return True
    covered = arrays.skills.covered.copy()
    covered[arrays.cover_skill[days[arrays.cover_candidate] > 0]] = True
    engaged = arrays.demand.engaged.copy()
    engaged[arrays.request[days > 0]] = True
    return not bool((arrays.skills.essential & ~covered & engaged[arrays.skills.request]).any())
