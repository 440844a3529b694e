"""A level that raises the worst of many: days of good value that come near its bound, then a search with targets.

Value is asked of the first days, because the level itself says nothing of any group but the worst.
"""

from __future__ import annotations

from collections.abc import Callable

from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.greedy import guided
from matcher.allocation.level_state import LevelState
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanRules
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.search import keeps, missing_days
from matcher.allocation.worst import Raise, targets_for
from matcher.allocation.worst_by_value import near_target
from matcher.problem.instance import IntArray

#: What days of good value aim at in every group, as a share of the bound.
_AIM = 0.995
#: With a time limit: the share of what is left of a level for such days.
_AIM_SHARE = 0.6
#: How near its bound a relaxation is solved whose prices only guide.
_ROUGH = 1e-2


class WorstLevel:
    """The worst group or request of a climb: the guide of its search, and the days that it begins with."""

    def __init__(self, state: LevelState) -> None:
        self._state = state
        self._guide: Relaxation | None = None
        self._begin: IntArray | None = None

    def guide(self, kept: IntArray) -> None:
        """Offer days that build on some that are ``kept``, by prices of value where every group or request comes to
        the first target."""
        state, climb = self._state, self._state.climb
        target = Hold(state.level.name, self._raise().first_target())
        guide = climb.relaxation("value", (*climb.holds, target), tolerance=_ROUGH)
        if guide is not None and not state.closed:
            state.offer(guided(climb.arrays, guide, kept))
            self._guide = guide

    def aim(self, rules: PlanRules) -> None:
        """Days of good value that are near what is aimed at in every group; the search begins there."""
        state, climb = self._state, self._state.climb
        held = (*climb.holds, Hold(state.level.name, state.now.bound * _AIM))
        guide = climb.relaxation("value", held, tolerance=_ROUGH)
        if guide is None:
            return
        master = PlanMaster(
            formulate(climb.arrays, "value", held), rules, guide.prices, climb.room.days, climb.cuts
        )
        with climb.effort.share(_AIM_SHARE):
            self._begin = near_target(master, held, climb.effort)
        state.offer(self._begin)

    def search(self, most: int, done: Callable[[float], bool]) -> None:
        """Search with rising targets, from days that lack least to the first of them, in at most so many rounds and
        until ``done``; what was best is kept."""
        state, climb, raising = self._state, self._state.climb, self._raise()
        before, begin = climb.room.days.copy(), self._begin
        if begin is not None and keeps(climb.arrays, begin, climb.holds):
            target = targets_for(climb.arrays, state.level.name, raising.first_target())
            if missing_days(climb.arrays, begin, target) < missing_days(climb.arrays, before, target):
                climb.adopt(begin)
                state.look()
        raising.run(climb.room, climb.effort, most, done)
        state.look()
        state.offer(before)

    def _raise(self) -> Raise:
        state = self._state
        return Raise(
            state.level.name, state.now.bound, state.climb.holds, self._guide or state.now.relaxation
        )
