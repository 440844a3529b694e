"""Whole teams as columns: the tight relaxation of an assignment whose least share is given.

Each request takes one of its teams that reach the share (nobody is a team where that does), partners have their
days: what is left of the gap is only what rivals do to one another. Teams are priced exactly over all candidates, so
that each bound on choices that serve all requests is proven, at any prices, in double precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import BoolArray
from matcher.allocation.formulation import Formulation
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.team_kernel import FORBIDDEN, SLACK
from matcher.allocation.teams import Priced, TeamList, Teams
from matcher.problem.instance import FloatArray, IntArray

_TINY = 1e-7
#: Serving all requests, and proven not to, when each counts 1.
_SERVED, _MISSED = 1e-7, 1e-6
_SMOOTH = 0.6
_MOST_ROUNDS = 400
#: Prices that glide to where days last: rounds, the first step as a part of the largest worth, how steps shrink.
_GLIDES, _FIRST_STEP, _SHRINK = 60, 0.05, 0.93
#: Rules that a team keeps by itself.
_OWN_RULES = ("demand", "team", "once", "cover", "shares")


@dataclass(frozen=True, eq=False)
class Rows:
    """The rules that requests share, rows by candidates: ``matrix @ engaged <= upper``."""

    matrix: sparse.csr_matrix
    upper: FloatArray

    @property
    def are_even(self) -> bool:
        """Whether each row takes the same of all its candidates, so that no room for half a block makes the
        relaxation loose."""
        data, first = self.matrix.data, self.matrix.indptr[:-1]
        return not len(first) or bool(
            (np.maximum.reduceat(data, first) == np.minimum.reduceat(data, first)).all()
        )


def shared_rows(formulation: Formulation) -> Rows | None:
    """Partners' days and concurrency as rows over engagements; None where a rule is not of that kind."""
    arrays = formulation.arrays
    everything = np.arange(len(arrays))
    blocks, uppers = [], []
    for family in formulation.families:
        if family.name in _OWN_RULES or family.name.startswith("share_cover"):
            continue
        if len(family.side.row) or (len(family.upper) and family.upper.min() < 0):
            return None
        entries = family.entries(everything)
        data = entries.per_day * arrays.high[entries.position] + entries.per_engagement
        shape = (len(family.upper), len(arrays))
        block = sparse.csr_matrix((data, (entries.row, entries.position)), shape=shape)
        upper = _in_whole_blocks(block, family.upper)
        most = np.asarray(block.maximum(0).sum(axis=1)).ravel()
        binding = np.flatnonzero(most > upper + 1e-9)
        blocks.append(block[binding])
        uppers.append(upper[binding])
    return Rows(sparse.vstack(blocks, format="csr"), np.concatenate(uppers))


def _in_whole_blocks(block: sparse.csr_matrix, upper: FloatArray) -> FloatArray:
    """Limits as far as whole blocks can reach: three days hold one block of two, not one and a half."""
    limits = upper.copy()
    for row in range(len(upper)):
        numbers = block.data[block.indptr[row] : block.indptr[row + 1]]
        if (numbers == np.rint(numbers)).all():
            common = max(1, int(np.gcd.reduce(np.abs(numbers).astype(np.int64), initial=0)))
            limits[row] = common * np.floor(upper[row] / common + 1e-9)
    return limits


@dataclass(frozen=True, eq=False)
class Node:
    """What a branch decided: candidates that are out, and members that teams of their request must have."""

    out: BoolArray
    must: BoolArray


