"""An allocation beside what was asked, indexed for questions: who is where, what is short, what is left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.graph import CandidateGraph
from matcher.candidates.reasons import Standing
from matcher.evidence.left_over import LeftOver
from matcher.evidence.measures import Tally, tally
from matcher.problem.instance import Engagement, FloatArray, Instance, IntArray, Request


@dataclass(frozen=True, eq=False)
class Standings:
    """What binds each of some rows: a place in ``names`` for each, the last of which says that there is room.
    ``days`` is what a row with room could give."""

    names: tuple[Standing, ...]
    code: IntArray
    days: IntArray

    def of(self, at: int) -> Standing:
        """What binds one row."""
        return self.names[int(self.code[at])]

    @property
    def has_room(self) -> NDArray[np.bool_]:
        """Whether nothing binds."""
        return np.asarray(self.code == len(self.names) - 1)


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

    def priced_engagements_of(self, partner: str) -> list[tuple[Engagement, float]]:
        """A partner's engagements with what a day is worth on each; told once, asked for many requests."""
        found = self._priced.get(partner)
        if found is None:
            mine = self.engagements_of.get(partner, [])
            rows = [self.instance.row_of(partner, each.request) for each in mine]
            if None in rows:
                raise KeyError(f"{partner} is no candidate for {mine[rows.index(None)].request}")
            found = [
                (each, self.worth_per_day(row))
                for each, row in zip(mine, rows, strict=True)
                if row is not None
            ]
            self._priced[partner] = found
        return found

    @cached_property
    def _priced(self) -> dict[str, list[tuple[Engagement, float]]]:
        return {}

    @cached_property
    def _teams(self) -> dict[str, tuple[str, ...]]:
        return self.counts.teams()

    def team_of(self, request: str, *, is_free: bool = False) -> IntArray:
        """Positions of the partners on a request; of those whose days are not locked, if ``is_free``."""
        team = [
            each
            for each in self._teams.get(request, ())
            if not (is_free and (each, request) in self.instance.locked_pairs)
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

    def worth_per_day(self, row: int) -> float:
        """What a day on a candidate adds to the level ``value``: weight, severity and fit multiplied."""
        table = self.instance.candidates
        request = self.instance.requests[table.request[row]]
        weight: float = self.instance.weights[request.priority] * request.severity
        return round(weight * float(table.fit[row]), 6)

    @cached_property
    def worth_of_rows(self) -> FloatArray:
        """What a day on each candidate adds, not rounded."""
        requests = self.instance.requests
        each = np.array([self.instance.weights[request.priority] * request.severity for request in requests])
        found: FloatArray = each[self.instance.candidates.request] * self.instance.candidates.fit
        return found

    def best_first(self, rows: IntArray) -> IntArray:
        """Candidate rows by falling fit, ties by row."""
        return rows[np.lexsort((rows, -self.instance.candidates.fit[rows]))]

    def standings(self, request: Request, rows: IntArray, days: int, places: int) -> Standings:
        """What keeps each row of a request from giving it up to ``days`` more, with ``places`` to fill."""
        table = self.instance.candidates
        partners, least = table.partner[rows], table.min_days[rows]
        left = self.left_over.days(partners, *request.window)
        everyone = np.ones(len(rows), dtype=np.bool_)
        obstacles = {
            Standing.FORBIDDEN: self._is_forbidden(partners, request),
            Standing.REQUEST_MET: everyone & (days <= 0),
            Standing.TEAM_FULL: everyone & (places <= 0),
            Standing.BLOCK_TOO_LARGE: least > days,
            Standing.CONCURRENCY_REACHED: ~self.left_over.is_open(partners, *request.window),
            Standing.COMMITTED_ELSEWHERE: left < least,
        }
        found = np.select(list(obstacles.values()), np.arange(len(obstacles)).tolist(), len(obstacles))
        most = np.minimum(np.minimum(left, table.max_days[rows]), days)
        return Standings((*obstacles, Standing.ROOM_LEFT), found, most)

    @cached_property
    def _barred(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for partner, request in sorted(self.forbidden):
            found.setdefault(request, []).append(self.instance.partner_index[partner])
        return found

    def _is_forbidden(self, partners: IntArray, request: Request) -> NDArray[np.bool_]:
        return np.isin(partners, self._barred.get(request.id, []))
