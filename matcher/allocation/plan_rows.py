"""Rows of the plan master: one plan for each request, then whatever ties requests together.

Rows of held levels and floors are there from the start; rows of partners' days and places, and partner cuts,
are made when they are violated. All rows are "at most", so all prices are 0 or more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.constraints import Family, total_charge
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.formulation import Formulation
from matcher.allocation.plan_rules import PlanProfits, PlanRules, covered_masks
from matcher.allocation.relaxation import Prices
from matcher.allocation.request_plans import Plans
from matcher.problem.instance import FloatArray, IntArray

#: Families that a plan keeps by itself.
_INSIDE = {"demand", "team", "cover", "once", "essential", "mandated_days", "mandated_skills"}
_LAZY = {"concurrency", "intervals"}
#: The only row of the master in which the skills that a plan covers count.
_COVERED = "held_value"
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class PlanPrices:
    """Prices of 0 or more: for each outer family, one for each of its rows; and of the partner cuts."""

    families: tuple[FloatArray, ...]
    cuts: FloatArray

    def mixed(self, other: PlanPrices, share: float) -> PlanPrices:
        """``share`` of these prices and the rest of the other's."""
        pairs = zip(self.families, other.families, strict=True)
        size = max(len(self.cuts), len(other.cuts))
        own, others = (np.pad(prices.cuts, (0, size - len(prices.cuts))) for prices in (self, other))
        return PlanPrices(
            families=tuple(share * mine + (1 - share) * theirs for mine, theirs in pairs),
            cuts=share * own + (1 - share) * others,
        )


