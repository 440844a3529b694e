"""From shares of plans to whole answers: fix a few requests at their largest share, price again, repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matcher.allocation.arrays import Supply, least_room
from matcher.allocation.greedy import grow
from matcher.allocation.neighbourhoods import least_of_wider
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_remainder import solve_remainder
from matcher.allocation.plan_rules import PlanRules
from matcher.allocation.request_plans import Plans
from matcher.allocation.room import Room
from matcher.problem.instance import IntArray

#: Share of the open requests that is fixed before prices are asked again, and rounds of pricing then.
BATCH, ROUNDS = 0.08, 2
_WHOLE = 1 - 1e-6
#: What chance may add to a share where a dive is to end elsewhere.
_NOISE, _SEED = 0.3, 20_261_127


def dive(
    master: PlanMaster,
    *,
    batch: float = BATCH,
    rounds: int = ROUNDS,
    go_on: Callable[[], bool] = lambda: True,
    seed: int = 0,
) -> IntArray:
    """Whole days on all candidates, feasible for the hard rules; held levels are for the caller to check.

    A ``batch`` of the open requests is fixed at a time, with so many ``rounds`` of pricing in between; once
    ``go_on`` says no, those that are still open get nothing. A ``seed`` other than 0 takes requests in another order,
    so that the dive ends elsewhere. The master's plans may grow; its bound, its best prices
    and the limits of its plans are left as they were, its shares only where it is large.
    """
    kind = _LargeDive if master.is_large else _Dive
    return kind(master, batch, rounds, seed).run(go_on)


class _Dive:
    """One dive: which requests are settled, which plans are still possible."""

    def __init__(self, master: PlanMaster, batch: float, rounds: int, seed: int) -> None:
        self.master, self.batch, self.rounds = master, batch, rounds
        self._random = np.random.default_rng([_SEED, seed]) if seed else None
        master.extend()
        self.was_relieved = master.programme.is_relieved
        master.programme.relieve(relieved=True)
        self.is_solved = self._begin()
        self.room = Room(master.arrays)
        self.open = np.ones(master.arrays.requests, dtype=bool)
        self.possible = np.ones(len(master.pool), dtype=bool)
        self.shares = np.zeros(len(master.pool))
        self.shares[: len(master.shares)] = master.shares

    def _begin(self) -> bool:
        """Whether there are shares to begin with."""
        return self.master.solve_lp()

    def _solve_rest(self) -> bool:
        """Shares of what is still possible: the limits of plans say what that is."""
        return self.master.solve_lp()

    def _extend(self) -> None:
        self.master.extend()

    def _limit(self, plans: IntArray, upper: float, lower: float = 0.0) -> None:
        self.master.programme.limit_plans(plans, upper, lower)

    def run(self, go_on: Callable[[], bool]) -> IntArray:
        """Fix and price in turn until nothing is left to fix, then give engagements what room is left."""
        self.master.extend()
        while self.is_solved and go_on() and self._fix() and self.open.any():
            rules = self._rules_left()
            self._drop_impossible(rules)
            if not self._solve(rules):
                break
        self._limit(np.arange(len(self.master.pool)), np.inf)
        self.master.programme.relieve(relieved=self.was_relieved)
        value = self.master.arrays.day_value
        engaged = np.flatnonzero(self.room.days)
        grow(self.room, engaged[np.argsort(-value[engaged], kind="stable")].tolist())
        return self.room.days

    def _fix(self) -> bool:
        """Settle the requests with the largest shares; whether there were plans to try (each fits, or is forbidden)."""
        plans = self.master.pool.plans
        live = (self.shares > 1e-6) & self.possible & self.open[plans.request]
        chosen = np.flatnonzero(live)
        share = np.round(self.shares[chosen], 3)
        if self._random is not None:
            share += _NOISE * self._random.random(len(chosen))
        chosen = chosen[np.lexsort((-plans.profit[chosen], -share))]
        most, done = max(1, int(self.batch * self.open.sum())), 0
        for plan in chosen:
            if done >= most and self.shares[plan] < _WHOLE:
                break
            if self.open[plans.request[plan]]:
                done += self._settle(plans, int(plan))
        return len(chosen) > 0

    def _settle(self, plans: Plans, plan: int) -> bool:
        """Take a plan if it fits; its request is closed then."""
        if not _commit(self.room, plans, plan):
            self._forbid(np.array([plan]))
            return False
        request = plans.request[plan]
        self.open[request] = False
        others = np.flatnonzero((plans.request == request) & self.possible)
        self._forbid(others[others != plan])
        self._limit(np.array([plan]), 1.0, 1.0)
        return True

    def _forbid(self, plans: IntArray) -> None:
        self.possible[plans] = False
        self._limit(plans, 0.0)

    def _rules_left(self) -> PlanRules:
        """Plans of the open requests within the room that is left."""
        rules, arrays = self.master.rules, self.master.arrays
        supply = Supply(least_of_wider(self.room.slack), self.room.places)
        high = np.minimum(rules.high, least_room(replace(arrays, supply=supply)))
        return rules._replace(high=np.maximum(high, 0), team=np.where(self.open, rules.team, 0))

    def _drop_impossible(self, rules: PlanRules) -> None:
        plans = self.master.pool.plans
        inside = plans.row >= 0
        too_much = (inside & (plans.days > rules.high[plans.row])).any(axis=1)
        self._forbid(np.flatnonzero(too_much & self.possible & self.open[plans.request]))

    def _solve(self, rules: PlanRules) -> bool:
        """Shares of what is still possible, after a few rounds of pricing; False where nothing is."""
        master = self.master
        for turn in range(self.rounds + 1):
            if not self._solve_rest():
                return False
            if turn == self.rounds and master.broken == 0:
                break
            added = master.generate(rules)
            if added + master.broken == 0:
                break
            self._extend()
            self.possible = np.append(self.possible, np.ones(added, dtype=bool))
        self.shares = np.zeros(len(master.pool))
        self.shares[: len(master.shares)] = master.shares
        return True


class _LargeDive(_Dive):
    """Solves only what is left, each time anew: a programme that keeps what is settled takes as long as the first."""

    def __init__(self, master: PlanMaster, batch: float, rounds: int, seed: int) -> None:
        super().__init__(master, batch, rounds, seed)
        self._before = master.pool, (master.objective, master.shares, master.row_prices)
        master.pool = master.pool.part(np.arange(len(master.pool)))

    def run(self, go_on: Callable[[], bool]) -> IntArray:
        """As any dive; the plans that it made stay its own, and the master is left as it was."""
        days = super().run(go_on)
        self.master.pool, solution = self._before
        self.master.follow(*solution)
        return days

    def _begin(self) -> bool:
        return True

    def _extend(self) -> None:
        """Nothing lives that must be told."""

    def _limit(self, plans: IntArray, upper: float, lower: float = 0.0) -> None:
        """What is possible is asked for when it is solved."""

    def _solve_rest(self) -> bool:
        is_open = self.open[self.master.pool.plans.request]
        settled, left = np.flatnonzero(self.possible & ~is_open), np.flatnonzero(self.possible & is_open)
        return solve_remainder(self.master, settled, left)


def _commit(room: Room, plans: Plans, plan: int) -> bool:
    """Engage the team of a plan, or nobody where it does not fit."""
    members = [(int(c), int(d)) for c, d in zip(plans.row[plan], plans.days[plan], strict=True) if c >= 0]
    for number, (candidate, days) in enumerate(members):
        if room.most(candidate) < days:
            for earlier, _ in members[:number]:
                room.release(earlier)
            return False
        room.commit(candidate, days)
    return True
