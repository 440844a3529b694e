"""A linear programme that stays alive: rows and columns are added, and each solve starts from the last basis.

Where ``highs_engine`` is not available there is none: callers then go without what is built on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.highs_engine import engine, new_solver
from matcher.problem.instance import FloatArray, IntArray

#: How HiGHS is told: its dual or primal simplex, from the last basis, or its interior point with crossover. The
#: steps of the primal simplex are limited, as a guard: a degenerate programme may need very many.
_DUAL: dict[str, Any] = {"solver": "choose", "simplex_strategy": 1, "simplex_iteration_limit": 2**31 - 1}
METHODS: dict[str, dict[str, Any]] = {
    "dual": _DUAL,
    "primal": {"solver": "simplex", "simplex_strategy": 4, "simplex_iteration_limit": 30_000},
    "interior": {"solver": "ipm"},
}
#: Columns from which the primal simplex begins where the interior point ends: from nothing it takes far longer.
_MANY = 3_000


class LivingLp:
    """Maximise profit @ x with rows @ x <= upper and bounds on x; nothing is ever taken out."""

    def __init__(self, *, presolve: bool = True, method: str = "dual") -> None:
        """``method`` is a key of ``METHODS``; the interior point starts anew each time, and ends at a corner. Where
        another method than the dual simplex gives up, that is asked."""
        self._method = METHODS[method]
        self._begins_inside = method == "primal"
        self._solver: Any = new_solver({"presolve": "choose" if presolve else "off", **self._method})

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self._solver.getNumRow())

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self._solver.getNumCol())

    def add_rows(self, upper: FloatArray, coefficients: sparse.csr_matrix) -> None:
        """Rows over the columns that are there."""
        count = len(upper)
        start, index = coefficients.indptr[:-1].astype(np.int32), coefficients.indices.astype(np.int32)
        lower = np.full(count, -np.inf)
        self._solver.addRows(
            count, lower, np.asarray(upper, dtype=float), coefficients.nnz, start, index, coefficients.data
        )

    def add_columns(self, profit: FloatArray, upper: FloatArray, coefficients: sparse.csc_matrix) -> None:
        """Columns of 0 or more, over the rows that are there."""
        count = len(profit)
        start, index = coefficients.indptr[:-1].astype(np.int32), coefficients.indices.astype(np.int32)
        bounds = (np.zeros(count), np.asarray(upper, dtype=float))
        self._solver.addCols(
            count, np.asarray(profit, dtype=float), *bounds, coefficients.nnz, start, index, coefficients.data
        )

    def set_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """New bounds of some columns."""
        if len(columns):
            self._solver.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def solve(self, seconds: float | None = None) -> bool:
        """Whether an optimum was found (within so many seconds, if asked); the getters below then speak of it."""
        limit = np.inf if seconds is None else float(self._solver.getRunTime()) + seconds
        self._solver.setOptionValue("time_limit", limit)
        if self._begins_inside and self.columns >= _MANY:
            self._begins_inside = False
            self._set(METHODS["interior"])
            self._solver.run()
            self._set(self._method)
        self._solver.run()
        if not self._is_solved and not self.was_cut and self._method is not _DUAL:
            self._set(_DUAL)
            self._solver.run()
            self._set(self._method)
        return self._is_solved

    @property
    def _is_solved(self) -> bool:
        return bool(self._solver.getModelStatus() == engine.HighsModelStatus.kOptimal)

    def _set(self, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            self._solver.setOptionValue(name, value)

    @property
    def is_near(self) -> bool:
        """What was solved is at its optimum."""
        return True

    @property
    def was_cut(self) -> bool:
        """Whether the last solve ended because its time was over."""
        return bool(self._solver.getModelStatus() == engine.HighsModelStatus.kTimeLimit)

    @property
    def objective(self) -> float:
        """Objective of the last solve."""
        return float(self._solver.getInfo().objective_function_value)

    @property
    def values(self) -> FloatArray:
        """Columns of the last solve."""
        return np.array(self._solver.getSolution().col_value, dtype=float)

    @property
    def prices(self) -> FloatArray:
        """What one more unit of each row's limit is worth: 0 or more, but for the solver's tolerance."""
        return np.array(self._solver.getSolution().row_dual, dtype=float)
