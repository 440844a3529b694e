"""Where a climb of the ladder stands: what is chosen, what is held, what was reached on each level so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.effort import Effort
from matcher.allocation.exactness import is_assignment
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.objectives import Level
from matcher.allocation.relaxation import Relaxation, relax
from matcher.allocation.room import Room
from matcher.allocation.sizes import is_large
from matcher.allocation.team_ways import TeamWays
from matcher.problem.instance import IntArray

#: An assignment is argued to the last digit, from prices that are exact.
_EXACT = 1e-9


@dataclass
class Reached:
    """One level: its value when it was left, the bound proven for it, what is held, and the prices."""

    name: str
    value: float
    bound: float
    held: float
    seconds: float = 0.0
    relaxation: Relaxation | None = None


Watch = Callable[[Reached], None]


@dataclass
class Standing:
    """Where a climb stands: days chosen so far, levels held, effort used, the ways by teams by what else than a
    least share is held, and the levels of which something false was said to be proven."""

    arrays: CandidateArrays
    days: InitVar[IntArray]
    gap: float
    effort: Effort
    ladder: Sequence[str]
    watch: Watch = lambda _: None
    reached: list[Reached] = field(default_factory=list)
    ways: dict[tuple[Hold, ...], TeamWays | None] = field(default_factory=dict)
    false_bounds: set[str] = field(default_factory=set)
    _cuts: CutPool | None = None

    def __post_init__(self, days: IntArray) -> None:
        self.room = Room(self.arrays, days)
        self.is_assignment = is_assignment(self.arrays)
        self._relaxations: dict[tuple[str, tuple[Hold, ...]], Relaxation | None] = {}

    @property
    def holds(self) -> tuple[Hold, ...]:
        """What the levels below must keep."""
        return tuple(Hold(level.name, level.held) for level in self.reached)

    @property
    def cuts(self) -> CutPool:
        """Partner cuts found so far: what the days of a partner allow is the same on each level."""
        if self._cuts is None:
            self._cuts = CutPool(self.arrays)
        return self._cuts

    def adopt(self, days: IntArray) -> None:
        """Take over days that were checked."""
        self.room = Room(self.arrays, days)

    def relaxation(self, name: str, holds: tuple[Hold, ...], *, tolerance: float = 1e-4) -> Relaxation | None:
        """The candidate relaxation of a level, solved once."""
        key = (name, holds)
        if key not in self._relaxations:
            formulation = formulate(self.arrays, name, holds)
            self._relaxations[key] = relax(
                formulation,
                tolerance=_EXACT if self.is_assignment else max(tolerance, _rough(self.arrays)),
                clock=self.effort,
                begin=self.room.days if is_large(self.arrays) else None,
            )
        return self._relaxations[key]


def within(level: Level, value: float, bound: float, gap: float) -> bool:
    """Whether a value is within a relative gap of its bound."""
    return level.shortfall(value, bound) <= gap * abs(bound) + 1e-9


def _rough(arrays: CandidateArrays) -> float:
    """Where the relaxation alone takes long, it only starts the proof and need not be tight itself: whole plans come
    sooner to good prices."""
    return 1e-2 if is_large(arrays) else 0.0