class TeamMaster:
    """Teams for the requests of an assignment, at the worth of each candidate and of serving a request.

    ``worth`` (by candidate) is earned with each member. ``served`` is earned with any team, so that the programme
    always has an answer; ``bound`` and ``objective`` are without it, as if every request had its team.
    """

    def __init__(
        self, teams: Teams, rows: Rows, worth: FloatArray, served: float, method: str = "primal"
    ) -> None:
        self.teams, self.rows, self.worth, self.served = teams, rows, worth, served
        self.requests = teams.arrays.requests
        self.pool = teams.none()
        self._shares = len(rows.upper)
        self._lp = LivingLp(method=method)
        self._lp.add_rows(self.limits, sparse.csr_matrix((len(self.limits), 0)))
        self._closed = np.zeros(0, dtype=bool)
        self.bound, self.objective = np.inf, 0.0
        self.values: FloatArray = np.zeros(0)
        self.prices: FloatArray = np.zeros(self._shares)
        self._centre: FloatArray | None = None
        self._glided = False
        self._missing: FloatArray | None = None

    @property
    def limits(self) -> FloatArray:
        """Of the rows that requests share, then one team for each request."""
        return np.concatenate((self.rows.upper, np.ones(self.requests)))

    def columns_of(self, teams: TeamList) -> tuple[sparse.csc_matrix, FloatArray]:
        """Coefficients of teams in all rows, and what each is worth."""
        count, inside = len(teams), teams.members >= 0
        owner = np.repeat(np.arange(count), inside.sum(axis=1))
        pick = sparse.csr_matrix(
            (np.ones(len(owner)), (owner, teams.members[inside])), shape=(count, len(self.worth))
        )
        own = sparse.csr_matrix(
            (np.ones(count), (teams.request, np.arange(count))), shape=(self.requests, count)
        )
        block = sparse.csc_matrix(sparse.vstack((self.rows.matrix @ pick.T, own)))
        block.sort_indices()
        return block, teams.add_up(self.worth) + self.served

    def add(self, teams: TeamList) -> None:
        """Columns for more teams."""
        if len(teams):
            block, profit = self.columns_of(teams)
            self._lp.add_columns(profit, np.ones(len(teams)), block)
            self.pool = TeamList.joined(self.pool, teams)
            self._closed = np.append(self._closed, np.zeros(len(teams), dtype=bool))

    def restrict(self, node: Node | None = None) -> None:
        """Only the columns that reach the share and fit what a branch decided."""
        worth, rules = self.teams.rules.worth, self.teams.rules
        closed = self.pool.add_up(worth) < rules.need[self.pool.request] - SLACK
        if node is not None:
            closed |= self.pool.any_of(node.out)
            wanted = np.bincount(self.teams.arrays.request, node.must, self.requests)
            closed |= self.pool.add_up(node.must.astype(float)) < wanted[self.pool.request] - 0.5
        changed = np.flatnonzero(closed != self._closed)
        self._lp.set_bounds(changed, np.zeros(len(changed)), (~closed[changed]).astype(float))
        self._closed = closed

    def _glide(self, go_on: Callable[[], bool]) -> None:
        """Before the programme is first solved, prices rise where more days are asked for than there are, and fall
        where fewer are: that costs little, gives a bound, and teams that leave the programme few steps to do."""
        most = float(np.abs(self.rows.matrix.data).max(initial=1.0))
        step = _FIRST_STEP * float(self.worth.max()) / most**2
        prices, seen = self.prices, [self.teams.none()]
        for turn in range(_GLIDES):
            priced = self.teams.price(self.gains(prices)) if go_on() else None
            if priced is None or not np.isfinite(priced.best).all():
                break
            self._learn(prices, priced)
            best = priced.best_of_each()
            seen += [best] if turn >= _GLIDES // 2 else []
            used = np.bincount(best.members[best.members >= 0], minlength=len(self.worth)).astype(float)
            prices = np.maximum(prices + step * (self.rows.matrix @ used - self.rows.upper), 0.0)
            step *= _SHRINK
        self.add(TeamList.once(seen))

    def _learn(self, prices: FloatArray, priced: Priced) -> None:
        """The bound at some prices, if it is the best so far."""
        bound = self._bound(prices, priced)
        if bound < self.bound:
            self.bound, self._centre, self.best_prices = bound, prices, prices

    def solve(
        self, enough: Callable[[float, float], bool], go_on: Callable[[], bool], node: Node | None = None
    ) -> bool:
        """Price teams until ``enough(bound, objective)`` or nothing is to be gained; False where it was cut."""
        self.bound, self._centre = np.inf, None
        if not self._glided and node is None and self.worth.any():
            self._glided = True
            self._glide(go_on)
        self.restrict(node)
        for _ in range(_MOST_ROUNDS):
            if not go_on() or not self._solve_lp():
                return False
            if enough(self.bound, self.objective):
                return True
            added = self._generate(node)
            if added is None:
                return False
            if added == 0 or enough(self.bound, self.objective):
                return True
        return False

    def everybody(self, go_on: Callable[[], bool], node: Node | None = None) -> bool | None:
        """Whether the relaxed choice serves all requests, where serving counts 1 and nothing else counts; None
        where that was left open. The prices that last proved that it does not are tried first."""
        if self._missing is not None and self.bound_at(self._missing, node) < -_MISSED:
            return False

        def decided(bound: float, objective: float) -> bool:
            return objective > -_SERVED or bound < -_MISSED

        if not self.solve(decided, go_on, node) or not decided(self.bound, self.objective):
            return None
        if self.objective > -_SERVED:
            return True
        self._missing = self.best_prices
        return False

    def _solve_lp(self) -> bool:
        if not len(self.pool):
            self.objective, self.values = -self.served * self.requests, np.zeros(0)
            self.prices, self._requests = np.zeros(self._shares), np.zeros(self.requests)
            return True
        if not self._lp.solve():
            return False
        self.objective, self.values = self._lp.objective - self.served * self.requests, self._lp.values
        prices = np.maximum(self._lp.prices, 0.0)
        self.prices, self._requests = prices[: self._shares], prices[self._shares :]
        return True

    def _generate(self, node: Node | None) -> int | None:
        """Price at smoothed prices, then at the master's own: teams that are new, None where pricing gave up."""
        tries = [self.prices]
        if self._centre is not None:
            tries.insert(0, _SMOOTH * self._centre + (1 - _SMOOTH) * self.prices)
        for prices in tries:
            gain = self.gains(prices, node)
            priced = self.teams.price(gain, None if node is None else node.must)
            if priced is None:
                return None
            self._learn(prices, priced)
            at_master = priced.teams.add_up(self.gains(self.prices, node)) + self.served
            new = at_master > self._requests[priced.teams.request] + _TINY
            if new.any():
                chosen = np.flatnonzero(new)
                self.add(TeamList(priced.teams.request[chosen], priced.teams.members[chosen]))
                return len(chosen)
        return 0

    def gains(self, prices: FloatArray, node: Node | None = None) -> FloatArray:
        """What each candidate adds to a team at some prices."""
        gain: FloatArray = self.worth - self.rows.matrix.T @ prices
        return gain if node is None else np.where(node.out, FORBIDDEN, gain)

    def bound_at(self, prices: FloatArray, node: Node | None = None) -> float:
        """What no choice that serves all requests can exceed, by some prices; infinite where pricing gave up."""
        priced = self.teams.price(self.gains(prices, node), None if node is None else node.must)
        return np.inf if priced is None else self._bound(prices, priced)

    def _bound(self, prices: FloatArray, priced: Priced) -> float:
        """Prices times limits, and the best team of each request."""
        return float(prices @ self.rows.upper) + float(priced.best.sum())

    def used(self) -> TeamList:
        """The teams of the relaxed choice."""
        return self.pool.chosen(np.flatnonzero(self.values > _TINY))

    def usage(self) -> FloatArray:
        """How much of each candidate the relaxed choice takes."""
        members, inside = self.pool.members[: len(self.values)], self.pool.members[: len(self.values)] >= 0
        weights = np.repeat(self.values, inside.sum(axis=1))
        return np.bincount(members[inside], weights, len(self.worth)).astype(float)

    def whole_answer(self) -> IntArray | None:
        """Days of the relaxed choice where it is whole."""
        if ((self.values > _TINY) & (self.values < 1 - _TINY)).any():
            return None
        return self.pool.days(np.flatnonzero(self.values > 0.5), self.teams.arrays)
