"""Climbing the ladder: each level starts from the incumbent of the one before and holds what that one reached."""

from __future__ import annotations

from matcher.allocation.level_step import Step
from matcher.allocation.objectives import LEVELS, Level
from matcher.allocation.standing import Reached, Standing

#: With a time limit: the share of what is left that a level may use if others follow.
_SHARES = {
    "mandated": 0.2,
    "floors": 0.3,
    "worst_group": 0.4,
    "worst_request": 0.4,
    "value": 0.8,
    "change": 0.5,
}
#: Likewise for the worst request of an assignment, whose total takes little once that is known.
_WORST_SHARE_OF_ASSIGNMENT = 0.6


class Climb(Standing):
    """A standing that climbs."""

    def level(self, name: str) -> Reached:
        """Optimise one level with the ones before it held."""
        started = self.effort.clock()
        self.effort.share_of_time(self._share(name))
        step = Step(self, LEVELS[name])
        step.solve()
        now = step.now
        now.held = _held(step.level, now, self.gap)
        now.seconds = self.effort.clock() - started
        self.reached.append(now)
        return now

    def _share(self, name: str) -> float:
        if name == self.ladder[-1]:
            return 1.0
        if name == "worst_request" and self.is_assignment:
            return _WORST_SHARE_OF_ASSIGNMENT
        return _SHARES.get(name, 1.0)


def _held(level: Level, now: Reached, gap: float) -> float:
    """What later levels must keep: all of it, but for ``value``, which may give up what its proof leaves open and
    never so much that it would fall out of the asked gap (nor more than the asked gap)."""
    if level.name != "value":
        return now.value
    proven = level.shortfall(now.value, now.bound)
    asked = gap * abs(now.bound)
    return now.value - (min(proven, asked - proven) if proven <= asked else min(proven, gap * abs(now.value)))
