"""Partner cuts as data: for each cut a partner and a table of coefficients by days, for each span class or candidate.

A *span class* of a partner is a pair of first and last month that some of its candidates have. A cut says:
over its engagements, the coefficients of (span class, days) or of (candidate, days) add to at most 1. Blocks of
``DAYS`` days or more have no coefficient, which is always allowed.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.ranges import ragged
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

#: Cuts look at blocks of fewer days than this.
DAYS = 64


class SpanClasses:
    """Span classes of all partners: ``start`` (P + 1) and their months."""

    def __init__(self, arrays: CandidateArrays) -> None:
        months = arrays.months
        key = (arrays.partner * months + arrays.first) * months + arrays.last
        unique, of_candidate = np.unique(key, return_inverse=True)
        self._of_candidate = of_candidate.astype(np.int32)
        self.partner: IntArray = unique // (months * months)
        self.first: IntArray = unique // months % months
        self.last: IntArray = unique % months
        self.start: IntArray = np.searchsorted(self.partner, np.arange(arrays.partners + 1))

    def of(self, candidate: IntArray) -> IntArray:
        """The class of each candidate asked for."""
        classes: IntArray = self._of_candidate[candidate].astype(np.int64)
        return classes

    def count(self, partner: IntArray) -> IntArray:
        """Number of classes of each partner asked for."""
        return self.start[partner + 1] - self.start[partner]


class CutPool:
    """All cuts found, in order. Candidates of partner p are ``by_partner[start[p]:start[p + 1]]``."""

    def __init__(self, arrays: CandidateArrays) -> None:
        self.classes = SpanClasses(arrays)
        self._candidate_partner = arrays.partner
        self.by_partner: SmallIntArray = np.argsort(arrays.partner, kind="stable").astype(np.int32)
        numbers = np.arange(arrays.partners + 1)
        self.start: IntArray = np.searchsorted(arrays.partner[self.by_partner], numbers)
        self._position = np.empty(len(arrays), dtype=np.int32)
        self._position[self.by_partner] = np.arange(len(arrays)) - np.repeat(
            self.start[:-1], np.diff(self.start)
        )
        self.partner: IntArray = np.zeros(0, dtype=np.int64)
        self._offset: IntArray = np.zeros(0, dtype=np.int64)
        self._is_fine: BoolArray = np.zeros(0, dtype=bool)
        self._parts: list[FloatArray] = [np.zeros((0, DAYS))]
        self._length = 0

    def __len__(self) -> int:
        return len(self.partner)

    def candidates(self, partner: int) -> IntArray:
        """Candidates of a partner, by number."""
        return self.by_partner[self.start[partner] : self.start[partner + 1]].astype(np.int64)

    def add(self, partner: int, table: FloatArray, *, by_candidate: bool = False) -> None:
        """A cut of a partner: coefficients by (its span class, days), or by (its candidate, days)."""
        self.partner = np.append(self.partner, partner)
        self._offset = np.append(self._offset, self._length)
        self._is_fine = np.append(self._is_fine, by_candidate)
        self._parts.append(table)
        self._length += len(table)

    @property
    def _tables(self) -> FloatArray:
        """The tables of all cuts below one another: put together when they are asked for, not at each cut."""
        if len(self._parts) > 1:
            self._parts = [np.concatenate(self._parts)]
        return self._parts[0]

    def coefficients(self, candidate: IntArray, days: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """(cut, position, coefficient), other than 0, of engagements of candidates with days."""
        order = np.argsort(self.partner, kind="stable")
        sorted_partner = self.partner[order]
        partner = self._candidate_partner[candidate]
        begin = np.searchsorted(sorted_partner, partner)
        position, index = ragged(begin, np.searchsorted(sorted_partner, partner, side="right"))
        cut = order[index]
        fine, coarse = self._position[candidate], self._class_place(candidate)
        row = self._offset[cut] + np.where(self._is_fine[cut], fine[position], coarse[position])
        number = days[position]
        value = np.where(number < DAYS, self._tables[row, np.minimum(number, DAYS - 1)], 0.0)
        kept = value > 0
        return cut[kept], position[kept], value[kept]

    def _class_place(self, candidate: IntArray) -> IntArray:
        """Position of each candidate's span class among those of its partner."""
        first = self.classes.start[self._candidate_partner[candidate]]
        return self.classes.of(candidate) - first

    def charges(self, prices: FloatArray) -> tuple[SmallIntArray, FloatArray]:
        """What prices of the cuts charge: a row of the table for each candidate (-1: none), and the table."""
        priced = np.flatnonzero(prices > 1e-12)
        if not len(priced):
            return np.full(len(self._position), -1, dtype=np.int32), np.zeros((1, DAYS))
        partners = np.unique(self.partner[priced])
        is_fine = np.zeros(len(self.start) - 1, dtype=bool)
        is_fine[self.partner[priced[self._is_fine[priced]]]] = True
        sizes = np.where(is_fine[partners], np.diff(self.start)[partners], self.classes.count(partners))
        base = np.full(len(is_fine), -1, dtype=np.int64)
        base[partners] = np.cumsum(sizes) - sizes
        table = np.zeros((max(1, int(sizes.sum())), DAYS))
        for cut in priced.tolist():
            coefficients = self._table_of(cut, by_candidate=bool(is_fine[self.partner[cut]]))
            row = base[self.partner[cut]]
            table[row : row + len(coefficients)] += prices[cut] * coefficients
        candidates = np.arange(len(self._position))
        owner = self._candidate_partner
        place = np.where(is_fine[owner], self._position, self._class_place(candidates))
        return np.where(base[owner] >= 0, base[owner] + place, -1).astype(np.int32), table

    def _table_of(self, cut: int, *, by_candidate: bool) -> FloatArray:
        """Coefficients of a cut by span class or by candidate, as it is kept or spread over candidates."""
        partner, offset = int(self.partner[cut]), self._offset[cut]
        if self._is_fine[cut]:
            return self._tables[offset : offset + self.start[partner + 1] - self.start[partner]]
        if by_candidate:
            spread: FloatArray = self._tables[offset + self._class_place(self.candidates(partner))]
            return spread
        return self._tables[offset : offset + int(self.classes.count(np.array(partner)))]
