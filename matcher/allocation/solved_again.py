"""A part of an instance solved again, exactly and with all else locked: what a question about one pair or one
day is answered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.freed import Freed, hop
from matcher.allocation.freed_part import days_of, in_play, thinned, with_months
from matcher.allocation.instance_arrays import from_instance, keep_candidates
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.search import keeps, solve_exactly
from matcher.problem.instance import Engagement, Instance, IntArray

BoolArray = NDArray[np.bool_]

_LIMITS: Final = Limits(gap=1e-4, nodes=400)
_OTHERS: Final = 4
"""Requests that may use what comes free: each makes the question dearer, and the answer hardly better."""


@dataclass(frozen=True)
class Extent:
    """How much was solved again: the requests, by id, and the candidates that could serve them."""

    requests: tuple[str, ...]
    candidates: int


@dataclass(frozen=True, eq=False)
class Part:
    """A neighbourhood of an instance as arrays, everything else locked."""

    instance: Instance
    around: Instance
    arrays: CandidateArrays
    freed: Freed

    @property
    def extent(self) -> Extent:
        """How large the neighbourhood is."""
        return Extent(tuple(sorted(self.freed.requests)), len(self.arrays))

    def stood(self) -> IntArray | None:
        """Days as they stand; None where they do not fit any more."""
        return self.fitting(days_of(self.around, self.arrays, self.freed.standing))

    def like(self, other: Part, days: IntArray) -> IntArray | None:
        """Days of another part with the same candidate rows, on this one's; None where they do not fit."""
        by_row = np.zeros(len(self.around.candidates), dtype=np.int64)
        by_row[other.arrays.row] = days
        moved: IntArray = by_row[self.arrays.row]
        return self.fitting(moved) if moved.sum() == days.sum() else None

    def fitting(self, days: IntArray) -> IntArray | None:
        """The days if they keep every hard rule here."""
        return days if keeps(self.arrays, days, ()) else None

    def best(self, start: IntArray | None, pair: tuple[str, str] | None = None) -> IntArray | None:
        """The best days up the ladder, never worse than those to start from, with the pair in it if one is
        given; None where none were found."""
        forced = np.zeros(len(self.arrays), dtype=np.bool_)
        if pair is not None:
            forced = self.arrays.row == self.around.row_of(*pair)
            if not forced.any():
                return None
            start = start if start is not None and start[forced].all() else None
        return _climb(self.arrays, forced, self.around.ladder, start)

    def better(self, one: IntArray | None, other: IntArray | None) -> IntArray | None:
        """The one that is higher on the ladder; the first of two that are level."""
        if one is None or other is None:
            return other if one is None else one
        for name, value in self.levels(one).items():
            signed = LEVELS[name].signed
            gain = signed(self.levels(other)[name]) - signed(value)
            if abs(gain) > 1e-9 * max(1.0, abs(value)):
                return other if gain > 0 else one
        return one

    def levels(self, days: IntArray) -> dict[str, float]:
        """Each level of the whole instance with these days in the neighbourhood."""
        return measure(self.arrays, days, [name for name in self.around.ladder if name != "change"])

    def engagements(self, days: IntArray) -> tuple[Engagement, ...]:
        """All engagements, with their months, by request, then partner."""
        everything = (*self.around.locked, *with_months(self.around, self.arrays, days, self.freed))
        return tuple(sorted(everything, key=lambda each: (each.request, each.partner)))


def part_around(
    instance: Instance, engagements: Sequence[Engagement], partner: str, request: str | None = None
) -> Part:
    """The neighbourhood of a partner: what it does, a request if one is given, and the most urgent few that could
    use what comes free of it and of the request's team."""
    standing = tuple(engagements)
    team = {each.partner for each in standing if each.request == request}
    hit = {each.request for each in standing if each.partner == partner} | ({request} if request else set())
    others = hop(instance, standing, team if request else {partner}, hit)
    freed = Freed(standing, frozenset({*hit, *others[:_OTHERS]}), frozenset({partner, *team}))
    return part_of(instance, freed)


def part_of(instance: Instance, freed: Freed) -> Part:
    """A neighbourhood of an instance as arrays."""
    outside = tuple(each for each in freed.standing if each.request not in freed.requests)
    locks = tuple({(e.partner, e.request): e for e in (*instance.locked, *outside)}.values())
    around = thinned(replace(instance, locked=locks, previous=()), freed.requests)
    whole = from_instance(around)
    return Part(instance, around, keep_candidates(whole, in_play(around, whole, freed)), freed)


def _climb(
    arrays: CandidateArrays, forced: BoolArray, ladder: Sequence[str], start: IntArray | None
) -> IntArray | None:
    """Each level of the ladder with the ones before it held, and what is forced engaged throughout: the level
    "change", which counts nothing else here, is held first."""
    arrays = replace(arrays, change=np.where(forced, -1.0, 0.0))
    nothing = np.zeros(len(arrays), dtype=np.int64)
    holds = [Hold("change", measure(arrays, nothing, ["change"])["change"] - forced.sum())]
    days = start
    for name in ladder:
        if name == "change":
            continue
        found, _ = solve_exactly(formulate(arrays, name, holds), _LIMITS)
        if found is not None and keeps(arrays, found, holds) and _is_higher(arrays, name, days, found):
            days = found
        if days is None:
            return None
        holds.append(Hold(name, measure(arrays, days, [name])[name]))
    return days


def _is_higher(arrays: CandidateArrays, name: str, days: IntArray | None, found: IntArray) -> bool:
    if days is None:
        return True
    signed = LEVELS[name].signed
    return signed(measure(arrays, found, [name])[name]) > signed(measure(arrays, days, [name])[name]) + 1e-9
