"""What is left of the plan master once some plans are settled: a smaller programme of its own.

Where instances are large this is quicker than to keep what is settled in the living programme with its limits.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.first_order import FirstOrderLp
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.plan_master import PlanMaster
from matcher.problem.instance import IntArray

#: Plans up to which the programme is solved to a corner.
_FEW = 3_000
#: Above, how near to its optimum, as a share of the bound.
_PRECISION = 3e-5


def solve_remainder(master: PlanMaster, settled: IntArray, left: IntArray) -> bool:
    """Give the master the shares and prices of the plans that are ``left``, where others are ``settled``; False where
    there are none. Plans that are far from good at the best prices stay out."""
    left, columns = good_plans(master, left)
    plans, sides = master.pool.plans, master.programme.sides
    used = sparse.csr_matrix(master.rows.coefficients(plans.chosen(settled))) @ np.ones(len(settled))
    matrix = sparse.hstack((master.programme.side_coefficients(), columns), format="csr")
    rows = np.flatnonzero(np.diff(matrix.indptr))
    choices = int((rows < master.arrays.requests).sum())
    lp = LivingLp() if len(left) <= _FEW else FirstOrderLp(choices)
    lp.add_rows((master.rows.upper - used)[rows], sparse.csr_matrix((len(rows), 0)))
    profit, upper = master.programme.side_profits()
    lp.add_columns(
        np.concatenate((profit, plans.profit[left])),
        np.concatenate((upper, np.full(len(left), np.inf))),
        sparse.csc_matrix(matrix[rows]),
    )
    before = master.programme.lp
    if isinstance(lp, FirstOrderLp) and isinstance(before, FirstOrderLp):
        shares = np.zeros(len(plans))
        shares[: len(master.shares)] = master.shares
        lp.follow(before, np.concatenate((np.zeros(sides), shares[left])), master.padded_prices()[rows])
    if not master.solve_in_time(lp, _PRECISION):
        return False
    shares, row_prices = np.zeros(len(plans)), np.zeros(len(master.rows))
    shares[settled], shares[left] = 1.0, lp.values[sides:]
    row_prices[rows] = lp.prices
    master.follow(lp.objective, shares, row_prices)
    return True


def good_plans(master: PlanMaster, left: IntArray) -> tuple[IntArray, sparse.csc_matrix]:
    """The plans that are about as good as the best of their request, and their coefficients."""
    plans = master.pool.plans.chosen(left)
    coefficients = sparse.csc_matrix(master.rows.coefficients(plans))
    reduced = plans.profit - master.rows.row_prices(master.best.prices) @ coefficients
    best = np.full(master.arrays.requests, -np.inf)
    np.maximum.at(best, plans.request, reduced)
    kept = np.flatnonzero(reduced >= best[plans.request] - master.far)
    return left[kept], coefficients[:, kept]
