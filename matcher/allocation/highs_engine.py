"""The HiGHS inside SciPy, which lives beside OR-Tools in one process (``highspy`` does not).

It is taken through a private module of SciPy; this is the one place that knows it, and where it is missing callers
go without what is built on it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.backends import Exact, Limits, highs_exact
from matcher.allocation.programme import Programme

_WITHOUT_HEURISTICS = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_root_presolve_only": True,
}


def _load() -> Any:
    """The engine, or None where this SciPy keeps its solver elsewhere."""
    try:
        return import_module("scipy.optimize._highspy._core")
    except ImportError:
        return None


engine = _load()


def is_available() -> bool:
    """Whether this SciPy carries the engine."""
    return engine is not None and hasattr(engine, "_Highs") and hasattr(engine._Highs, "addCols")


def new_solver(options: dict[str, Any]) -> Any:
    """A silent engine on one thread that maximises."""
    solver = engine._Highs()
    for name, value in {"output_flag": False, "threads": 1, "parallel": "off", **options}.items():
        solver.setOptionValue(name, value)
    solver.changeObjectiveSense(engine.ObjSense.kMaximize)
    return solver


def quick_exact(programme: Programme, limits: Limits) -> Exact:
    """Branch and bound for the small programme of one question: straight to the proof, without the heuristics that
    take most of its time. Elsewhere as ``highs_exact``."""
    if not is_available() or not len(programme.profit):
        return highs_exact(programme, limits)
    options: dict[str, Any] = {"mip_rel_gap": limits.gap, **_WITHOUT_HEURISTICS}
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    if limits.seconds is not None:
        options["time_limit"] = limits.seconds
    solver = new_solver(options)
    _read(solver, programme)
    solver.run()
    return _answer(solver)


def _read(solver: Any, programme: Programme) -> None:
    count = len(programme.profit)
    none = np.zeros(0, dtype=np.int32)
    starts, numbers = np.zeros(count, dtype=np.int32), np.zeros(0)
    bounds = (programme.lower.astype(float), programme.upper.astype(float))
    solver.addCols(count, programme.profit.astype(float), *bounds, 0, starts, none, numbers)
    rows = sparse.csr_matrix(programme.matrix)
    lower = np.full(rows.shape[0], -np.inf)
    start, index = rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32)
    solver.addRows(rows.shape[0], lower, programme.row_upper, rows.nnz, start, index, rows.data)
    whole = np.flatnonzero(programme.whole).astype(np.int32)
    solver.changeColsIntegrality(len(whole), whole, [engine.HighsVarType.kInteger] * len(whole))


def _answer(solver: Any) -> Exact:
    info, status = solver.getInfo(), solver.getModelStatus()
    is_found = int(info.primal_solution_status) == int(engine.SolutionStatus.kSolutionStatusFeasible)
    columns = np.array(solver.getSolution().col_value, dtype=float) if is_found else None
    return Exact(
        objective=float(info.objective_function_value) if is_found else -np.inf,
        columns=columns,
        bound=float(info.mip_dual_bound),
        proven=status in (engine.HighsModelStatus.kOptimal, engine.HighsModelStatus.kInfeasible),
        nodes=max(0, int(info.mip_node_count)),
    )
