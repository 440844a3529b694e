"""Raising the worst of many: a ladder of targets between what is reached and what is proven.

A search that only counts the worst itself is blind: many groups (or requests) must rise together before it
moves. So a target is set for all of them, the days missing to it are brought down, and when none is missing
the target rises towards the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, Targets
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style

_FIRST_SHARE = 0.985
_LAST_SHARE = 0.9995
_STYLE = Style(free=8, most_free=24, most_candidates=220)


@dataclass(frozen=True)
class Raise:
    """How to raise a worst group or request: the level, its proven bound, and what is held."""

    level: str
    bound: float
    held: Sequence[Hold]
    relaxation: Relaxation | None

    def first_target(self) -> float:
        """Where to aim at first: near the bound, but where a search can arrive."""
        return self.bound * _FIRST_SHARE

    def run(self, room: Room, effort: Effort, most: int, done: Callable[[float], bool]) -> None:
        """Search with rising targets until ``done`` or the end of the effort."""
        for target in self._targets():
            search = Search(
                room,
                self.level,
                self.held,
                self.relaxation,
                _STYLE,
                targets_for(room.arrays, self.level, target),
            )

            def reached(value: float, aim: float = target) -> bool:
                return done(value) or value >= aim - 1e-9

            value = search.run(effort, most, reached)
            if done(value) or value < target - 1e-9:
                return

    def _targets(self) -> Iterator[float]:
        share = _FIRST_SHARE
        while share < _LAST_SHARE:
            yield self.bound * share
            share = (1.0 + share) / 2
        yield self.bound


def targets_for(arrays: CandidateArrays, level: str, least: float) -> Targets:
    """A least share as targets: whole days for groups, the share itself for requests."""
    if level == "worst_group":
        return Targets(days_of_group=np.ceil(least * arrays.groups.wanted - 1e-9))
    return Targets(share_of_request=least)
