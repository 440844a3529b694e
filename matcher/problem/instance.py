"""The instance: what a solver, a verifier and an explanation read (format ``support-matching-instance/1``).

Partners and requests are kept sorted by id, candidates by (request id, partner id); the row number of a
candidate is its name everywhere, and every tie is broken by it. Reading and refusing files is
``matcher.serialisation``'s job; an ``Instance`` is valid once it exists.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
#: Whole numbers that are held for millions of candidates and never large: in half of the memory.
SmallIntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

DEFAULT_LADDER = ("mandated", "floors", "worst_group", "value", "change", "travel")


@dataclass(frozen=True, slots=True)
class Priority:
    """A national priority: its weight (> 0) and the least share of its wanted days to be met (0..1)."""

    code: str
    weight: float
    floor: float


@dataclass(frozen=True, slots=True)
class Region:
    """A region and the least share of its wanted days to be met (0..1)."""

    code: str
    floor: float


@dataclass(frozen=True, slots=True)
class Partner:
    """A support partner: ``capacity`` is whole days for each month of the horizon."""

    id: str
    region: str
    organisation: str | None
    capacity: tuple[int, ...]
    max_concurrent: int | None
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequiredSkill:
    """A skill that a request asks for; the weights of one request add to 1."""

    skill: str
    weight: float
    essential: bool


@dataclass(frozen=True, slots=True)
class Request:
    """A support request: whole ``days`` wanted within the months ``window`` (first, last; inclusive)."""

    id: str
    organisation: str | None
    region: str
    priority: str
    provider_type: str | None
    severity: int
    days: int
    window: tuple[int, int]
    max_team: int
    mandated: bool
    excluded: tuple[str, ...]
    skills: tuple[RequiredSkill, ...]


@dataclass(frozen=True, slots=True)
class Engagement:
    """Whole days of one partner on one request, for each month of the horizon."""

    partner: str
    request: str
    days: tuple[int, ...]

    @property
    def pair(self) -> tuple[str, str]:
        """Who helps whom: partner and request by id, as pairs are written everywhere."""
        return self.partner, self.request

    @property
    def total_days(self) -> int:
        """Days of all months together."""
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the candidate table, for people; solvers read the columns."""

    partner: str
    request: str
    fit: float
    min_days: int
    max_days: int
    covers: tuple[str, ...]
    distance_km: float


@dataclass(frozen=True, eq=False)
class CandidateTable:
    """All candidates as parallel columns of length E, sorted by (request, partner).

    ``partner`` and ``request`` are positions in ``Instance.partners`` and ``Instance.requests``.
    ``covers`` holds, for row e, the slice ``cover_start[e]:cover_start[e + 1]`` of positions in the
    list of all required skills (requests in order, each request's skills in order; see
    ``Instance.skill_start``).
    """

    partner: IntArray
    request: IntArray
    fit: FloatArray
    min_days: IntArray
    max_days: IntArray
    distance_km: FloatArray
    cover_start: IntArray
    covers: IntArray

    def __len__(self) -> int:
        return len(self.partner)

    @cached_property
    def pairs(self) -> IntArray:
        """A number for each row's pair, in order: an instance with other locks or events has the same table."""
        return pair_numbers(self.partner, self.request)


def pair_numbers(partner: IntArray, request: IntArray) -> IntArray:
    """A number for each pair of positions, in the order of the table; below 0 where either is."""
    numbers: IntArray = (request << 32) + partner
    return np.where((partner < 0) | (request < 0), -1, numbers)


@dataclass(frozen=True, eq=False)
class Instance:
    """What is asked, complete: see ``spec/INSTANCE.md`` for each key and its bounds."""

    months: tuple[str, ...]
    priorities: tuple[Priority, ...]
    regions: tuple[Region, ...]
    mandated_share: float
    skill_bonus: float
    essential_is_hard: bool
    ladder: tuple[str, ...]
    partners: tuple[Partner, ...]
    requests: tuple[Request, ...]
    candidates: CandidateTable
    locked: tuple[Engagement, ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    previous: tuple[Engagement, ...] = ()

    @cached_property
    def partner_index(self) -> dict[str, int]:
        """Position of each partner id."""
        return {partner.id: position for position, partner in enumerate(self.partners)}

    @cached_property
    def request_index(self) -> dict[str, int]:
        """Position of each request id."""
        return {request.id: position for position, request in enumerate(self.requests)}

    @cached_property
    def weights(self) -> dict[str, float]:
        """National weight of each priority, by code."""
        return {priority.code: priority.weight for priority in self.priorities}

    @cached_property
    def locked_pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs whose engagements are locked."""
        return frozenset(lock.pair for lock in self.locked)

    @cached_property
    def skill_start(self) -> IntArray:
        """Length R + 1: request r's required skills are positions ``skill_start[r]:skill_start[r + 1]``."""
        counts = [len(request.skills) for request in self.requests]
        return np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int64)

    @cached_property
    def candidate_start(self) -> IntArray:
        """Length R + 1: request r's candidates are rows ``candidate_start[r]:candidate_start[r + 1]``."""
        return np.searchsorted(self.candidates.request, np.arange(len(self.requests) + 1)).astype(np.int64)

    def row_of(self, partner: str, request: str) -> int | None:
        """The candidate row of a pair, or None where the pair is no candidate."""
        position, wanted = self.partner_index.get(partner), self.request_index.get(request)
        if position is None or wanted is None:
            return None
        first, last = int(self.candidate_start[wanted]), int(self.candidate_start[wanted + 1])
        row = bisect_left(self.candidates.partner, position, first, last)
        return row if row < last and self.candidates.partner[row] == position else None

    def rows_of(self, engagements: Iterable[Engagement]) -> IntArray:
        """The candidate row of each engagement's pair, -1 where the pair is no candidate."""
        partners, requests, named = self.partner_index, self.request_index, list(engagements)
        partner = np.fromiter((partners.get(each.partner, -1) for each in named), np.int64, len(named))
        request = np.fromiter((requests.get(each.request, -1) for each in named), np.int64, len(named))
        if not len(self.candidates) or not named:
            return np.full(len(named), -1, dtype=np.int64)
        sought, pairs = pair_numbers(partner, request), self.candidates.pairs
        row = np.minimum(np.searchsorted(pairs, sought), len(pairs) - 1)
        return np.where(pairs[row] == sought, row, -1)

    def candidate(self, row: int) -> Candidate:
        """The candidate of a row, with ids in place of positions."""
        table = self.candidates
        request = self.requests[table.request[row]]
        first_skill = int(self.skill_start[table.request[row]])
        positions = table.covers[table.cover_start[row] : table.cover_start[row + 1]]
        return Candidate(
            partner=self.partners[table.partner[row]].id,
            request=request.id,
            fit=float(table.fit[row]),
            min_days=int(table.min_days[row]),
            max_days=int(table.max_days[row]),
            covers=tuple(request.skills[int(position) - first_skill].skill for position in positions),
            distance_km=float(table.distance_km[row]),
        )
