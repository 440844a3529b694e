"""An assignment by whole teams: which least shares can be reached at all, answers that reach them, the best total.

The relaxation over teams is nearly whole, so that an answer is mostly read from it or from a small programme over
the teams that it priced. The best total is proven over all teams that could still be in a better choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Formulation
from matcher.allocation.highs_engine import is_available
from matcher.allocation.share_targets import whole_step
from matcher.allocation.team_master import Node, Rows, TeamMaster, shared_rows
from matcher.allocation.team_search import Branching, best_choice
from matcher.allocation.teams import TeamList, Teams
from matcher.problem.instance import FloatArray, IntArray

#: What serving a request counts against the most that a team can be worth: little is left out for what others gain.
_URGENT = 1_000.0
#: Of the solver's tolerance, and of double precision where some thousand numbers are added up.
_CLOSED, _ROUNDING = 1e-9, 1e-11
#: A dive for a good answer: nodes beside one for each request, dead ends that the first may leave (half as many after
#: each that found nothing), how exact each node is, and which part of the relaxed total is worth a look.
_FIRST_NODES, _MISSES, _ROUGH, _DIVE = 60, 60, 1e-6, 0.95
_FEW_NODES, _MORE_NODES, _PROOF_NODES = 100, 300, 4_000
#: What asking for a share may cost, as nodes times requests, and the nodes that are always looked at: where it finds
#: something it does so soon.
_ASKING, _LEAST_NODES = 40_000, 150
#: Teams over which a total is argued to the end, teams that are few, and where these are sought: at that part of what
#: is open at least, and how much deeper each time.
_MOST_TEAMS, _FEW_TEAMS, _SHALLOW, _DEEPER = 6_000, 1_500, 200.0, 4.0

GoOn = Callable[[], bool]
LimitsOf = Callable[[int], Limits]


@dataclass
class _Best:
    """The best days so far and their total, without what is fixed."""

    days: IntArray
    worth: float


class TeamWays:
    """The teams of an assignment. ``go_on`` is asked before each round of pricing."""

    go_on: GoOn
    limits: LimitsOf

    def __init__(self, teams: Teams, rows: Rows) -> None:
        arrays = teams.arrays
        self.arrays, self.teams = arrays, teams
        self.attend(lambda: True, lambda nodes: Limits(nodes=nodes))
        worth = arrays.day_value * arrays.high
        largest, total = teams.largest * float(worth.max(initial=0.0)), float(worth.sum())
        self._any = TeamMaster(teams, rows, np.zeros(len(arrays)), 1.0, "interior")
        self._best = TeamMaster(teams, rows, worth, min(total, _URGENT * largest) + 1.0)
        self._step = whole_step(worth)
        self._nodes = _FEW_NODES + 3 * int(arrays.demand.team.sum())
        self._asked = min(self._nodes, max(_LEAST_NODES, _ASKING // max(1, arrays.requests)))
        self._patience = _MISSES
        self._is_even = rows.are_even

    def attend(self, go_on: GoOn, limits: LimitsOf) -> None:
        """From now on ask this before each round of pricing, and keep exact programmes within these limits."""
        self.go_on, self.limits = go_on, limits

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
        shares = demand.fit_days[request] / demand.wanted[request] + worth
        return max(share, float(shares.min(initial=np.inf))), True

    def seek(self, share: float) -> IntArray | None:
        """Days that reach a share, by a dive for a good total; None where it ends without, which proves nothing."""
        self.teams.reach(share)
        self._best.add(self._any.used())
        if not self._price(share):
            return None
        answers, found = self._catch(share)
        least = _DIVE * self._best.bound
        nodes = _FIRST_NODES + self.arrays.requests
        ends = iter(range(self._patience))

        def judge(node: Node) -> bool | None:
            is_worth = self._is_worth(least, node)
            return None if is_worth is False and next(ends, None) is None else is_worth

        if not Branching(self._best, nodes, judge, found).run():
            self._patience //= 2
        return answers[0] if answers else None

    def ask(self, share: float) -> tuple[IntArray | None, bool]:
        """Days that reach a share, by branching; or None and whether it is proven that there are none."""
        self.teams.reach(share)
        answers, found = self._catch(share)

        def judge(node: Node) -> bool | None:
            return self._any.everybody(self.go_on, node)

        ended = Branching(self._any, self._asked, judge, found).run()
        return (answers[0], True) if answers else (None, ended)

    def _catch(self, share: float) -> tuple[list[IntArray], Callable[[IntArray], bool]]:
        """A place for days that reach a share, and what puts them there."""
        answers: list[IntArray] = []

        def found(days: IntArray) -> bool:
            answers.extend([days] if self._reaches(days, share) else [])
            return bool(answers)

        return answers, found

    def _is_worth(self, least: float, node: Node) -> bool | None:
        """Whether a relaxed choice of such worth that serves all requests is to be found at a node; None (which ends
        a dive) where that was left open."""

        def closed(bound: float, objective: float) -> bool:
            return bound < least or bound - objective <= _ROUGH * abs(objective)

        return (self._best.bound >= least) if self._best.solve(closed, self.go_on, node) else None

    def total(
        self, share: float, days: IntArray, told: Callable[[float], None] = lambda _: None
    ) -> tuple[IntArray, float | None]:
        """The best days for the total with a least share, no worse than ``days``, and a proven bound (None: none).

        ``told`` hears a bound that is proven before whole choices are argued over, which may take long.
        """
        choice = _Best(days, self.worth(days))
        is_priced, bound = self._price(share), self._best.bound
        if not np.isfinite(bound):
            return days, None
        told(bound)
        if not is_priced:
            return days, bound
        gain = self._best.gains(self._best.best_prices)

        def is_argued() -> bool:
            return self._open_gap(bound, choice.worth) <= 0 or self._argue(share, choice, gain, bound)

        is_proven = is_argued()
        for first_only in (True, False):
            if not is_proven:
                ended = self._improve(share, choice, first_only=first_only)
                is_proven = (ended and not first_only) or is_argued()
        return choice.days, choice.worth if is_proven else bound

    def _improve(self, share: float, choice: _Best, *, first_only: bool) -> bool:
        """Branch for better totals; whether nothing is left (or the first was found, where that is enough).

        A choice that leaves a request out, because others gain more than serving counts, hides complete ones.
        """

        def judge(node: Node) -> bool | None:
            def closed(bound: float, objective: float) -> bool:
                is_hopeless = self._open_gap(bound, choice.worth) <= 0
                return is_hopeless or bound - objective <= _CLOSED * abs(objective)

            if not self._best.solve(closed, self.go_on, node):
                return None
            return self._open_gap(self._best.bound, choice.worth) > 0

        def found(days: IntArray) -> bool:
            self._take(share, choice, days)
            complete.append(self._reaches(days, share))
            return first_only or not complete[-1]

        complete: list[bool] = []
        most = self._nodes if first_only else _MORE_NODES
        nodes = most if self._is_even else min(most, _FEW_NODES)
        return Branching(self._best, nodes, judge, found).run() and all(complete)

    def _argue(self, share: float, choice: _Best, gain: FloatArray, bound: float) -> bool:
        """Over all teams that a better choice could have; whether that ended with a proof.

        Where they are many, first over those that cost least: a better choice leaves fewer to argue about.
        """
        priced = self.teams.price(gain)
        if priced is None:
            return False

        def within(depth: float, most: int) -> TeamList | None:
            floor = priced.best - depth - _ROUNDING * max(1.0, abs(choice.worth))
            return self.teams.all_above(gain, floor, most)

        left = self._open_gap(bound, choice.worth)
        depth = left
        while depth > left / _SHALLOW and within(depth, _FEW_TEAMS) is None:
            depth /= _DEEPER
        while True:
            teams = within(depth, _MOST_TEAMS)
            if teams is None:
                return False
            nodes = _PROOF_NODES if depth >= left else _MORE_NODES
            found, answer = best_choice(self._best, teams, self.limits(nodes))
            if found is not None:
                self._take(share, choice, found)
            left = self._open_gap(bound, choice.worth)
            if not answer.proven or left <= depth:
                return answer.proven and (found is None or self._reaches(found, share))
            depth = min(left, _DEEPER * depth)

    def _take(self, share: float, choice: _Best, days: IntArray) -> None:
        if self._reaches(days, share) and self.worth(days) > choice.worth:
            choice.days, choice.worth = days, self.worth(days)

    def worth(self, days: IntArray) -> float:
        """The total of days, without what is fixed."""
        return float(self.arrays.day_value @ days)

    def _price(self, share: float) -> bool:
        """The relaxed best total with a least share, to the end; whether it got there."""
        self.teams.reach(share)

        def closed(bound: float, objective: float) -> bool:
            return bound - objective <= _CLOSED * abs(objective)

        return self._best.solve(closed, self.go_on)

    def _reaches(self, days: IntArray, share: float) -> bool:
        demand = self.arrays.demand
        worth = np.bincount(self.arrays.request, self.arrays.fit * days, self.arrays.requests)
        return bool(((demand.fit_days + worth) / demand.wanted >= share - _CLOSED).all())

    def _open_gap(self, bound: float, worth: float) -> float:
        """What could still be gained, with room for rounding; 0 where nothing can."""
        rounding = _ROUNDING * max(1.0, abs(worth))
        least = max(rounding, self._step - max(rounding, 1e-3 * self._step))
        return bound - worth if bound - worth > least else 0.0


def team_ways(arrays: CandidateArrays, formulation: Formulation) -> TeamWays | None:
    """The ways by teams; None where a rule that is held ties requests together otherwise, or teams are large."""
    teams = Teams(arrays)
    if not is_available() or not teams.is_possible or arrays.essential_is_hard:
        return None
    rows = shared_rows(formulation)
    return None if rows is None else TeamWays(teams, rows)
