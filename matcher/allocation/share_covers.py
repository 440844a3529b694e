"""Covers of a held least share where every block has one size: few of a request's poorer candidates go together.

A request with room for k partners must reach some fit-weighted days. If its best k - m - 1 candidates and the best
m + 1 of its poorer ones together fall short, then at most m of the poorer ones can be engaged. The linear
relaxation does not see that; with these rows the exact programme hardly has to branch.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays, same
from matcher.allocation.constraints import KeyedRows
from matcher.problem.instance import FloatArray

_SLACK = 1e-9
#: Largest teams for which covers are made.
_MOST = 8


def share_covers(arrays: CandidateArrays, needed: FloatArray) -> list[KeyedRows]:
    """Rows for each m below the largest team, given the fit-weighted days that each request still needs."""
    if not len(arrays) or (arrays.low != arrays.high).any():
        return []
    ranks = _Ranks(arrays, needed)
    most = min(_MOST, int(arrays.demand.team.max(initial=0)))
    return [ranks.cover_rows(poorer) for poorer in range(most)]


class _Ranks:
    """Candidates of each request by falling worth: their rank, and worth added up in that order."""

    def __init__(self, arrays: CandidateArrays, needed: FloatArray) -> None:
        self.arrays, self.needed = arrays, needed
        request, worth = arrays.request, arrays.fit * arrays.high
        order = np.lexsort((-worth, request))
        self.count = np.bincount(request, minlength=arrays.requests)
        self.first = np.concatenate(([0], np.cumsum(self.count)[:-1]))
        self.place = np.empty(len(arrays), dtype=np.int64)
        self.place[order] = np.arange(len(arrays))
        self.total = np.concatenate(([0.0], np.cumsum(worth[order])))

    def cover_rows(self, poorer: int) -> KeyedRows:
        """At most ``poorer`` of the candidates from some rank on, request by request."""
        arrays, request = self.arrays, self.arrays.request
        best = arrays.demand.team - poorer - 1
        of_best = self.total[self.first + np.clip(best, 0, self.count)] - self.total[self.first]
        end = np.minimum(self.place + poorer + 1, (self.first + self.count)[request])
        reached = of_best[request] + self.total[end] - self.total[self.place]
        rank = self.place - self.first[request]
        short = (rank >= best[request]) & (best[request] >= 0) & (reached < self.needed[request] - _SLACK)
        start = np.full(arrays.requests, len(arrays), dtype=np.int64)
        np.minimum.at(start, request[short], rank[short])
        return KeyedRows(
            name=f"share_cover_{poorer}",
            key=np.where(rank >= start[request], request, -1),
            per_day=same(0.0, len(arrays)),
            per_engagement=same(1.0, len(arrays)),
            upper=np.full(arrays.requests, float(poorer)),
        )
