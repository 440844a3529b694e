"""Hard rules as families of rows, each row "at most", over days and engagements of the free candidates.

A family knows the coefficients of any candidates that are asked for (column generation and neighbourhoods
take few of them) and, the other way, what prices on its rows charge *every* candidate in one vectorised pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from matcher.allocation.arrays import CandidateArrays, same, same_of
from matcher.allocation.ranges import ragged
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

_NO_ROWS = np.zeros(0, dtype=np.int64)
_NO_NUMBERS = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Entries:
    """Coefficients: ``row`` of the family, ``position`` among the candidates asked for."""

    row: IntArray
    position: IntArray
    per_day: FloatArray
    per_engagement: FloatArray


@dataclass(frozen=True, eq=False)
class SideEntries:
    """Coefficients of the other columns (cover, support, days short, least share): row, column, number."""

    row: IntArray = field(default_factory=lambda: _NO_ROWS)
    column: IntArray = field(default_factory=lambda: _NO_ROWS)
    coefficient: FloatArray = field(default_factory=lambda: _NO_NUMBERS)


class Family(Protocol):
    """Rows of one kind: coefficients times columns are at most ``upper``."""

    @property
    def name(self) -> str:
        """What prices of these rows are kept under."""

    @property
    def upper(self) -> FloatArray:
        """Right-hand sides."""

    @property
    def side(self) -> SideEntries:
        """Coefficients of the columns that are no candidates."""

    def entries(self, chosen: IntArray) -> Entries:
        """Coefficients of the chosen candidates."""
        ...

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What prices (one for each row, 0 or more) charge every candidate, per day and per engagement."""
        ...


@dataclass(frozen=True, eq=False)
class KeyedRows:
    """One row for each candidate: demand, team, mandated days, fit-weighted shares. It is ``key``, or what
    ``row_of`` has in that place; none below 0."""

    name: str
    key: IntArray
    per_day: FloatArray
    per_engagement: FloatArray
    upper: FloatArray
    side: SideEntries = field(default_factory=SideEntries)
    row_of: IntArray | None = None

    def entries(self, chosen: IntArray) -> Entries:
        row = self.key[chosen] if self.row_of is None else self.row_of[self.key[chosen]]
        position = np.flatnonzero(row >= 0)
        kept = chosen[position]
        return Entries(row[position], position, self.per_day[kept], self.per_engagement[kept])

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        price = np.append(prices, 0.0)
        price = (price if self.row_of is None else price[self.row_of])[self.key]
        return _times(price, self.per_day), _times(price, self.per_engagement)


@dataclass(frozen=True, eq=False)
class IncidenceRows:
    """Several rows for a candidate, engagements only: cover, and hard essential skills.

    ``start`` has length E + 1; candidate e is in rows ``row[start[e]:start[e + 1]]`` with ``coefficient``, and
    is ``candidate`` of each of them.
    """

    name: str
    start: IntArray | SmallIntArray
    candidate: IntArray | SmallIntArray
    row: IntArray
    coefficient: float
    upper: FloatArray
    side: SideEntries = field(default_factory=SideEntries)

    def entries(self, chosen: IntArray) -> Entries:
        position, index = ragged(self.start[chosen], self.start[chosen + 1])
        ones = np.full(len(index), self.coefficient)
        return Entries(self.row[index], position, np.zeros(len(index)), ones)

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        count = len(self.start) - 1
        total = np.bincount(self.candidate, (self.coefficient * prices)[self.row], count)
        return same(0.0, count), total.astype(float, copy=False)


@dataclass(frozen=True, eq=False)
class GroupRows:
    """Days of each group (priorities, then regions), counted negatively: at least a need. Every candidate is in
    the rows of its request's priority and region."""

    arrays: CandidateArrays
    name: str
    upper: FloatArray
    side: SideEntries = field(default_factory=SideEntries)

    def entries(self, chosen: IntArray) -> Entries:
        demand, request = self.arrays.demand, self.arrays.request[chosen]
        row = np.concatenate((demand.priority[request], demand.region[request]))
        position = np.concatenate((np.arange(len(chosen)), np.arange(len(chosen))))
        return Entries(row, position, -np.ones(len(row)), np.zeros(len(row)))

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        demand = self.arrays.demand
        of_request = prices[demand.priority] + prices[demand.region]
        return (-of_request)[self.arrays.request], same(0.0, len(self.arrays))


