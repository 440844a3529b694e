"""The solvers behind one small interface: a linear programme, or one with whole columns, in arrays.

Linear programmes: OR-Tools' GLOP for small ones, HiGHS' interior point through SciPy for middling ones, each where the
other gives up, and OR-Tools' PDLP above, which ends near the optimum; ``candidate_master`` says at which sizes. Exact
programmes: HiGHS through SciPy, limited by nodes so that the same programme gives the same answer; what a time limit
cuts short is noted, and left out when the run is replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matcher.allocation.programme import Programme
from matcher.problem.instance import FloatArray


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A solved linear programme: objective, values of the columns, and what one more unit of each row's limit is worth
    (0 or more, but for the solver's tolerance)."""

    objective: float
    columns: FloatArray
    marginals: FloatArray


@dataclass(frozen=True, eq=False)
class Exact:
    """A programme with whole columns: values of the columns in the best answer found (None where none was), its
    objective (minus infinity then), and a bound that the solver proved; ``proven`` where it ended."""

    objective: float
    columns: FloatArray | None
    bound: float
    proven: bool
    nodes: int


#: Steps that the first-order method may take.
_STEPS = 3_000

#: A programme, and the seconds that it may take; None where it has no answer, or none in that time.
LinearSolver = Callable[[Programme, "float | None"], "Relaxed | None"]


def highs_interior(programme: Programme, seconds: float | None = None) -> Relaxed | None:
    """HiGHS, interior point with crossover."""
    bounds = np.column_stack((programme.lower, programme.upper))
    rows = programme.matrix if programme.matrix.shape[0] else None
    limits = programme.row_upper if programme.matrix.shape[0] else None
    options = {} if seconds is None else {"time_limit": seconds}
    answer = linprog(
        -programme.profit, A_ub=rows, b_ub=limits, bounds=bounds, method="highs-ipm", options=options
    )
    if answer.status != 0:
        return None
    marginals = -answer.ineqlin.marginals if rows is not None else np.zeros(0)
    return Relaxed(-float(answer.fun), np.asarray(answer.x), np.asarray(marginals))


def glop(programme: Programme, seconds: float | None = None) -> Relaxed | None:
    """OR-Tools' primal and dual simplex."""
    from ortools.linear_solver.python import model_builder_helper

    model = model_builder_helper.ModelBuilderHelper()
    model.fill_model_from_sparse_data(
        programme.lower,
        programme.upper,
        programme.profit,
        np.full(len(programme.row_upper), -np.inf),
        programme.row_upper,
        sparse.csr_matrix(programme.matrix),
    )
    model.set_maximize(True)
    solver = model_builder_helper.ModelSolverHelper("glop")
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    solver.solve(model)
    if not solver.has_solution():
        return None
    return Relaxed(
        float(solver.objective_value()), np.array(solver.variable_values()), np.array(solver.dual_values())
    )


def pdlp(programme: Programme, accuracy: float, seconds: float | None = None) -> Relaxed | None:
    """OR-Tools' first-order method, for programmes too large for the others: columns and prices to a relative
    ``accuracy``. None where so many ``seconds``, or a fixed number of steps, did not suffice: it goes on for ever
    where no columns keep the rows."""
    from ortools.pdlp import solve_log_pb2, solvers_pb2
    from ortools.pdlp.python import pdlp as library

    rows, columns = programme.matrix.shape
    asked = library.QuadraticProgram()
    asked.resize_and_initialize(columns, rows)
    asked.objective_vector = -programme.profit
    asked.constraint_matrix = programme.matrix
    asked.constraint_lower_bounds = np.full(rows, -np.inf)
    asked.constraint_upper_bounds = programme.row_upper
    asked.variable_lower_bounds, asked.variable_upper_bounds = programme.lower, programme.upper
    wanted = solvers_pb2.PrimalDualHybridGradientParams()
    ends = wanted.termination_criteria
    ends.simple_optimality_criteria.eps_optimal_relative = accuracy
    ends.simple_optimality_criteria.eps_optimal_absolute = 0.0
    ends.iteration_limit = _STEPS
    if seconds is not None:
        ends.time_sec_limit = seconds
    answer = library.primal_dual_hybrid_gradient(asked, wanted)
    if answer.solve_log.termination_reason != solve_log_pb2.TERMINATION_REASON_OPTIMAL:
        return None
    found = np.array(answer.primal_solution)
    return Relaxed(float(programme.profit @ found), found, -np.array(answer.dual_solution))


class Clock(Protocol):
    """Who allows programmes their time and remembers which of them it cut short."""

    def seconds_left(self) -> float | None:
        """Seconds that a programme may take, None where there is no limit."""
        ...

    def skips(self) -> bool:
        """Whether the next programme is one that a stored run had cut short."""
        ...

    def ended(self, *, cut: bool) -> None:
        """A programme has ended by itself, or was ``cut``."""
        ...


_Found = TypeVar("_Found")


def in_time(
    clock: Clock | None, solve: Callable[[float | None], _Found], was_cut: Callable[[_Found], bool]
) -> tuple[_Found | None, bool]:
    """What ``solve`` finds in the seconds that are left, and whether time cut it short, as ``was_cut`` says.

    One that a stored run had cut short is left out (None, and cut); ``solve`` is told None where there is no limit.
    """
    if clock is None:
        found = solve(None)
        return found, was_cut(found)
    if clock.skips():
        return None, True
    found = solve(clock.seconds_left())
    is_cut = was_cut(found)
    clock.ended(cut=is_cut)
    return found, is_cut


@dataclass(frozen=True)
class Limits:
    """When an exact programme may stop: relative gap, nodes, and (as a safety net) seconds; a ``clock`` where a time
    limit may have been asked for. What time cut short gives no answer, so that it can be left out again."""

    gap: float = 0.0
    nodes: int | None = None
    seconds: float | None = None
    clock: Clock | None = None

    def time(self, left: float | None) -> float | None:
        """Seconds that may be used where so many are ``left`` on the clock (None: no limit)."""
        known = [seconds for seconds in (left, self.seconds) if seconds is not None]
        return min(known, default=None)


ExactSolver = Callable[[Programme, Limits], Exact]

#: What is known of a programme that was cut short, and how the solver says that it was.
_NOTHING = Exact(objective=-np.inf, columns=None, bound=np.inf, proven=False, nodes=0)
_CUT = 1


def highs_exact(programme: Programme, limits: Limits) -> Exact:
    """HiGHS branch and bound, one thread."""
    answer, is_cut = in_time(limits.clock, partial(_milp, programme, limits), _was_cut)
    if answer is None or is_cut:
        return _NOTHING
    bound = np.inf if answer.mip_dual_bound is None else -answer.mip_dual_bound
    found = None if answer.x is None else np.asarray(answer.x)
    return Exact(
        objective=-float(answer.fun) if found is not None else -np.inf,
        columns=found,
        bound=float(bound),
        proven=answer.status in (0, 2),
        nodes=int(answer.mip_node_count or 0),
    )


def _was_cut(answer: Any) -> bool:
    return bool(answer.status == _CUT)


def _milp(programme: Programme, limits: Limits, left: float | None) -> Any:
    options: dict[str, Any] = {"mip_rel_gap": limits.gap, "presolve": True}
    seconds = limits.time(left)
    if limits.nodes is not None:
        options["node_limit"] = limits.nodes
    if seconds is not None:
        options["time_limit"] = seconds
    return milp(
        -programme.profit,
        integrality=programme.whole.astype(int),
        bounds=Bounds(programme.lower, programme.upper),
        constraints=LinearConstraint(programme.matrix, -np.inf, programme.row_upper),
        options=options,
    )
