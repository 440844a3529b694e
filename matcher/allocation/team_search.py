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
#: Share of the candidates in part use that one branch decides on.
_BATCH = 0.04


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
    """Depth first, by the candidates that the relaxed choice uses most but not wholly.

    ``judge`` solves the master at a node: whether something is to be found there, None where that was left open.
    ``found`` is given whole answers and says whether to stop; ``nodes`` is the most that are looked at.
    """

    master: TeamMaster
    nodes: int
    judge: Callable[[Node], bool | None]
    found: Callable[[IntArray], bool]

    def run(self) -> bool:
        """Whether it came to an end: stopped by ``found``, or nothing left."""
        nobody = np.zeros(len(self.master.worth), dtype=bool)
        waiting = [Node(nobody, nobody)]
        while waiting:
            self.nodes -= 1
            node = waiting.pop()
            promising = self.judge(node) if self.nodes >= 0 else None
            if promising is None:
                return False
            if not promising:
                continue
            days = self.master.whole_answer()
            if days is None:
                waiting += self._branch(node)
            elif self.found(days):
                return True
        return True

    def _branch(self, node: Node) -> list[Node]:
        """Without the last of a few candidates, without the last but one, ..., and (looked at first) with all."""
        children = []
        for candidate in self._most_used(node):
            without, within = node.out.copy(), node.must.copy()
            without[candidate] = within[candidate] = True
            children.append(Node(without, node.must))
            node = Node(node.out, within)
        return [*children, node]

    def _most_used(self, node: Node) -> IntArray:
        """The most used open candidate, and others that are used more than half, of one request each."""
        used, request = self.master.usage(), self.master.teams.arrays.request
        open_use = np.where((used < 1 - _WHOLE) & ~node.must & ~node.out, used, 0.0)
        order = np.argsort(-open_use, kind="stable")[: max(1, int((open_use > 0.5).sum()))]
        _, first = np.unique(request[order], return_index=True)
        most = max(1, int(_BATCH * (open_use > _WHOLE).sum()))
        chosen: IntArray = order[np.sort(first)[:most]]
        return chosen
