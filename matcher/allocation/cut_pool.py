"""Partner cuts as data: for each cut a partner and a table of coefficients by span and days.

A *span class* of a partner is a pair of first and last month that some of its candidates have. A cut says:
over its engagements, the coefficients of (span class, days) add to at most 1. Blocks of ``DAYS`` days
or more have no coefficient, which is always allowed.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.problem.instance import FloatArray, IntArray

#: Cuts look at blocks of fewer days than this.
DAYS = 31


class SpanClasses:
    """Span classes of all partners: ``start`` (P + 1), their months, and the class of each candidate."""

    def __init__(self, arrays: CandidateArrays) -> None:
        months = arrays.months
        key = (arrays.partner * months + arrays.first) * months + arrays.last
        unique, self.of_candidate = np.unique(key, return_inverse=True)
        self.partner: IntArray = unique // (months * months)
        self.first: IntArray = unique // months % months
        self.last: IntArray = unique % months
        self.start: IntArray = np.searchsorted(self.partner, np.arange(arrays.partners + 1))

    def count(self, partner: IntArray) -> IntArray:
        """Number of classes of each partner asked for."""
        return self.start[partner + 1] - self.start[partner]


class CutPool:
    """All cuts found, in order."""

    def __init__(self, arrays: CandidateArrays) -> None:
        self.classes = SpanClasses(arrays)
        self._candidate_partner = arrays.partner
        self.partner: IntArray = np.zeros(0, dtype=np.int64)
        self._offset: IntArray = np.zeros(0, dtype=np.int64)
        self._tables: FloatArray = np.zeros((0, DAYS))

    def __len__(self) -> int:
        return len(self.partner)

    def add(self, partner: int, table: FloatArray) -> None:
        """A cut of a partner: coefficients by (its span class, days)."""
        self.partner = np.append(self.partner, partner)
        self._offset = np.append(self._offset, len(self._tables))
        self._tables = np.concatenate((self._tables, table))

    def coefficients(self, candidate: IntArray, days: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """(cut, position, coefficient), other than 0, of engagements of candidates with days."""
        order = np.argsort(self.partner, kind="stable")
        sorted_partner = self.partner[order]
        partner = self._candidate_partner[candidate]
        begin = np.searchsorted(sorted_partner, partner)
        length = np.searchsorted(sorted_partner, partner, side="right") - begin
        position = np.repeat(np.arange(len(candidate)), length)
        index = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
        cut = order[index + np.repeat(begin, length)]
        place = self.classes.of_candidate[candidate] - self.classes.start[partner]
        row = self._offset[cut] + place[position]
        number = days[position]
        value = np.where(number < DAYS, self._tables[row, np.minimum(number, DAYS - 1)], 0.0)
        kept = value > 0
        return cut[kept], position[kept], value[kept]

    def charges(self, prices: FloatArray) -> tuple[IntArray, FloatArray]:
        """What prices of the cuts charge: a row of the table for each candidate (-1: none), and the table."""
        priced = np.flatnonzero(prices > 1e-12)
        partners = np.unique(self.partner[priced])
        sizes = self.classes.count(partners)
        base = np.full(len(self.classes.start) - 1, -1, dtype=np.int64)
        base[partners] = np.cumsum(sizes) - sizes
        table = np.zeros((max(1, int(sizes.sum())), DAYS))
        for cut in priced:
            size = int(self.classes.count(self.partner[cut]))
            at, row = self._offset[cut], base[self.partner[cut]]
            table[row : row + size] += prices[cut] * self._tables[at : at + size]
        place = self.classes.of_candidate - self.classes.start[self._candidate_partner]
        of_partner = base[self._candidate_partner]
        return np.where(of_partner >= 0, of_partner + place, -1), table
