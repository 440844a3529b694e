"""What is known of one level while it is solved: its value, its proven bound, the gap that is asked for.

Answers are taken only if they keep every rule and every held level and are better; bounds only if they are tighter.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.backends import Limits
from matcher.allocation.false_bounds import beyond, counted_bound, tell
from matcher.allocation.formulation import Formulation, fixed_value, formulate
from matcher.allocation.objectives import Level, measure
from matcher.allocation.relaxation import price
from matcher.allocation.search import keeps, solve_exactly
from matcher.allocation.standing import Reached, Standing, within
from matcher.problem.instance import IntArray

#: Nodes of exact programmes that are to end with a proof.
EXACT_NODES = 4_000


class LevelState:
    """One level of a climb, as far as it is known. Where a bound was false (``is_doubtful``), none is taken over."""

    is_doubtful = False

    def __init__(self, climb: Standing, level: Level) -> None:
        self.climb = climb
        self.level = level
        self.goal = 0.0 if climb.is_assignment else climb.gap
        self.formulation = formulate(climb.arrays, level.name, climb.holds)
        bound = price(self.formulation, [np.zeros(len(f.upper)) for f in self.formulation.families]).bound
        value = self.measured(climb.room.days)
        self.now = Reached(level.name, value, self.natural(bound), value)
        self.look()

    @property
    def closed(self) -> bool:
        """Whether the value is within the asked gap of its bound."""
        return within(self.level, self.now.value, self.now.bound, self.goal)

    def measured(self, days: IntArray) -> float:
        """The level for days on all candidates."""
        return measure(self.climb.arrays, days, [self.level.name])[self.level.name]

    def natural(self, signed_bound: float) -> float:
        """A bound in the level's own sense, with what is fixed."""
        fixed = fixed_value(self.climb.arrays, self.level.name) if self.level.separable else 0.0
        if self.level.whole:
            signed_bound = float(np.floor(signed_bound + 1e-6))
        return self.level.signed(signed_bound) + fixed

    def tighten(self, signed_bound: float) -> None:
        """Take over a proven bound where it is better."""
        bound = self.natural(signed_bound)
        if not self.is_doubtful and self.level.signed(bound) < self.level.signed(self.now.bound):
            self.now.bound = bound
        self.settle()

    def close(self, best: float | None) -> None:
        """Take over an argument about everything that could be better, which ended with ``best`` (None: with
        nothing at all). It must know of something as good as what is in hand."""
        if best is None or beyond(self.level.name, self.now.value, best):
            self._doubt(best)
        elif not self.is_doubtful:
            self.now.bound = self.now.value

    def settle(self) -> None:
        """No value is better than its own bound: rounding must not make it look so, and nothing else may."""
        now = self.now
        if beyond(self.level.name, now.value, now.bound):
            self._doubt(now.bound)
        elif self.level.signed(now.bound) < self.level.signed(now.value):
            now.bound = now.value

    def _doubt(self, bound: float | None) -> None:
        """A bound was false: whatever else was proven for this level is not relied on either."""
        name, value = self.level.name, self.now.value
        self.is_doubtful, self.now.bound = True, counted_bound(self.climb.arrays, name, value)
        self.climb.false_bounds.add(name)
        tell(name, value, bound)

    def look(self) -> None:
        """Measure what is chosen, and tell who watches."""
        climb = self.climb
        self.now.value = self.measured(climb.room.days)
        self.settle()
        climb.watch(self.now)

    def offer(self, days: IntArray | None) -> None:
        """Adopt days that keep what is held and are better on this level."""
        climb = self.climb
        if days is None or not keeps(climb.arrays, days, climb.holds):
            return
        value = self.measured(days)
        if self.level.signed(value) > self.level.signed(self.now.value) + 1e-9:
            climb.adopt(days)
            self.look()

    def solve_exactly(self, formulation: Formulation, candidate: IntArray, nodes: int) -> None:
        """Solve to proof over some candidates, all else as it is; where that ends, the value is its own bound."""
        days, proven = solve_exactly(formulation, self.limits(nodes))
        if days is None:
            return
        whole = placed(self.climb.room.days, candidate, days)
        self.offer(whole)
        best = self.measured(whole)
        if proven and self.level.signed(best) <= self.level.signed(self.now.value) + 1e-9:
            self.close(best)

    def limits(self, nodes: int, gap: float = 0.0) -> Limits:
        """Limits of an exact programme within what is left of the time."""
        return Limits(gap=gap, nodes=nodes, clock=self.climb.effort)


def placed(whole: IntArray, candidate: IntArray, days: IntArray) -> IntArray:
    """Days over all candidates, with those of some of them set."""
    both = whole.copy()
    both[candidate] = days
    return both
