"""Raising the worst of many: a ladder of targets between what is reached and what is proven.

A search that only counts the worst itself is blind: many groups (or requests) must rise together before it
moves. So a target is set for all of them, the days missing to it are brought down, and when none is missing
the target rises towards the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, Targets
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style, missing_days
from matcher.problem.instance import IntArray

_FIRST_SHARE = 0.985
#: Targets of one search at most, and how near to each other what is reached and what was missed may come.
_TARGETS, _LEAST_STEP = 12, 5e-4
_PRICE = 3.0
_MENDED = ("floors", "worst_group", "worst_request")
_STYLE = Style(free=8, most_free=24, most_candidates=220)
#: The last days that are missing need more requests at once: the style of the last rounds of mending.
_WIDE, _WIDE_ROUNDS = Style(free=16, most_free=40, most_candidates=450), 40


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
        """Search with targets until ``done`` or the end of the effort: nearer to the bound after one that was
        reached, nearer to what is reached after one that was not."""
        target, missed = self.first_target(), self.bound
        for turn in range(_TARGETS):
            search = Search(
                room,
                self.level,
                self.held,
                self.relaxation,
                _STYLE,
                targets_for(room.arrays, self.level, target),
                seed=turn,
            )

            def reached(value: float, aim: float = target) -> bool:
                return done(value) or value >= aim - 1e-9

            value = search.run(effort, most, reached)
            if value < target - 1e-9:
                missed = target
            if done(value) or missed - value < _LEAST_STEP * self.bound or effort.out_of_time():
                return
            target = (max(target, value) + missed) / 2 if value >= target - 1e-9 else (value + target) / 2


def targets_for(arrays: CandidateArrays, level: str, least: float) -> Targets:
    """A least share as targets: whole days for groups, the share itself for requests."""
    if level == "worst_group":
        return Targets(_price(arrays), days_of_group=np.ceil(least * arrays.groups.wanted - 1e-9))
    return Targets(_price(arrays), share_of_request=least)


def _price(arrays: CandidateArrays) -> float:
    """Above what a day can be worth in value, so that a search brings the missing days first."""
    return _PRICE * float((arrays.demand.weight * arrays.demand.severity).max(initial=1.0))


def mend(
    room: Room, holds: Sequence[Hold], relaxation: Relaxation, effort: Effort, most: int
) -> IntArray | None:
    """Bring days that fall short of held floors, groups or requests up to them, losing as little value as can
    be; None where that does not succeed. The other levels held must be kept already."""
    targets = _held_targets(room.arrays, holds)
    if targets is None or missing_days(room.arrays, room.days, targets) == 0:
        return None
    others = [hold for hold in holds if hold.name not in _MENDED]
    for style, rounds in ((_STYLE, most - _WIDE_ROUNDS), (_WIDE, most)):
        search = Search(room, "value", others, relaxation, style, targets, guarded=False)
        search.run(
            effort, rounds, lambda _: missing_days(room.arrays, room.days, targets) < 1e-9, "mending_rounds"
        )
        if missing_days(room.arrays, room.days, targets) < 1e-9:
            return room.days
    return None


def _held_targets(arrays: CandidateArrays, holds: Sequence[Hold]) -> Targets | None:
    held = {hold.name: hold.value for hold in holds}
    groups = np.zeros(len(arrays.groups.wanted))
    if held.get("floors") == 0:
        groups = np.maximum(groups, arrays.groups.floor)
    if "worst_group" in held:
        groups = np.maximum(groups, np.ceil(held["worst_group"] * arrays.groups.wanted - 1e-6))
    share = held.get("worst_request")
    if not groups.any() and not share:
        return None
    return Targets(_price(arrays), groups if groups.any() else None, share)
