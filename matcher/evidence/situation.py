"""An allocation beside what was asked, indexed for questions: who is where, what is short, what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.graph import CandidateGraph
from matcher.candidates.reasons import Standing
from matcher.evidence.left_over import LeftOver
from matcher.evidence.measures import Tally, tally
from matcher.problem.instance import Engagement, Instance, IntArray, Request


@dataclass(frozen=True, eq=False)
class Situation:
    """The engagements of one allocation in their instance; ``graph`` is None where no snapshot is at hand."""

    instance: Instance
    engagements: tuple[Engagement, ...]
    graph: CandidateGraph | None = None

    @cached_property
    def counts(self) -> Tally:
        """Days, teams and loads of the engagements."""
        return tally(self.instance, self.engagements)

    @cached_property
    def left_over(self) -> LeftOver:
        """What every partner has left."""
        return LeftOver(self.instance, self.counts)

    @cached_property
    def days_short(self) -> IntArray:
        """Days that each request still lacks, by position."""
        days = self.counts.days
        short = [request.days - days.get(request.id, 0) for request in self.instance.requests]
        return np.array(short, dtype=np.int64)

    @cached_property
    def forbidden(self) -> frozenset[tuple[str, str]]:
        """Pairs that may not be engaged though the instance lists them."""
        return frozenset(self.instance.forbidden)

    @cached_property
    def engagements_of(self) -> dict[str, list[Engagement]]:
        """Each partner's engagements, by request id."""
        found: dict[str, list[Engagement]] = {}
        for each in sorted(self.engagements, key=lambda engagement: engagement.request):
            found.setdefault(each.partner, []).append(each)
        return found

    @cached_property
    def _teams(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for partner, request in self.counts.pairs:
            found.setdefault(request, []).append(partner)
        return found

    @cached_property
    def _locked(self) -> frozenset[tuple[str, str]]:
        return frozenset((lock.partner, lock.request) for lock in self.instance.locked)

    def team_of(self, request: str, *, is_free: bool = False) -> IntArray:
        """Positions of the partners on a request; of those whose days are not locked, if ``is_free``."""
        team = [
            each for each in self._teams.get(request, []) if not (is_free and (each, request) in self._locked)
        ]
        return np.array(sorted(self.instance.partner_index[each] for each in team), dtype=np.int64)

    @cached_property
    def _rows_by_partner(self) -> tuple[IntArray, IntArray]:
        partner = self.instance.candidates.partner
        order = np.argsort(partner, kind="stable").astype(np.int64)
        starts = np.searchsorted(partner[order], np.arange(len(self.instance.partners) + 1))
        return order, starts.astype(np.int64)

    def rows_of_partner(self, partner: int) -> IntArray:
        """The candidate rows of a partner (a position), in row order."""
        order, starts = self._rows_by_partner
        return order[starts[partner] : starts[partner + 1]]

    def rows_of_request(self, request: int) -> IntArray:
        """The candidate rows of a request (a position)."""
        start = self.instance.candidate_start
        return np.arange(start[request], start[request + 1], dtype=np.int64)

    @cached_property
    def _weights(self) -> dict[str, float]:
        return {priority.code: priority.weight for priority in self.instance.priorities}

    def worth_per_day(self, row: int) -> float:
        """What a day on a candidate adds to the level ``value``: weight, severity and fit multiplied."""
        table = self.instance.candidates
        request = self.instance.requests[table.request[row]]
        weight: float = self._weights[request.priority] * request.severity
        return round(weight * float(table.fit[row]), 6)

    def best_first(self, rows: IntArray) -> IntArray:
        """Candidate rows by falling fit, ties by row."""
        return rows[np.lexsort((rows, -self.instance.candidates.fit[rows]))]

    def standings(self, request: Request, rows: Sequence[int], days: int, places: int) -> list[Standing]:
        """What keeps each row of a request from giving it up to ``days`` more, with ``places`` to fill."""
        table = self.instance.candidates
        at = np.array(rows, dtype=np.int64)
        partners, least = table.partner[at], table.min_days[at]
        everyone = np.ones(len(at), dtype=np.bool_)
        obstacles = {
            Standing.FORBIDDEN: self._is_forbidden(partners, request),
            Standing.REQUEST_MET: everyone & (days <= 0),
            Standing.TEAM_FULL: everyone & (places <= 0),
            Standing.BLOCK_TOO_LARGE: least > days,
            Standing.CONCURRENCY_REACHED: ~self.left_over.is_open(partners, *request.window),
            Standing.COMMITTED_ELSEWHERE: self.left_over.days(partners, *request.window) < least,
        }
        found = np.select(list(obstacles.values()), np.arange(len(obstacles)).tolist(), len(obstacles))
        names = [*obstacles, Standing.ROOM_LEFT]
        return [names[each] for each in found]

    def _is_forbidden(self, partners: IntArray, request: Request) -> NDArray[np.bool_]:
        barred = [self.instance.partner_index[each] for each, other in self.forbidden if other == request.id]
        return np.isin(partners, barred)