@dataclass(frozen=True, eq=False)
class ConcurrencyRows:
    """Engagements of a partner whose span holds a month: at most its places. Row p * M + m."""

    arrays: CandidateArrays
    name: str = "concurrency"
    side: SideEntries = field(default_factory=SideEntries)

    @cached_property
    def upper(self) -> FloatArray:
        return self.arrays.supply.places.ravel().astype(float)

    def entries(self, chosen: IntArray) -> Entries:
        arrays = self.arrays
        first = arrays.first[chosen]
        position, month = ragged(first, arrays.last[chosen] + 1)
        row = arrays.partner[chosen][position] * arrays.months + month
        return Entries(row, position, np.zeros(len(row)), np.ones(len(row)))

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        arrays = self.arrays
        by_month = prices.reshape(arrays.partners, arrays.months)
        total = np.concatenate((np.zeros((arrays.partners, 1)), np.cumsum(by_month, axis=1)), axis=1)
        sums = total[arrays.partner, arrays.last + 1] - total[arrays.partner, arrays.first]
        return same(0.0, len(arrays)), sums


@dataclass(frozen=True, eq=False)
class IntervalRows:
    """Days of engagements that lie inside months i to j: at most the capacity of these months.

    Row (p * M + i) * M + j. Exact for spans that are intervals (MODEL.md, rule 5). Only rows where i starts a
    span and j ends one are given: the others follow from them.
    """

    arrays: CandidateArrays
    name: str = "intervals"
    side: SideEntries = field(default_factory=SideEntries)

    @cached_property
    def upper(self) -> FloatArray:
        return self.arrays.supply.interval_days.ravel().astype(float)

    def entries(self, chosen: IntArray) -> Entries:
        arrays, months = self.arrays, self.arrays.months
        partner, first, last = arrays.partner[chosen], arrays.first[chosen], arrays.last[chosen]
        starts = np.zeros((arrays.partners, months), dtype=bool)
        ends = np.zeros((arrays.partners, months), dtype=bool)
        starts[partner, first] = True
        ends[partner, last] = True
        rows, positions = [_NO_ROWS], [_NO_ROWS]
        for i in range(months):
            begun = np.flatnonzero((first >= i) & starts[partner, i])
            for j in range(i, months):
                position = begun[(last[begun] <= j) & ends[partner[begun], j]]
                rows.append((partner[position] * months + i) * months + j)
                positions.append(position)
        row, position = np.concatenate(rows), np.concatenate(positions)
        return Entries(row, position, np.ones(len(row)), np.zeros(len(row)))

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        arrays = self.arrays
        table = prices.reshape(arrays.partners, arrays.months, arrays.months)
        sums = np.cumsum(table, axis=1)
        sums = np.cumsum(sums[:, :, ::-1], axis=2)[:, :, ::-1]
        return sums[arrays.partner, arrays.first, arrays.last], same(0.0, len(arrays))


@dataclass(frozen=True, eq=False)
class SingleRow:
    """One row over all candidates, ``coefficient`` times some columns: a level that is held."""

    name: str
    per_day: FloatArray
    per_engagement: FloatArray
    coefficient: float
    upper: FloatArray
    side: SideEntries = field(default_factory=SideEntries)

    def entries(self, chosen: IntArray) -> Entries:
        per_day = self.coefficient * self.per_day[chosen]
        per_engagement = self.coefficient * self.per_engagement[chosen]
        position = np.flatnonzero((per_day != 0) | (per_engagement != 0))
        row = np.zeros(len(position), dtype=np.int64)
        return Entries(row, position, per_day[position], per_engagement[position])

    def charge(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        price = same(self.coefficient * prices[0], len(self.per_day))
        return _times(price, self.per_day), _times(price, self.per_engagement)


def _times(price: FloatArray, number: FloatArray) -> FloatArray:
    """Their products, in no memory of their own where the number is always 0 or 1."""
    always = same_of(number)
    if always is None:
        return price * number
    if always == 1.0:
        return price
    return same(0.0, len(price)) if always == 0.0 else price * always


def total_charge(
    families: Sequence[Family], prices: Sequence[FloatArray], count: int
) -> tuple[FloatArray, FloatArray]:
    """What all prices together charge each of ``count`` candidates, per day and per engagement."""
    per_day, per_engagement = np.zeros(count), np.zeros(count)
    for family, price in zip(families, prices, strict=True):
        if price.any():
            for total, charge in zip((per_day, per_engagement), family.charge(price), strict=True):
                if same_of(charge) != 0.0:
                    total += charge
    return per_day, per_engagement
