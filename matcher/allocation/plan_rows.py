"""Rows of the plan master: one plan for each request, then whatever ties requests together.

Rows of held levels and floors are there from the start; rows of partners' days and places, and partner cuts,
are made when they are violated. All rows are "at most", so all prices are 0 or more.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.linking_rules import COVERED, LinkingRules, PlanPrices
from matcher.allocation.plan_rules import covered_masks
from matcher.allocation.request_plans import Plans
from matcher.problem.instance import FloatArray, IntArray

#: Families whose rows are made only when they are violated: there are many, and few of them bind.
_LAZY = {"concurrency", "intervals"}
#: What a relaxed choice may be beyond a row that is not made yet.
_SLACK = 1e-6


class PlanRows:
    """Which rows the master has, their limits, coefficients of plans in them, and prices back and forth."""

    def __init__(self, linking: LinkingRules) -> None:
        self._linking = linking
        self.arrays: CandidateArrays = linking.formulation.arrays
        self._side = linking.formulation.side
        self.families, self.cuts = linking.families, linking.cuts
        self.upper = np.ones(self.arrays.requests)
        self._fixed_rows = self._make_fixed_rows()
        places, intervals = self.arrays.supply.places, self.arrays.supply.interval_days
        self._place_row = np.full(places.shape, -1, dtype=np.int64)
        self._interval_row = np.full(intervals.shape, -1, dtype=np.int64)
        self._cut_row = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.upper)

    # -- rows ----------------------------------------------------------------------------------------

    def _make_fixed_rows(self) -> tuple[IntArray, ...]:
        """Master row of each row of each family, -1 where it has none (lazy rows, or it cannot bind)."""
        numbers = []
        for family in self.families:
            rows = np.full(len(family.upper), -1, dtype=np.int64)
            if family.name not in _LAZY:
                upper = self._linking.limits(family)
                raised = family.side.row[family.side.column == self._side.least]
                binding = np.flatnonzero(
                    (upper < 0) | (len(upper) == 1) | np.isin(np.arange(len(upper)), raised)
                )
                rows[binding] = self._append(upper[binding])
            numbers.append(rows)
        return tuple(numbers)

    def _append(self, upper: FloatArray | IntArray) -> IntArray:
        first = len(self.upper)
        self.upper = np.concatenate((self.upper, upper.astype(float)))
        return np.arange(first, len(self.upper))

    @property
    def held_rows(self) -> IntArray:
        """Rows that ask for something (levels held, floors): where they cannot be kept there is no answer."""
        raised = self._side.least
        kept = [
            rows[rows >= 0]
            for family, rows in zip(self.families, self._fixed_rows, strict=True)
            if family.name not in _LAZY and raised not in family.side.column
        ]
        return np.concatenate((np.zeros(0, dtype=np.int64), *kept))

    def add_violated(self, engaged: FloatArray, days: FloatArray) -> int:
        """Make the rows of places and days that a relaxed choice breaks; how many."""
        arrays, before = self.arrays, len(self)
        taken, given = (_by_span(arrays, amounts) for amounts in (engaged, days))
        spanning = np.diagonal(_cumulated(taken, up_to=True), axis1=1, axis2=2)
        inside = _cumulated(given, up_to=False)
        starts, ends = taken.sum(axis=2) > 0, taken.sum(axis=1) > 0
        broken = (spanning > arrays.supply.places + _SLACK) & (self._place_row < 0)
        self._place_row[broken] = self._append(arrays.supply.places[broken])
        limits = arrays.supply.interval_days
        broken = (inside > limits + _SLACK) & (self._interval_row < 0) & starts[:, :, None] & ends[:, None, :]
        self._interval_row[broken] = self._append(limits[broken])
        return len(self) - before

    def add_priced(self, prices: PlanPrices) -> None:
        """Make the lazy rows that have a price."""
        for family, price in zip(self.families, prices.families, strict=True):
            if family.name in _LAZY:
                table = self._place_row if family.name == "concurrency" else self._interval_row
                chosen = (price.reshape(table.shape) > 1e-9) & (table < 0)
                table[chosen] = self._append(family.upper.reshape(table.shape)[chosen])

    def add_cuts(self) -> int:
        """Make rows of the cuts that have none yet; how many."""
        count = len(self.cuts) - len(self._cut_row)
        self._cut_row = np.concatenate((self._cut_row, self._append(np.ones(count))))
        return count

    # -- coefficients --------------------------------------------------------------------------------

    def coefficients(self, plans: Plans, first_row: int = 0) -> sparse.coo_matrix:
        """Coefficients of plans in the rows from ``first_row`` on: rows x plans."""
        plan, candidate, days = plans.members()
        row, at, value = [plans.request], [np.arange(len(plans))], [np.ones(len(plans))]
        for found, member, number in self._member_entries(candidate, days):
            row.append(found)
            at.append(plan[member])
            value.append(number)
        for found, position, number in (*self._support_entries(plans), *self._cover_entries(plans)):
            row.append(found)
            at.append(position)
            value.append(number)
        rows, columns, values = np.concatenate(row), np.concatenate(at), np.concatenate(value)
        kept = rows >= first_row
        shape = (len(self) - first_row, len(plans))
        return sparse.coo_matrix((values[kept], (rows[kept] - first_row, columns[kept])), shape=shape)

    def _member_entries(
        self, candidate: IntArray, days: IntArray
    ) -> list[tuple[IntArray, IntArray, FloatArray]]:
        """(row, member, coefficient) of every member of a team, in all rows but the first kind."""
        found = []
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            if family.name not in _LAZY and (rows >= 0).any():
                entries = family.entries(candidate)
                at = rows[entries.row]
                value = entries.per_day * days[entries.position] + entries.per_engagement
                kept = at >= 0
                found.append((at[kept], entries.position[kept], value[kept]))
        found += self._place_entries(candidate)
        found += self._interval_entries(candidate, days)
        cut, member, value = self.cuts.coefficients(candidate, days)
        made = cut < len(self._cut_row)
        found.append((self._cut_row[cut[made]], member[made], value[made]))
        return found

    def _place_entries(self, candidate: IntArray) -> list[tuple[IntArray, IntArray, FloatArray]]:
        arrays, found = self.arrays, []
        partner, first, last = arrays.partner[candidate], arrays.first[candidate], arrays.last[candidate]
        for month in np.flatnonzero((self._place_row >= 0).any(axis=0)):
            row = self._place_row[partner, month]
            member = np.flatnonzero((row >= 0) & (first <= month) & (month <= last))
            found.append((row[member], member, np.ones(len(member))))
        return found

    def _interval_entries(
        self, candidate: IntArray, days: IntArray
    ) -> list[tuple[IntArray, IntArray, FloatArray]]:
        arrays, found = self.arrays, []
        partner, first, last = arrays.partner[candidate], arrays.first[candidate], arrays.last[candidate]
        for begin, end in np.argwhere((self._interval_row >= 0).any(axis=0)):
            row = self._interval_row[partner, begin, end]
            member = np.flatnonzero((row >= 0) & (first >= begin) & (last <= end))
            found.append((row[member], member, days[member].astype(float)))
        return found

    def _support_entries(self, plans: Plans) -> list[tuple[IntArray, IntArray, FloatArray]]:
        """(row, plan, coefficient) of plans that support their request."""
        found = []
        supporting = np.flatnonzero(plans.supports)
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            weight = self._linking.support(family)
            if weight is not None and len(supporting):
                entries = weight[:, plans.request[supporting]].tocoo()
                kept = rows[entries.row] >= 0
                at = rows[entries.row[kept]]
                found.append((at, supporting[entries.col[kept]], entries.data[kept]))
        return found

    def _cover_entries(self, plans: Plans) -> list[tuple[IntArray, IntArray, FloatArray]]:
        """(row, plan, coefficient) of plans whose covered skills count in a held value."""
        rules, found = self._linking.rules, []
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            if family.name == COVERED and rows[0] >= 0:
                worth = rules.cover_value[plans.request, covered_masks(rules, plans.row)]
                covering = np.flatnonzero(worth)
                found.append((np.full(len(covering), rows[0]), covering, -worth[covering]))
        return found

    def side_coefficients(self) -> sparse.csc_matrix:
        """Coefficients of the columns of days short, and of the least share (rows x groups and one more)."""
        side = self._side
        row, column, value = [], [], []
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            entries = family.side
            group = entries.column - side.short
            kept = (group >= 0) & (group <= side.groups) & (rows[entries.row] >= 0)
            row.append(rows[entries.row[kept]])
            column.append(group[kept])
            value.append(entries.coefficient[kept])
        where = (np.concatenate(row), np.concatenate(column))
        return sparse.csc_matrix((np.concatenate(value), where), shape=(len(self), side.groups + 1))

    # -- prices --------------------------------------------------------------------------------------

    def prices(self, row_prices: FloatArray) -> PlanPrices:
        """The master's row prices, clipped to their sign and spread over all rows of the families."""
        known = np.append(np.maximum(row_prices, 0.0), np.zeros(len(self) - len(row_prices) + 1))
        spread = []
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            if family.name in _LAZY:
                rows = (self._place_row if family.name == "concurrency" else self._interval_row).ravel()
            spread.append(known[rows])
        return PlanPrices(tuple(spread), known[self._cut_row])

    def row_prices(self, prices: PlanPrices) -> FloatArray:
        """One price for each row of the master; those of its first kind (one plan a request) are 0."""
        flat = np.zeros(len(self))
        for family, rows, price in zip(self.families, self._fixed_rows, prices.families, strict=True):
            if family.name in _LAZY:
                rows = (self._place_row if family.name == "concurrency" else self._interval_row).ravel()
            flat[rows[rows >= 0]] = price[rows >= 0]
        flat[self._cut_row[: len(prices.cuts)]] = prices.cuts[: len(self._cut_row)]
        return flat

    def partners(self) -> IntArray:
        """Partner of each row of the master, -1 where it is nobody's own."""
        owner = np.full(len(self), -1, dtype=np.int64)
        for table in (self._place_row, self._interval_row):
            owner[table[table >= 0]] = np.nonzero(table >= 0)[0]
        owner[self._cut_row] = self.cuts.partner[: len(self._cut_row)]
        return owner


def _by_span(arrays: CandidateArrays, amounts: FloatArray) -> FloatArray:
    """Amounts added up by partner, first and last month of the span: P x M x M."""
    months = arrays.months
    key = (arrays.partner * months + arrays.first) * months + arrays.last
    total = np.bincount(key, amounts, arrays.partners * months * months).astype(float)
    return total.reshape(arrays.partners, months, months)


def _cumulated(by_span: FloatArray, *, up_to: bool) -> FloatArray:
    """At (i, j): what spans i' to j' hold with i' <= i and j' >= j (``up_to``), or i' >= i and j' <= j."""
    if up_to:
        return np.asarray(np.cumsum(np.cumsum(by_span, axis=1)[:, :, ::-1], axis=2)[:, :, ::-1])
    return np.asarray(np.cumsum(np.cumsum(by_span[:, ::-1], axis=1)[:, ::-1], axis=2))
