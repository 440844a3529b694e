"""The lexicographic solve: locks, ladder, months, certificate; the two doors of this room.

``allocate`` gives the answer as data. ``solve`` gives the prices with it, for explanations and repairs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata
from typing import Any

from matcher import VERSION
from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.effort import Effort
from matcher.allocation.false_bounds import ROUNDING
from matcher.allocation.formulation import HOLD_TOLERANCE
from matcher.allocation.ladder import Climb
from matcher.allocation.locks import Opening, open_instance
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.result import FALSE_BOUNDS, Allocation, Status
from matcher.allocation.standing import Reached
from matcher.problem.instance import Instance, IntArray

Progress = Callable[[str, float, float, float], None]
Incumbent = Callable[[Allocation], None]

#: Seconds between two answers on the way at most, and how many times as long as the last one took to make.
_BETWEEN_INCUMBENTS, _REST = 2.0, 10.0
#: What a certificate says of how exact its numbers are.
_TOLERANCES = {"held": HOLD_TOLERANCE, "whole": 1e-6, "bound": ROUNDING}


@dataclass(frozen=True)
class Options:
    """How to solve: relative gap of each level; a time limit only where asked; a stored effort to replay."""

    gap: float = 0.001
    limit_seconds: float | None = None
    effort: Mapping[str, int] | None = None
    progress: Progress | None = None
    on_incumbent: Incumbent | None = None


@dataclass(frozen=True, eq=False)
class Solution:
    """The allocation with what explanations and repairs need: arrays, days, and each level's relaxation."""

    allocation: Allocation
    arrays: CandidateArrays | None
    days: IntArray | None
    relaxations: Mapping[str, Relaxation] = field(default_factory=dict)


def allocate(
    instance: Instance,
    *,
    instance_sha256: str,
    gap: float = 0.001,
    limit_seconds: float | None = None,
    effort: Mapping[str, int] | None = None,
    progress: Progress | None = None,
    on_incumbent: Incumbent | None = None,
) -> Allocation:
    """Solve an instance, level by level of its ladder.

    ``gap`` is relative, for each level. Without ``limit_seconds`` the effort is counted, so the same instance
    gives the same answer; ``effort`` (a result's ``certificate["effort"]``) repeats a stored run. ``progress``
    is told the level, the share of the ladder behind it, value and bound; ``on_incumbent`` is given a complete
    feasible allocation now and then, the first one before any optimisation.
    """
    wanted = Options(gap, limit_seconds, effort, progress, on_incumbent)
    return solve(instance, instance_sha256=instance_sha256, wanted=wanted).allocation


def solve(instance: Instance, *, instance_sha256: str, wanted: Options | None = None) -> Solution:
    """As ``allocate``, with prices."""
    wanted = wanted or Options()
    started = time.perf_counter()
    opening = open_instance(instance)
    if opening.arrays is None or opening.days is None:
        return Solution(_infeasible(instance_sha256, opening, started), None, None)
    run = _Run(instance, instance_sha256, wanted, started, opening)
    del opening  # its days are as many as there are candidates
    run.climb_ladder()
    return run.solution()


