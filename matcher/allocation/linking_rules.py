"""Linking rules: what ties the plans of different requests together, and what prices of it charge a plan.

These are the families of rows that no plan keeps by itself, and the partner cuts. The linear relaxation over whole
plans keeps them as rows (``plan_rows``); at prices of them plans are priced one request at a time, which gives the
Lagrangian bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.constraints import Family, total_charge
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.formulation import Formulation
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.allocation.relaxation import Prices
from matcher.problem.instance import FloatArray, IntArray

#: Families that a plan keeps by itself.
_INSIDE = {"demand", "team", "cover", "once", "essential", "mandated_days", "mandated_skills"}
#: The only row of the master in which the skills that a plan covers count.
COVERED = "held_value"


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


class LinkingRules:
    """The linking families of a level over whole plans, and its partner cuts (which may grow)."""

    def __init__(self, formulation: Formulation, rules: PlanRules, cuts: CutPool) -> None:
        self.formulation, self.rules, self.cuts = formulation, rules, cuts
        self.families: tuple[Family, ...] = tuple(f for f in formulation.families if f.name not in _INSIDE)
        self._support = {
            family.name: _support_coefficients(family, formulation)
            for family in self.families
            if len(_supporting(family, formulation))
        }
        #: 1 for each mandated request that what is fixed supports already.
        self.granted = (formulation.arrays.demand.mandated & (rules.support_days < 0)).astype(float)

    def support(self, family: Family) -> sparse.csr_matrix | None:
        """Coefficients of support in a linking family: its rows x requests; None where support does not count."""
        return self._support.get(family.name)

    def limits(self, family: Family) -> FloatArray:
        """Limits of a linking family's rows, less what requests put in that are supported already."""
        weight = self.support(family)
        return family.upper if weight is None else family.upper - np.asarray(weight @ self.granted)

    @property
    def granted_severity(self) -> float:
        """Severity of mandated requests that what is fixed supports already."""
        return float(self.formulation.arrays.demand.severity @ self.granted)

    def known_prices(self, prices: Prices) -> PlanPrices:
        """The prices of the candidate relaxation for the families that are rows here; no cuts yet."""
        families = []
        for family in self.families:
            known = prices.of(family.name)
            families.append(np.zeros(len(family.upper)) if known is None else np.maximum(known, 0.0))
        return PlanPrices(tuple(families), np.zeros(len(self.cuts)))

    def rules_at(self, prices: PlanPrices, rules: PlanRules | None = None) -> PlanRules:
        """The rules (or others of the same skills) with cover worth what the level and a held value pay for it."""
        rules = rules or self.rules
        weight = float(self.formulation.objective.covered.any())
        for family, price in zip(self.families, prices.families, strict=True):
            if family.name == COVERED:
                weight += float(price[0])
        return rules if weight == 1.0 else rules._replace(cover_value=weight * self.rules.cover_value)

    def profits(self, prices: PlanPrices) -> PlanProfits:
        """What members and support earn at these prices."""
        formulation = self.formulation
        per_day, per_engagement = total_charge(self.families, prices.families, len(formulation.arrays))
        bonus = formulation.objective.supported.astype(float).copy()
        for family, price in zip(self.families, prices.families, strict=True):
            weight = self.support(family)
            if weight is not None:
                bonus -= price @ weight
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
        formulation, side = self.formulation, self.formulation.side
        total = float(prices.cuts.sum()) + float(formulation.objective.supported @ self.granted)
        profit = formulation.side_profit[side.short : side.short + side.groups + 1].copy()
        for family, price in zip(self.families, prices.families, strict=True):
            total += float(price @ self.limits(family))
            group = family.side.column - side.short
            kept = (group >= 0) & (group <= side.groups)
            charge = price[family.side.row[kept]] * family.side.coefficient[kept]
            np.subtract.at(profit, group[kept], charge)
        upper = formulation.side_upper[side.short : side.short + side.groups + 1]
        return total + float(np.maximum(profit, 0.0) @ upper)


def _supporting(family: Family, formulation: Formulation) -> IntArray:
    """Positions of a family's side entries that belong to columns of support."""
    side, column = formulation.side, family.side.column
    return np.flatnonzero((column >= side.supported) & (column < side.supported + side.requests))


def _support_coefficients(family: Family, formulation: Formulation) -> sparse.csr_matrix:
    side, entries, kept = formulation.side, family.side, _supporting(family, formulation)
    where = (entries.row[kept], entries.column[kept] - side.supported)
    return sparse.csr_matrix((entries.coefficient[kept], where), shape=(len(family.upper), side.requests))
