"""Whole choices of teams: exact programmes over some of them, and branching on who serves whom.

Both end with an answer, with a proof that there is none, or at their limit with neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.backends import Exact, Limits, highs_exact
from matcher.allocation.programme import Programme
from matcher.allocation.team_master import Node, TeamMaster
from matcher.allocation.teams import TeamList
from matcher.problem.instance import IntArray

_WHOLE = 1e-6


def best_choice(master: TeamMaster, teams: TeamList, limits: Limits) -> tuple[IntArray | None, Exact]:
    """The best choice among some teams, as days on all candidates; partial where a request is better left out."""
    matrix, profit = master.columns_of(teams)
    count = len(teams)
    programme = Programme(
        profit=profit,
        matrix=matrix,
        row_upper=master.limits,
        lower=np.zeros(count),
        upper=np.ones(count),
        whole=np.ones(count, dtype=bool),
    )
    answer = highs_exact(programme, limits)
    if answer.columns is None:
        return None, answer
    return teams.days(np.flatnonzero(answer.columns > 0.5), master.teams.arrays), answer


@dataclass
class Branching:
    """Depth first, by the candidate that the relaxed choice uses most but not wholly; everybody must be served.

    ``go_on`` is asked before each round of pricing; ``nodes`` is the most that are looked at.
    """

    master: TeamMaster
    nodes: int
    go_on: Callable[[], bool]

    def run(self) -> tuple[IntArray | None, bool]:
        """Days where all requests have a team, or None and whether it is proven that there are none."""
        nobody = np.zeros(len(self.master.worth), dtype=bool)
        waiting = [Node(nobody, nobody)]
        while waiting:
            self.nodes -= 1
            node = waiting.pop()
            served = self.master.everybody(self.go_on, node) if self.nodes >= 0 else None
            if served is None:
                return None, False
            if not served:
                continue
            days = self.master.whole_answer()
            if days is not None:
                return days, True
            waiting += self._branch(node)
        return None, True

    def _branch(self, node: Node) -> list[Node]:
        """Without the candidate, and (looked at first) with it."""
        used = self.master.usage()
        open_use = np.where((used < 1 - _WHOLE) & ~node.must & ~node.out, used, 0.0)
        candidate = int(open_use.argmax())
        without, within = node.out.copy(), node.must.copy()
        without[candidate] = within[candidate] = True
        return [Node(without, node.must), Node(node.out, within)]
