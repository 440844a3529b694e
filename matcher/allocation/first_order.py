"""A programme of choices solved nearly, by first-order steps from where it was last: quick where it is large.

Like ``LivingLp`` it stays alive while rows and columns join it. Its first rows say that at most one of their columns
is chosen. What comes out keeps those exactly and the others nearly, and its prices are near the optimum: whoever
takes a bound from prices loses tightness, never validity. Steps are counted, so the same programme ends the same.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.first_order_kernel import Choices, Walk, assess, walk_on
from matcher.problem.instance import FloatArray, IntArray

#: Steps between looks at how near the end is, and most of them in one solve.
LOOK, MOST = 40, 400
#: Weight of prices against values to begin with, for each unit of profit of a column on average.
_FIRST_WEIGHT = 0.01


class FirstOrderLp:
    """Maximise profit @ x with rows @ x <= upper and x of 0 or more; the first ``choices`` rows have coefficients
    and limits of 1, and no two of them share a column."""

    def __init__(self, choices: int) -> None:
        self._choices = choices
        self._upper = np.zeros(0)
        self._profit, self._most = np.zeros(0), np.zeros(0)
        self._matrix = sparse.csc_matrix((0, 0))
        self.values, self.prices = np.zeros(0), np.zeros(0)
        self._weight = 0.0
        #: Of the last solve: profit less what is broken, and whether that was near enough.
        self.objective, self.is_near = 0.0, False

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self._upper)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self._profit)

    def add_rows(self, upper: FloatArray, coefficients: sparse.csr_matrix) -> None:
        """Rows over the columns that are there."""
        self._upper = np.concatenate((self._upper, np.asarray(upper, dtype=float)))
        self._matrix = sparse.csc_matrix(sparse.vstack((self._matrix, coefficients)))
        self.prices = np.concatenate((self.prices, np.zeros(len(upper))))

    def add_columns(self, profit: FloatArray, upper: FloatArray, coefficients: sparse.csc_matrix) -> None:
        """Columns of 0 or more, over the rows that are there."""
        self._profit = np.concatenate((self._profit, profit))
        self._most = np.concatenate((self._most, upper))
        self._matrix = sparse.csc_matrix(sparse.hstack((self._matrix, coefficients)))
        self.values = np.concatenate((self.values, np.zeros(len(profit))))

    def set_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """New upper bounds of some columns that are in no choice; all are of 0 or more."""
        if lower.any():
            raise ValueError("columns are of 0 or more here")
        self._most[columns] = upper

    def follow(self, other: FirstOrderLp, values: FloatArray, prices: FloatArray) -> None:
        """Go on from some values and prices, and as another programme did."""
        self.values, self.prices, self._weight = values, prices, other._weight

    def solve(self, tolerance: float) -> None:
        """Steps until bound and profit are within a tolerance, or there were too many."""
        choices, order = self._ordered()
        walk = self._walk(choices, order)
        best, out = np.zeros(self._choices), np.zeros(3)
        self.is_near = False
        for _ in range(0, MOST, LOOK):
            walk_on(choices, walk, LOOK)
            assess(choices, walk, best, out)
            self.is_near = bool(abs(out[0] - out[1]) + out[2] <= tolerance)
            if self.is_near:
                break
        self.values[order] = walk.next_values
        self.prices = np.concatenate((best, walk.next_prices))
        self._weight = float(walk.state[0])
        self.objective = float(out[1] - out[2])

    def _ordered(self) -> tuple[Choices, IntArray]:
        """The programme with its columns choice by choice, those of none first; and their order."""
        first = self._matrix[: self._choices].tocoo()
        choice = np.full(self.columns, -1, dtype=np.int64)
        choice[first.col] = first.row
        order = np.argsort(choice, kind="stable")
        by_column = sparse.csc_matrix(self._matrix[self._choices :, order])
        by_row = sparse.csr_matrix(by_column)
        start = np.searchsorted(choice[order], np.arange(self._choices + 1))
        choices = Choices(
            profit=self._profit[order],
            most=self._most[order],
            limit=self._upper[self._choices :],
            start=start.astype(np.int64),
            column_start=by_column.indptr.astype(np.int64),
            row=by_column.indices.astype(np.uint32),
            by_column=by_column.data,
            row_start=by_row.indptr.astype(np.int64),
            column=by_row.indices.astype(np.uint32),
            by_row=by_row.data,
        )
        return choices, order

    def _walk(self, choices: Choices, order: IntArray) -> Walk:
        values, prices = self.values[order], np.maximum(self.prices[self._choices :], 0.0)
        weight = self._weight or _FIRST_WEIGHT * _typical_profit(choices)
        value_step, price_step = _steps(choices)
        return Walk(
            values=values,
            prices=prices,
            first_values=values.copy(),
            first_prices=prices.copy(),
            next_values=values.copy(),
            next_prices=prices.copy(),
            value_step=value_step,
            price_step=price_step,
            spare=np.zeros(len(values)),
            state=np.array([weight, 0.0, -1.0, 1e300, 0.0]),
        )


def _typical_profit(choices: Choices) -> float:
    """Of a column of a choice on average; of any column where choices earn nothing (a worst group); never 0."""
    for profit in (choices.profit[choices.start[0] :], choices.profit):
        if profit.any():
            return float(np.abs(profit).mean())
    return 1.0


def _steps(choices: Choices) -> tuple[FloatArray, FloatArray]:
    """Lengths of steps with which none goes too far: by what a column, or any of its choice, has in rows; by what a
    row has in columns."""
    columns, rows = len(choices.profit), len(choices.limit)
    size = np.repeat(np.arange(columns), np.diff(choices.column_start))
    by_column = np.bincount(size, np.abs(choices.by_column), columns)
    size = np.repeat(np.arange(rows), np.diff(choices.row_start))
    by_row = np.bincount(size, np.abs(choices.by_row), rows)
    filled = np.flatnonzero(np.diff(choices.start))
    if len(filled):
        largest = np.maximum.reduceat(by_column, choices.start[filled])
        by_column[choices.start[0] :] = np.repeat(largest, np.diff(choices.start)[filled])
    return 1.0 / np.maximum(by_column, 1e-3), 1.0 / np.maximum(by_row, 1e-9)