class _Run:
    """One solve: the climb, and what is told to those who watch it."""

    def __init__(
        self, instance: Instance, digest: str, wanted: Options, started: float, opening: Opening
    ) -> None:
        assert opening.arrays is not None
        assert opening.days is not None
        self.instance, self.digest, self.wanted, self.started = instance, digest, wanted, started
        deadline = None if wanted.limit_seconds is None else started + wanted.limit_seconds
        self.effort = Effort(wanted.effort, deadline)
        self.climb = Climb(
            opening.arrays, opening.days, wanted.gap, self.effort, instance.ladder, self._watch
        )
        self._told = self._pause = 0.0
        self._level_started = started

    def climb_ladder(self) -> None:
        """Every level in the order of the instance."""
        self._tell(force=True)
        for name in self.instance.ladder:
            self._level_started = self.effort.clock()
            self.climb.level(name)
            self._tell(force=True)

    def solution(self) -> Solution:
        """The answer with its prices."""
        relaxations = {
            level.name: level.relaxation for level in self.climb.reached if level.relaxation is not None
        }
        return Solution(self._allocation(), self.climb.arrays, self.climb.room.days.copy(), relaxations)

    def _watch(self, now: Reached) -> None:
        if self.wanted.progress is not None:
            done = len(self.climb.reached) / max(1, len(self.instance.ladder))
            self.wanted.progress(now.name, done, now.value, now.bound)
        self._tell(now)

    def _tell(self, now: Reached | None = None, *, force: bool = False) -> None:
        """Give out a complete answer at the end of each level, and between not so often that it takes long."""
        if self.wanted.on_incumbent is None:
            return
        moment = self.effort.clock()
        if force or moment - self._told >= self._pause:
            self.wanted.on_incumbent(self._allocation(now))
            self._told = self.effort.clock()
            self._pause = min(_BETWEEN_INCUMBENTS, _REST * (self._told - moment))

    def _allocation(self, now: Reached | None = None) -> Allocation:
        climb = self.climb
        levels = [*climb.reached] + ([self._under_way(now)] if now is not None else [])
        draft = Draft(climb.arrays, climb.room.days, [*levels, *self._untouched(len(levels))])
        allocation = allocation_of(
            self.instance, draft, digest=self.digest, gap=self.wanted.gap, certificate=self._certificate()
        )
        seconds = time.perf_counter() - self.started
        return replace(allocation, versions=versions(), seconds=seconds)

    def _under_way(self, now: Reached) -> Reached:
        """A level that is not left yet: its time so far, and no later level had to keep anything of it."""
        return replace(now, held=now.value, seconds=self.effort.clock() - self._level_started)

    def _untouched(self, behind: int) -> list[Reached]:
        """Levels not begun: what they happen to score, with a bound that is trivial."""
        names = self.instance.ladder[behind:]
        values = measure(self.climb.arrays, self.climb.room.days, names)
        return [
            Reached(n, values[n], trivial_bound(self.climb.arrays, n, values[n]), values[n]) for n in names
        ]

    def _certificate(self) -> dict[str, Any]:
        climb = self.climb
        false_bounds = {FALSE_BOUNDS: sorted(climb.false_bounds)} if climb.false_bounds else {}
        return {
            **false_bounds,
            "gap": self.wanted.gap,
            "tolerances": dict(_TOLERANCES),
            "effort": self.effort.note(),
            "stopped_by_time": self.effort.stopped_by_time,
            "counts": {
                "candidates": len(self.instance.candidates),
                "free_candidates": len(climb.arrays),
                "engaged_candidates": int((climb.room.days > 0).sum()),
                "locked": len(self.instance.locked),
            },
        }


def trivial_bound(arrays: CandidateArrays, name: str, value: float) -> float:
    """A bound that needs no proof: shares are at most 1, shortfalls at least 0, value at most all of it."""
    level = LEVELS[name]
    demand = arrays.demand
    if name in ("worst_group", "worst_request"):
        return max(1.0, value)
    if name == "mandated":
        return arrays.fixed.mandated + float(demand.severity @ demand.mandated)
    if name == "value":
        best = float((demand.weight * demand.severity) @ demand.days)
        return max(value, arrays.fixed.value + best + float(arrays.skills.worth.sum()))
    return min(0.0, value) if level.signed(1.0) < 0 else value


def versions() -> dict[str, str]:
    """Of the product and its solvers."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    found = {"matcher": VERSION}
    for solver in ("ortools", "scipy", "numpy"):
        try:
            found[solver] = metadata.version(solver)
        except metadata.PackageNotFoundError:
            continue
    return found


def _infeasible(digest: str, opening: Opening, started: float) -> Allocation:
    return Allocation(
        instance_sha256=digest,
        status=Status.INFEASIBLE,
        levels=(),
        engagements=(),
        unmet=(),
        clash=opening.clash,
        versions=versions(),
        seconds=time.perf_counter() - started,
    )
