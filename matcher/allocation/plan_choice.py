"""The best choice among plans, as one exact programme: good answers where requests are not too many."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.backends import Limits, highs_exact
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.programme import Programme
from matcher.allocation.request_plans import PlanPool, Plans, usage
from matcher.problem.instance import IntArray

#: How often rows of days and places that a choice breaks are added, and it is made again.
_CHOICES = 3


def choose(
    master: PlanMaster, limits: Limits, plans: Plans | None = None, kept: IntArray | None = None
) -> IntArray | None:
    """Whole days that keep every row of the master, None where none were found within the limits: by ``plans`` (all in
    hand unless given), beside the days that are ``kept`` for other requests."""
    plans = master.pool.plans if plans is None else plans
    kept = np.zeros(len(master.arrays), dtype=np.int64) if kept is None else kept
    settled = PlanPool(master.rules, master.formulation.objective)
    settled.add_allocation(master.arrays, kept)
    for _ in range(_CHOICES):
        programme = _programme(master, plans, settled.plans)
        answer = highs_exact(programme, limits)
        if answer.columns is None:
            return None
        chosen = np.rint(answer.columns[len(programme.profit) - len(plans) :])
        engaged, days = usage(plans, chosen, len(master.arrays))
        if master.rows.add_violated(engaged + (kept > 0), days + kept) == 0:
            return np.rint(days).astype(np.int64) + kept
    return None


def _programme(master: PlanMaster, plans: Plans, settled: Plans) -> Programme:
    """Days short and the least share first, then a column for each plan; what is settled takes its part of each row."""
    profit, upper = master.programme.side_profits()
    ones = np.ones(len(plans))
    used = sparse.csr_matrix(master.rows.coefficients(settled)) @ np.ones(len(settled))
    return Programme(
        profit=np.concatenate((profit, plans.profit)),
        matrix=sparse.csc_matrix(
            sparse.hstack((master.programme.side_coefficients(), master.rows.coefficients(plans)))
        ),
        row_upper=master.rows.upper - used,
        lower=np.zeros(len(profit) + len(plans)),
        upper=np.concatenate((upper, ones)),
        whole=np.concatenate((np.zeros(len(profit), dtype=bool), ones > 0)),
    )
