"""A part of an instance solved again, exactly and with all else as it stands: what a repair and a question about one
pair or one day are answered by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.best_possible import best_possible
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.freed import Freed, hop
from matcher.allocation.freed_part import Part, part_of
from matcher.allocation.highs_engine import quick_exact
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.search import keeps, solve_exactly
from matcher.allocation.settled import Settled
from matcher.problem.instance import IntArray

_LIMITS: Final = Limits(gap=1e-6, nodes=400)
_OTHERS: Final = 4
"""Requests that may use what comes free: each makes the question dearer, and the answer hardly better."""
_SAME: Final = 1e-9


@dataclass(frozen=True)
class Extent:
    """How much was solved again: the requests, by id, and the candidates that could serve them."""

    requests: tuple[str, ...]
    candidates: int


def extent_of(part: Part) -> Extent:
    """How large a part is."""
    return Extent(tuple(sorted(part.freed.requests)), len(part.arrays))


def part_around(settled: Settled, partner: str, request: str | None = None) -> Part:
    """The neighbourhood of a partner: what it does, a request if one is given, and the most urgent few that could
    use what comes free of it and of the request's team."""
    standing = settled.engagements
    team = {each.partner for each in standing if each.request == request}
    hit = {each.request for each in standing if each.partner == partner} | ({request} if request else set())
    others = hop(settled.instance, standing, team if request else {partner}, hit)
    freed = Freed(standing, frozenset({*hit, *others[:_OTHERS]}), frozenset({partner, *team}))
    return part_of(settled, freed)


def higher(part: Part, one: IntArray | None, other: IntArray | None) -> IntArray | None:
    """The days that are higher on the ladder; the first of two that are level."""
    if one is None or other is None:
        return other if one is None else one
    then = part.levels(other)
    for name, value in part.levels(one).items():
        gain = LEVELS[name].signed(then[name]) - LEVELS[name].signed(value)
        if abs(gain) > _SAME * max(1.0, abs(value)):
            return other if gain > 0 else one
    return one


@dataclass(frozen=True, eq=False)
class ExactClimb:
    """A ladder climbed by exact programmes alone: its levels over some arrays, each with the ones before it held.
    ``holds`` come before them all."""

    arrays: CandidateArrays
    ladder: Sequence[str]
    holds: tuple[Hold, ...] = ()

    def best(self, start: IntArray | None, most: Mapping[str, float] | None = None) -> IntArray | None:
        """The best days, never worse than those to start from; None where none were found.

        ``most`` says what each level cannot exceed where that is known: a level that is there is not solved again.
        """
        names = [name for name in self.ladder if name != "change"]
        days = start if start is not None and keeps(self.arrays, start, self.holds) else None
        if not names:  # a ladder of nothing but changes: any days will do
            return self._higher("value", self.holds, None) if days is None else days
        done = 0
        if days is None and most is not None:
            done = _leading_whole(names) + 1
            days = self._at_once(names[:done], most)
        settled = names[:done] if days is not None else []
        holds = list(self.holds)
        for name in names:
            if name not in settled and (days is None or not self._is_highest(name, days, most)):
                days = self._higher(name, holds, days)
            if days is None:
                return None
            holds.append(Hold(name, measure(self.arrays, days, [name])[name]))
            if most is not None and _falls_short(holds[-1], most):
                most = None  # known with this level as high as it can be: of those below it says nothing now
        return days

    def _at_once(self, names: Sequence[str], most: Mapping[str, float]) -> IntArray | None:
        """The last of some levels with the whole-numbered ones before it at their most: one programme instead of
        many, where there is such a plan."""
        holds = [*self.holds, *(Hold(name, most[name]) for name in names[:-1])]
        return self._higher(names[-1], holds, None) if len(holds) > len(self.holds) else None

    def _is_highest(self, name: str, days: IntArray, most: Mapping[str, float] | None) -> bool:
        level = LEVELS[name]
        bound = level.signed(best_possible(self.arrays, name))
        if level.whole and most is not None:
            bound = min(bound, level.signed(most[name]))
        return level.signed(measure(self.arrays, days, [name])[name]) >= bound - _SAME

    def _higher(self, name: str, holds: Sequence[Hold], days: IntArray | None) -> IntArray | None:
        """Days that are higher on a level with all holds kept, else those that are there."""
        found, _ = solve_exactly(formulate(self.arrays, name, holds), _LIMITS, quick_exact)
        if found is None or not keeps(self.arrays, found, holds):
            return days
        if days is None:
            return found
        signed = LEVELS[name].signed
        then, now = (signed(measure(self.arrays, each, [name])[name]) for each in (found, days))
        return found if then > now + _SAME else days


def _leading_whole(names: Sequence[str]) -> int:
    """How many levels come before the first that is no whole number."""
    return next((at for at, name in enumerate(names) if not LEVELS[name].whole), max(0, len(names) - 1))


def _falls_short(reached: Hold, most: Mapping[str, float]) -> bool:
    signed = LEVELS[reached.name].signed
    return signed(reached.value) < signed(most[reached.name]) - _SAME
