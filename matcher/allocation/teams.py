"""Whole teams of an assignment's requests: the best ones at some gains, or all above a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.team_kernel import TeamOutput, TeamRules, list_teams, price_teams
from matcher.problem.instance import FloatArray, IntArray

#: Largest teams that are searched, and teams of a request that one pricing gives.
_LARGEST, _EACH = 10, 3


@dataclass(frozen=True, eq=False)
class TeamList:
    """Teams: the request of each, and its members (candidates; -1: nobody)."""

    request: IntArray
    members: IntArray

    def __len__(self) -> int:
        return len(self.request)

    def add_up(self, number: FloatArray) -> FloatArray:
        """A number of each candidate, added up over the members of each team."""
        total: FloatArray = np.append(number, 0.0)[self.members].sum(axis=1)
        return total

    def any_of(self, mark: BoolArray) -> BoolArray:
        """Whether a team has a marked member."""
        found: BoolArray = np.asarray(np.append(mark, False)[self.members].any(axis=1))
        return found

    def chosen(self, which: IntArray) -> TeamList:
        """Some of them."""
        return TeamList(self.request[which], self.members[which])

    def days(self, chosen: IntArray, arrays: CandidateArrays) -> IntArray:
        """Whole days on all candidates where these teams are engaged."""
        days = np.zeros(len(arrays), dtype=np.int64)
        members = self.members[chosen].ravel()
        members = members[members >= 0]
        days[members] = arrays.high[members]
        return days

    @staticmethod
    def once(lists: Sequence[TeamList]) -> TeamList:
        """All teams of some lists, each once."""
        request = np.concatenate([teams.request for teams in lists])
        members = np.concatenate([teams.members for teams in lists])
        key = np.column_stack((request, np.sort(members, axis=1)))
        _, first = np.unique(key, axis=0, return_index=True)
        return TeamList(request, members).chosen(np.sort(first))

    @staticmethod
    def joined(first: TeamList, second: TeamList) -> TeamList:
        """One list after the other."""
        return TeamList(
            np.concatenate((first.request, second.request)), np.concatenate((first.members, second.members))
        )


@dataclass(frozen=True, eq=False)
class Priced:
    """The best gain of each request (-inf: there is no team), teams found, and what each gains."""

    best: FloatArray
    teams: TeamList
    gain: FloatArray

    def best_of_each(self) -> TeamList:
        """The best team of each request that has one."""
        order = np.lexsort((-self.gain, self.teams.request))
        _, first = np.unique(self.teams.request[order], return_index=True)
        return self.teams.chosen(order[first])


class Teams:
    """The teams of an assignment that reach a share; ``rules`` change with the share only."""

    def __init__(self, arrays: CandidateArrays) -> None:
        worth = arrays.fit * arrays.high / arrays.demand.wanted[arrays.request]
        self.arrays = arrays
        self.largest = int(arrays.demand.team.max(initial=0))
        self.is_possible = 0 < self.largest <= _LARGEST
        self.rules = TeamRules(
            start=np.searchsorted(arrays.request, np.arange(arrays.requests + 1)).astype(np.int64),
            rows=np.lexsort((-worth, arrays.request)).astype(np.int64),
            worth=worth,
            days=arrays.high,
            team=arrays.demand.team,
            left=arrays.demand.days,
            need=np.full(arrays.requests, -np.inf),
        )
        self._nobody = np.zeros(len(arrays), dtype=bool)

    def reach(self, share: float) -> None:
        """From now on only teams that bring their request to this share."""
        demand = self.arrays.demand
        self.rules = self.rules._replace(need=share - demand.fit_days / demand.wanted)

    def none(self) -> TeamList:
        """No team."""
        return TeamList(np.zeros(0, dtype=np.int64), np.zeros((0, self.largest), dtype=np.int64))

    def price(self, gain: FloatArray, must: BoolArray | None = None) -> Priced | None:
        """The best team of each request, and some that are nearly as good; None where that takes too long.

        ``must`` marks members that teams of their request have to have; the gain ``FORBIDDEN`` keeps one out.
        """
        count = self.arrays.requests
        out = _output(count, _EACH, self.largest)
        price_teams(self.rules, gain, self._nobody if must is None else must, out)
        if not out.complete.all():
            return None
        place = np.arange(_EACH) < np.minimum(out.found, _EACH)[:, None]
        request = np.repeat(np.arange(count), _EACH)[place.ravel()]
        return Priced(out.best, TeamList(request, out.members[place]), out.gain[place])

    def all_above(self, gain: FloatArray, floor: FloatArray, most: int) -> TeamList | None:
        """All teams that gain more than the floor of their request; None where they are too many."""
        found = [self.none()]
        out = _output(1, most, self.largest)
        left = most
        for request in range(self.arrays.requests):
            out.best[0] = floor[request]
            list_teams(self.rules, gain, request, out)
            count = int(out.found[0])
            if count > left or not out.complete[0]:
                return None
            left -= count
            found.append(TeamList(np.full(count, request), out.members[0, :count].copy()))
        return TeamList(
            np.concatenate([part.request for part in found]), np.concatenate([part.members for part in found])
        )


def _output(requests: int, most: int, largest: int) -> TeamOutput:
    return TeamOutput(
        best=np.zeros(requests),
        found=np.zeros(requests, dtype=np.int64),
        gain=np.zeros((requests, most)),
        members=np.full((requests, most, largest), -1, dtype=np.int64),
        complete=np.ones(requests, dtype=bool),
    )
