"""Who could help whom in a synthetic instance: a sparse product over the skills asked for and held.

The product is taken a region (or an ICB) at a time; there is no loop over pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from scipy import sparse

from matcher.problem.instance import FloatArray, IntArray
from matcher.synthetic.geography import ICBS, KILOMETRES_A_DEGREE, REGIONS, Geography
from matcher.synthetic.network import BoolArray, Partners, Requests
from matcher.synthetic.scales import Reach

SMALLEST_BLOCK: Final = 3
_LEVELS: Final = 5
_PAIRS_AT_ONCE: Final = 40_000_000


@dataclass(frozen=True, eq=False)
class Pairs:
    """Candidates as columns."""

    request: IntArray
    partner: IntArray
    fit: FloatArray
    min_days: IntArray
    max_days: IntArray
    distance_km: FloatArray

    def taken(self, rows: IntArray | BoolArray) -> Pairs:
        """These rows of every column."""
        return Pairs(*(getattr(self, column.name)[rows] for column in fields(self)))


@dataclass(frozen=True, eq=False)
class Pairing:
    """Everything that decides who is a candidate, and how well the pair fits."""

    geography: Geography
    partners: Partners
    requests: Requests
    reach: IntArray
    seed: int

    def candidates(self, best: int | None, by_icb: bool) -> Pairs:
        """All candidates, sorted by request and partner; with ``best``, only so many of each request."""
        asked = self._asked_levels()
        held = self._held_levels()
        found: list[Pairs] = []
        for requests, near in self._areas(by_icb):
            helpers = held[near].T.tocsr()
            for some in np.array_split(requests, max(1, len(requests) * len(near) // _PAIRS_AT_ONCE)):
                product = (asked[some] @ helpers).tocoo()
                row, column = product.coords
                pairs = self._judged(some[row], near[column], product.data)
                found.append(pairs if best is None else _best_of_each(pairs, best))
        every = Pairs(*(np.concatenate([getattr(p, c.name) for p in found]) for c in fields(Pairs)))
        return every.taken(np.lexsort((every.partner, every.request)))

    def _areas(self, by_icb: bool) -> Iterator[tuple[IntArray, IntArray]]:
        """Requests of one region (or ICB), and the partners whose reach comes near it."""
        region = self.geography.region[self.requests.trust]
        icb = self.geography.icb[self.requests.trust]
        for area in range(ICBS if by_icb else REGIONS):
            requests = np.flatnonzero((icb if by_icb else region) == area)
            if len(requests):
                home = self.geography.icb_region[area] if by_icb else area
                local = self.partners.icb == area if by_icb else self.partners.region == home
                yield requests, np.flatnonzero(self._reaches(int(home), local))

    def _reaches(self, region: int, local: BoolArray) -> BoolArray:
        reaches: BoolArray = (
            (self.reach == Reach.NATIONAL)
            | ((self.reach == Reach.NEIGHBOURS) & self.geography.touches[self.partners.region, region])
            | ((self.reach == Reach.REGION) & (self.partners.region == region))
            | ((self.reach == Reach.ICB) & local)
        )
        return reaches

    def _held_levels(self) -> sparse.csr_array:
        """One where a partner holds a skill at a level or above it: partners by (skill, level)."""
        held = self.partners.levels.tocoo()
        partner, skill = held.coords
        level = np.arange(held.data.sum()) - np.repeat(np.cumsum(held.data) - held.data, held.data) + 1
        cells = (np.repeat(partner, held.data), np.repeat(skill, held.data) * _LEVELS + level)
        shape = (held.shape[0], held.shape[1] * _LEVELS)
        return sparse.csr_array((np.ones(len(level), np.float32), cells), shape=shape)

    def _asked_levels(self) -> sparse.csr_array:
        """The weight of each skill at the level asked for: requests by (skill, level)."""
        skills = self.requests.skills
        cells = (skills.request, skills.skill * _LEVELS + skills.level)
        shape = (len(self.requests.days), self.partners.levels.shape[1] * _LEVELS)
        return sparse.csr_array((skills.weight.astype(np.float32), cells), shape=shape)

    def _judged(self, request: IntArray, partner: IntArray, covered: FloatArray) -> Pairs:
        """The pairs that keep every rule, with their days, distance and fit."""
        rows = np.flatnonzero(self._is_eligible(request, partner))
        request, partner, covered = request[rows], partner[rows], covered[rows]
        days = self.requests.days[request]
        most = np.minimum(self._days_in_window(request, partner), days)
        least = np.minimum(SMALLEST_BLOCK, days)
        apart = self.geography.place[self.requests.trust[request]] - self.partners.place[partner]
        distance = np.sqrt(((apart * KILOMETRES_A_DEGREE) ** 2).sum(axis=1))
        fit = 0.25 + 0.5 * covered + 0.25 * self._experience(request, partner) - 0.0004 * distance
        pairs = Pairs(request, partner, np.clip(fit, 0.05, 1), least, most, distance)
        return pairs.taken(most >= least)

    def _is_eligible(self, request: IntArray, partner: IntArray) -> BoolArray:
        trust = self.requests.trust[request]
        elsewhere = (self.reach[partner] == Reach.ICB) & (
            self.partners.icb[partner] != self.geography.icb[trust]
        )
        begin, end = self._months_in_common(request, partner)
        eligible: BoolArray = (self.partners.own_trust[partner] != trust) & ~elsewhere & (begin <= end)
        return eligible

    def _months_in_common(self, request: IntArray, partner: IntArray) -> tuple[IntArray, IntArray]:
        begin = np.maximum(self.requests.first_month[request], self.partners.first_month[partner])
        return begin, np.minimum(self.requests.last_month[request], self.partners.last_month[partner])

    def _days_in_window(self, request: IntArray, partner: IntArray) -> IntArray:
        begin, end = self._months_in_common(request, partner)
        capacity = self.partners.capacity
        total = np.concatenate((np.zeros((len(capacity), 1), np.int64), np.cumsum(capacity, axis=1)), axis=1)
        days: IntArray = total[partner, end + 1] - total[partner, begin]
        return days

    def _experience(self, request: IntArray, partner: IntArray) -> FloatArray:
        """A number from 0 to 1 that belongs to the pair and the seed, whatever the order of rows."""
        return ((partner * 2_654_435_761 + request * 40_503 + self.seed) % 1000) / 1000.0


def _best_of_each(pairs: Pairs, best: int) -> Pairs:
    """The best pairs of each request by fit."""
    order = np.lexsort((-pairs.fit, pairs.request))
    request = pairs.request[order]
    place = np.arange(len(order)) - np.searchsorted(request, request)
    return pairs.taken(order[place < best])
