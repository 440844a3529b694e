"""A linear programme that stays alive: rows and columns are added, and each solve starts from the last basis.

The engine is the HiGHS inside SciPy, which lives beside OR-Tools in one process (``highspy`` does not). It is
taken through a private module of SciPy; this is the one place that knows it, and where it is missing
``LivingLp`` is not available: callers then go without what is built on it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sparse

from matcher.problem.instance import FloatArray, IntArray


def _load() -> Any:
    """The engine, or None where this SciPy keeps its solver elsewhere."""
    try:
        return import_module("scipy.optimize._highspy._core")
    except ImportError:
        return None


_engine = _load()


def is_available() -> bool:
    """Whether this SciPy carries the engine."""
    return _engine is not None and hasattr(_engine, "_Highs") and hasattr(_engine._Highs, "addCols")


class LivingLp:
    """Maximise profit @ x with rows @ x <= upper and bounds on x; nothing is ever taken out."""

    def __init__(self, *, presolve: bool = True) -> None:
        self._solver: Any = _engine._Highs()
        options = {"output_flag": False, "threads": 1, "parallel": "off", "presolve": "choose"}
        if not presolve:
            options["presolve"] = "off"
        for name, value in options.items():
            self._solver.setOptionValue(name, value)
        self._solver.changeObjectiveSense(_engine.ObjSense.kMaximize)

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

    def solve(self) -> bool:
        """Whether an optimum was found; the getters below then speak of it."""
        self._solver.run()
        return bool(self._solver.getModelStatus() == _engine.HighsModelStatus.kOptimal)

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
