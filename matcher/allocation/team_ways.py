"""An assignment by whole teams: which least shares can be reached at all, answers that reach them, the best total.

The relaxation over teams is nearly whole, so that an answer is mostly read from it or from a small programme over
the teams that it priced. The best total is proven over all teams that could still be in a better choice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Formulation
from matcher.allocation.highs_engine import is_available
from matcher.allocation.share_targets import whole_step
from matcher.allocation.team_master import Rows, TeamMaster, shared_rows
from matcher.allocation.team_search import Branching, best_choice
from matcher.allocation.teams import TeamList, Teams
from matcher.problem.instance import IntArray

#: What serving a request counts against the most that a team can be worth.
_URGENT = 4.0
_CLOSED = 1e-9
_FEW_NODES, _NODES, _BRANCHES = 400, 4_000, 400
#: Teams over which a total is argued to the end.
_MOST_TEAMS = 20_000

GoOn = Callable[[], bool]
LimitsOf = Callable[[int], Limits]


class TeamWays:
    """The teams of an assignment. ``go_on`` is asked before each round of pricing."""

    def __init__(self, teams: Teams, rows: Rows, go_on: GoOn, limits: LimitsOf) -> None:
        arrays = teams.arrays
        self.arrays, self.teams, self.go_on, self.limits = arrays, teams, go_on, limits
        worth = arrays.day_value * arrays.high
        self.served = _URGENT * teams.largest * float(worth.max(initial=0.0)) + 1.0
        self._any = TeamMaster(teams, rows, np.zeros(len(arrays)), np.ones(arrays.requests))
        self._best = TeamMaster(teams, rows, worth, np.full(arrays.requests, self.served))
        self._known = 0

    def relaxed(self, share: float) -> tuple[float | None, bool]:
        """The share of a relaxed choice that reaches this one, or None; and whether that is proven."""
        self.teams.reach(share)
        served = self._any.everybody(self.go_on)
        if not served:
            return None, served is not None
        used = np.flatnonzero(self._any.values > _CLOSED)
        pool, demand = self._any.pool, self.arrays.demand
        request = pool.request[used]
        worth = pool.add_up(self.teams.rules.worth)[used]
        shares = (demand.fit_days[request] + worth) / demand.wanted[request]
        return max(share, float(shares.min(initial=np.inf))), True

    def ask(self, share: float) -> tuple[IntArray | None, bool]:
        """Days that reach a share, with a good total; or None, and whether it is proven that there are none."""
        if not self._price(share):
            return None, False
        days = self._best.whole_answer()
        if days is None:
            days, _ = best_choice(self._best, self._best.open_teams, self.limits(_FEW_NODES))
        if days is not None and self._reaches(days, share):
            return days, True
        return Branching(self._any, _BRANCHES, self.go_on).run()

    def total(self, share: float, days: IntArray) -> tuple[IntArray, float | None]:
        """The best days for the total with a least share, no worse than ``days``, and a proven bound (None: none)."""
        if not self._price(share):
            return days, None
        found = self._best.whole_answer()
        days = self._better(days, found, share)
        if self._open_gap(days) > 0:
            found, _ = best_choice(self._best, self._best.open_teams, self.limits(_NODES))
            days = self._better(days, found, share)
        gap = self._open_gap(days)
        if gap <= 0:
            return days, self.worth(days)
        return self._argue(share, days, gap)

    def worth(self, days: IntArray) -> float:
        """The total of days, without what is fixed."""
        return float(self.arrays.day_value @ days)

    def _argue(self, share: float, days: IntArray, gap: float) -> tuple[IntArray, float | None]:
        """Over all teams that a better choice could have."""
        gain = self._best.gains(self._best.best_prices)
        priced = self.teams.price(gain)
        bound = self._best.bound - self.served * self.arrays.requests
        if priced is None:
            return days, bound
        teams = self.teams.all_above(gain, priced.best - gap - _CLOSED, _MOST_TEAMS)
        if teams is None:
            return days, bound
        found, answer = best_choice(self._best, teams, self.limits(_NODES))
        days = self._better(days, found, share)
        return days, self.worth(days) if answer.proven else bound

    def _price(self, share: float) -> bool:
        """The relaxed best total with a least share, to the end; whether it got there."""
        self.teams.reach(share)
        fresh = np.arange(self._known, len(self._any.pool))
        self._known = len(self._any.pool)
        self._best.add(TeamList(self._any.pool.request[fresh], self._any.pool.members[fresh]))

        def closed(bound: float, objective: float) -> bool:
            return bound - objective <= _CLOSED * abs(objective)

        return self._best.solve(closed, self.go_on)

    def _reaches(self, days: IntArray, share: float) -> bool:
        demand = self.arrays.demand
        worth = np.bincount(self.arrays.request, self.arrays.fit * days, self.arrays.requests)
        return bool(((demand.fit_days + worth) / demand.wanted >= share - _CLOSED).all())

    def _better(self, days: IntArray, found: IntArray | None, share: float) -> IntArray:
        if found is None or not self._reaches(found, share) or self.worth(found) <= self.worth(days):
            return days
        return found

    def _open_gap(self, days: IntArray) -> float:
        """What could still be gained, with room for rounding; 0 or less where nothing can."""
        worth = self.worth(days)
        gap = self._best.bound - self.served * self.arrays.requests - worth
        step = whole_step(self.arrays.day_value * self.arrays.high)
        least = max(_CLOSED * max(1.0, abs(worth)), 0.999 * step)
        return gap if gap > least else 0.0


def team_ways(
    arrays: CandidateArrays, formulation: Formulation, go_on: GoOn, limits: LimitsOf
) -> TeamWays | None:
    """The ways by teams; None where a rule that is held ties requests together otherwise, or teams are large."""
    teams = Teams(arrays)
    if not is_available() or not teams.is_possible or arrays.essential_is_hard:
        return None
    rows = shared_rows(formulation)
    return None if rows is None else TeamWays(teams, rows, go_on, limits)
