"""The linear programme of the plan master as it lives: columns of plans after those of its sides.

Where instances are large it is solved nearly, by first-order steps, and goes on from where it was.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.first_order import FirstOrderLp
from matcher.allocation.formulation import Formulation
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.plan_rows import PlanRows
from matcher.allocation.request_plans import Plans
from matcher.problem.instance import FloatArray, IntArray


class PlanProgramme:
    """Rows of the master; as columns its *sides* (days short, the least share, what held rows lack) and plans."""

    is_relieved = False

    def __init__(self, formulation: Formulation, rows: PlanRows, plans: Plans, *, is_large: bool) -> None:
        self._formulation, self._rows, self._is_large = formulation, rows, is_large
        self._fines = self._fine(plans)
        self.sides = formulation.side.groups + 1 + len(self._fines)
        self._begin(plans)

    def _begin(self, plans: Plans) -> None:
        self.lp = FirstOrderLp(self._rows.arrays.requests) if self._is_large else LivingLp()
        self._plans = 0
        self.lp.add_rows(self._rows.upper, sparse.csr_matrix((len(self._rows), 0)))
        self.lp.add_columns(*self.side_profits(), self.side_coefficients())
        self._add_columns(plans)

    # -- columns that are no plans -------------------------------------------------------------------

    def side_profits(self) -> tuple[FloatArray, FloatArray]:
        """Profits and upper bounds: of days short, of the least share, and of what each held row is short of where the
        programme is relieved."""
        side = self._formulation.side
        short = slice(side.short, side.short + side.groups + 1)
        relief = np.full(len(self._fines), np.inf if self.is_relieved else 0.0)
        profit = np.concatenate((self._formulation.side_profit[short], -self._fines))
        return profit, np.concatenate((self._formulation.side_upper[short], relief))

    def side_coefficients(self) -> sparse.csc_matrix:
        """Of the same columns, in the rows of the master."""
        held = self._rows.held_rows
        where = (held, np.arange(len(held)))
        relief = sparse.csc_matrix((-np.ones(len(held)), where), shape=(len(self._rows), len(held)))
        return sparse.csc_matrix(sparse.hstack((self._rows.side_coefficients(), relief)))

    def _fine(self, plans: Plans) -> FloatArray:
        """What a unit that a held row is short of costs in a relieved programme: as much as the best plan could
        be worth for what an average plan does to the row."""
        coefficients = abs(self._rows.coefficients(plans).tocsr()[self._rows.held_rows])
        entries = np.maximum(np.diff(coefficients.indptr), 1)
        typical = np.asarray(coefficients.sum(axis=1)).ravel() / entries
        most = float(abs(plans.profit).max(initial=0.0))
        most = max(most, float(self._formulation.side_profit.max()))
        return np.asarray(most / np.maximum(typical, 1e-3), dtype=float)

    def relieve(self, *, relieved: bool) -> None:
        """Whether held rows may be missed, at a fine: then the programme always has an answer. Prices are prices
        still, so the bound stays proven."""
        self.is_relieved = relieved
        columns = np.arange(self.sides - len(self._fines), self.sides)
        self.lp.set_bounds(columns, np.zeros(len(columns)), self.side_profits()[1][columns])

    # -- plans ---------------------------------------------------------------------------------------

    def limit_plans(self, plans: IntArray, upper: float, lower: float = 0.0) -> None:
        """New bounds for the shares of some plans."""
        count = len(plans)
        self.lp.set_bounds(plans + self.sides, np.full(count, lower), np.full(count, upper))

    def extend(self, plans: Plans) -> None:
        """Bring in new rows, and those of all plans that are new."""
        first = self.lp.rows
        if len(self._rows) > first:
            old = self._rows.coefficients(plans.slice(0, self._plans), first)
            none = sparse.csr_matrix((old.shape[0], self.sides))
            self.lp.add_rows(self._rows.upper[first:], sparse.hstack((none, old), format="csr"))
        self._add_columns(plans)

    def _add_columns(self, plans: Plans) -> None:
        new = plans.slice(self._plans)
        if len(new):
            coefficients = sparse.csc_matrix(self._rows.coefficients(new))
            self.lp.add_columns(new.profit, np.full(len(new), np.inf), coefficients)
            self._plans = len(plans)

    def begin_anew(self, plans: Plans, shares: FloatArray, row_prices: FloatArray) -> None:
        """Other plans in place of those that are there, with shares and prices to go on from."""
        before = self.lp
        self._begin(plans)
        if isinstance(before, FirstOrderLp) and isinstance(self.lp, FirstOrderLp):
            self.lp.follow(before, np.concatenate((before.values[: self.sides], shares)), row_prices)
