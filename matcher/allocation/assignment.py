"""Assignments (every block one size, no skill counts), level by level to the last digit.

The worst request by targets that are reached or ruled out, then the total over the candidates that could matter.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.exactness import Remainder, reach, settle
from matcher.allocation.formulation import Hold
from matcher.allocation.level_state import EXACT_NODES, LevelState
from matcher.allocation.share_targets import FINEST, Halving, share_step
from matcher.problem.instance import IntArray

#: The gap at which any answer that reaches a target for the worst request will do.
_ANY = 1e-2


def finish_assignment(state: LevelState) -> None:
    """To the last digit, where the level has a relaxation to argue from."""
    climb, name, relaxation = state.climb, state.level.name, state.now.relaxation
    if relaxation is None:
        return
    if name == "worst_request":
        _aim_at_bound(state)
    elif state.level.separable:
        everything = np.ones(len(climb.arrays), dtype=bool)
        problem = Remainder(climb.arrays, name, climb.holds, everything)
        days, proven = settle(problem, relaxation, state.limits(EXACT_NODES), climb.room.days)
        state.offer(days)
        if proven:
            state.now.bound = state.now.value


def _aim_at_bound(state: LevelState) -> None:
    """Targets for the worst request, each reached or ruled out."""
    climb = state.climb
    step = share_step(climb.arrays)
    state.goal = 0.0 if step else 2 * FINEST / max(FINEST, abs(state.now.bound))

    def aim(target: float) -> tuple[Hold, ...]:
        return (*climb.holds, Hold("worst_request", target))

    def found(days: IntArray) -> float:
        state.offer(days)
        return state.now.value

    halving = Halving(
        value=state.now.value,
        bound=state.now.bound,
        step=step,
        relaxed=lambda target: climb.relaxation("value", aim(target)),
        ask=lambda target, guide: reach(climb.arrays, aim(target), guide, state.limits(EXACT_NODES, _ANY)),
        found=found,
        go_on=lambda: not climb.effort.out_of_time(),
    )
    halving.run()
    state.tighten(halving.bound)