class PlanRows:
    """Which rows the master has, their limits, coefficients of plans in them, and prices back and forth."""

    def __init__(self, formulation: Formulation, rules: PlanRules, cuts: CutPool) -> None:
        self._formulation, self._rules = formulation, rules
        self.arrays: CandidateArrays = formulation.arrays
        self.families: tuple[Family, ...] = tuple(f for f in formulation.families if f.name not in _INSIDE)
        self.cuts = cuts
        self._granted = _already_supported(formulation, rules)
        self.upper = np.ones(self.arrays.requests)
        self._fixed_rows = self._make_fixed_rows()
        places, intervals = self.arrays.supply.places, self.arrays.supply.interval_days
        self._place_row = np.full(places.shape, -1, dtype=np.int64)
        self._interval_row = np.full(intervals.shape, -1, dtype=np.int64)
        self._cut_row = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.upper)

    @property
    def granted_severity(self) -> float:
        """Severity of mandated requests that what is fixed supports already."""
        return float(self.arrays.demand.severity @ self._granted)

    # -- rows ----------------------------------------------------------------------------------------

    def _make_fixed_rows(self) -> tuple[IntArray, ...]:
        """Master row of each row of each family, -1 where it has none (lazy rows, or it cannot bind)."""
        numbers = []
        for family in self.families:
            rows = np.full(len(family.upper), -1, dtype=np.int64)
            if family.name not in _LAZY:
                upper = family.upper - self._granted_activity(family)
                raised = family.side.row[family.side.column == self._formulation.side.least]
                binding = np.flatnonzero(
                    (upper < 0) | (len(upper) == 1) | np.isin(np.arange(len(upper)), raised)
                )
                rows[binding] = self._append(upper[binding])
            numbers.append(rows)
        return tuple(numbers)

    def _granted_activity(self, family: Family) -> FloatArray:
        """What requests that are supported already put into each row."""
        weight = _support_coefficients(family, self._formulation)
        return np.asarray(weight @ self._granted, dtype=float)

    def _append(self, upper: FloatArray | IntArray) -> IntArray:
        first = len(self.upper)
        self.upper = np.concatenate((self.upper, upper.astype(float)))
        return np.arange(first, len(self.upper))

    @property
    def held_rows(self) -> IntArray:
        """Rows that ask for something (levels held, floors): where they cannot be kept there is no answer."""
        raised = self._formulation.side.least
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
            weight = _support_coefficients(family, self._formulation)
            if weight.nnz and len(supporting):
                entries = weight[:, plans.request[supporting]].tocoo()
                kept = rows[entries.row] >= 0
                at = rows[entries.row[kept]]
                found.append((at, supporting[entries.col[kept]], entries.data[kept]))
        return found

    def _cover_entries(self, plans: Plans) -> list[tuple[IntArray, IntArray, FloatArray]]:
        """(row, plan, coefficient) of plans whose covered skills count in a held value."""
        found = []
        for family, rows in zip(self.families, self._fixed_rows, strict=True):
            if family.name == _COVERED and rows[0] >= 0:
                worth = self._rules.cover_value[plans.request, covered_masks(self._rules, plans.row)]
                covering = np.flatnonzero(worth)
                found.append((np.full(len(covering), rows[0]), covering, -worth[covering]))
        return found

    def side_coefficients(self) -> sparse.csc_matrix:
        """Coefficients of the columns of days short, and of the least share (rows x groups and one more)."""
        side = self._formulation.side
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

    def known_prices(self, prices: Prices) -> PlanPrices:
        """The prices of the candidate relaxation for the families that are rows here; no cuts yet."""
        families = []
        for family in self.families:
            known = prices.of(family.name)
            families.append(np.zeros(len(family.upper)) if known is None else np.maximum(known, 0.0))
        return PlanPrices(tuple(families), np.zeros(len(self.cuts)))

    def rules_at(self, prices: PlanPrices, rules: PlanRules | None = None) -> PlanRules:
        """The rules (or others of the same skills) with cover worth what the level and a held value pay for it."""
        rules = rules or self._rules
        weight = float(self._formulation.objective.covered.any())
        for family, price in zip(self.families, prices.families, strict=True):
            if family.name == _COVERED:
                weight += float(price[0])
        return rules if weight == 1.0 else rules._replace(cover_value=weight * self._rules.cover_value)

    def profits(self, prices: PlanPrices) -> PlanProfits:
        """What members and support earn at these prices."""
        formulation, count = self._formulation, len(self.arrays)
        per_day, per_engagement = total_charge(self.families, prices.families, count)
        bonus = formulation.objective.supported.astype(float).copy()
        for family, price in zip(self.families, prices.families, strict=True):
            bonus -= price @ _support_coefficients(family, formulation)
        charge_row, charges = self.cuts.charges(prices.cuts)
        return PlanProfits(
            per_day=formulation.objective.per_day - per_day,
            per_engagement=formulation.objective.per_engagement - per_engagement,
            support_bonus=bonus,
            charge_row=charge_row,
            charges=charges,
        )

    def outside_value(self, prices: PlanPrices) -> float:
        """The part of the Lagrangian bound that is no plan's: prices times limits, and days short at best."""
        formulation, side = self._formulation, self._formulation.side
        total = float(prices.cuts.sum()) + float(formulation.objective.supported @ self._granted)
        profit = formulation.side_profit[side.short : side.short + side.groups + 1].copy()
        for family, price in zip(self.families, prices.families, strict=True):
            total += float(price @ (family.upper - self._granted_activity(family)))
            group = family.side.column - side.short
            kept = (group >= 0) & (group <= side.groups)
            charge = price[family.side.row[kept]] * family.side.coefficient[kept]
            np.subtract.at(profit, group[kept], charge)
        upper = formulation.side_upper[side.short : side.short + side.groups + 1]
        return total + float(np.maximum(profit, 0.0) @ upper)


def _already_supported(formulation: Formulation, rules: PlanRules) -> FloatArray:
    """1 for each mandated request that what is fixed supports already."""
    return (formulation.arrays.demand.mandated & (rules.support_days < 0)).astype(float)


def _support_coefficients(family: Family, formulation: Formulation) -> sparse.csr_matrix:
    """Coefficients of support in a family that the master keeps: its rows x requests."""
    side, entries = formulation.side, family.side
    request = entries.column - side.supported
    kept = (request >= 0) & (request < side.requests)
    where = (entries.row[kept], request[kept])
    return sparse.csr_matrix((entries.coefficient[kept], where), shape=(len(family.upper), side.requests))


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
