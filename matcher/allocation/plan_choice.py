"""The best choice among the plans in hand, as one exact programme: good answers where requests are not too many."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.backends import Limits, highs_exact
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.programme import Programme
from matcher.allocation.request_plans import usage
from matcher.problem.instance import IntArray

#: How often rows of days and places that a choice breaks are added, and it is made again.
_CHOICES = 3


def choose(master: PlanMaster, limits: Limits) -> IntArray | None:
    """Whole days that keep every row of the master, None where none were found within the limits."""
    for _ in range(_CHOICES):
        programme = _programme(master)
        answer = highs_exact(programme, limits)
        if answer.columns is None:
            return None
        plans = master.pool.plans
        chosen = np.rint(answer.columns[len(programme.profit) - len(plans) :])
        engaged, days = usage(plans, chosen, len(master.arrays))
        if master.rows.add_violated(engaged, days) == 0:
            return np.rint(days).astype(np.int64)
    return None


def _programme(master: PlanMaster) -> Programme:
    """Days short and the least share first, then a column for each plan."""
    plans = master.pool.plans
    profit, upper = master.programme.side_profits()
    ones = np.ones(len(plans))
    return Programme(
        profit=np.concatenate((profit, plans.profit)),
        matrix=sparse.csc_matrix(
            sparse.hstack((master.programme.side_coefficients(), master.rows.coefficients(plans)))
        ),
        row_upper=master.rows.upper,
        lower=np.zeros(len(profit) + len(plans)),
        upper=np.concatenate((upper, ones)),
        whole=np.concatenate((np.zeros(len(profit), dtype=bool), ones > 0)),
    )
