"""A worst group of good value: days that come near a target share in every group.

Who only looks at the groups finds days that are worth little, and what is held of them then stands in the way of
value. So value is bounded over whole plans with the target as a row, its shares are followed, and small steps mend
what the days still miss of the target.
"""

from __future__ import annotations

from collections.abc import Sequence

from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.rebuild import rebuild
from matcher.problem.instance import IntArray

_TIGHT, _ROUGH, _ROUNDS, _TURNS, _MOST_PLANS = 1e-4, 2e-4, 200, 3, 300
_PHASES = 60


def near_target(master: PlanMaster, held: Sequence[Hold], effort: Effort) -> IntArray:
    """Days that keep the hard rules, and of what is held (the target among it, as in the master of ``value``) as
    much as could be."""
    master.clock = effort
    master.programme.relieve(relieved=True)

    def go_on() -> bool:
        return effort.take("worst_group_values", _MOST_PLANS)

    master.solve(_TIGHT, _ROUNDS, go_on)
    if go_on():
        master.strengthen(_TURNS, _ROUGH, go_on)
    found = dive(master, go_on=lambda: not effort.out_of_time())
    return rebuild(
        master,
        master.marginals(),
        found,
        held=held,
        phases=_PHASES,
        go_on=lambda _: effort.take("worst_group_rebuilds", _PHASES),
    )
