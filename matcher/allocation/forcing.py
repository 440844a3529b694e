"""What it would cost to put a partner on a request: the pair forced, its neighbourhood solved again, all else locked.

Exact in the neighbourhood: the request, what the partner does elsewhere, and a few requests that could
use what the request's present team would have free. A wider search could lose less, never more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from matcher.allocation.objectives import measure
from matcher.allocation.search import keeps, solve_exactly
from matcher.problem.instance import Engagement, Instance, IntArray

BoolArray = NDArray[np.bool_]

_LIMITS: Final = Limits(gap=1e-4, nodes=400)
_OTHERS: Final = 4
"""Requests that may use what comes free: each makes the question dearer, and the answer hardly better."""


@dataclass(frozen=True)
class Forced:
    """The neighbourhood of a pair solved twice, without it and with it: levels of the ladder, natural values.

    ``now`` is what stands. ``without`` may be better than that: the search had not looked so closely here. The
    price of the pair is what ``after`` loses against ``without``. ``dropped`` and ``added`` are against ``now``,
    the pair itself left out.
    """

    days: int
    now: Mapping[str, float]
    without: Mapping[str, float]
    after: Mapping[str, float]
    dropped: tuple[Engagement, ...]
    added: tuple[Engagement, ...]


def force(instance: Instance, engagements: Sequence[Engagement], pair: tuple[str, str]) -> Forced | None:
    """The best that can be had around a pair that is not engaged; None where no way was found to engage it."""
    standing = {(each.partner, each.request): each for each in engagements}
    if instance.row_of(*pair) is None or pair in standing or pair in set(instance.forbidden):
        return None
    part = _part_of(instance, tuple(engagements), pair)
    days = part.best_with(pair)
    if days is None:
        return None
    free, stood = part.best_with(None), days_of(part.around, part.arrays, engagements)
    found = {(each.partner, each.request): each for each in part.engagements(days)}
    return Forced(
        days=found[pair].total_days,
        now=part.levels(stood),
        without=part.levels(stood if free is None else free),
        after=part.levels(days),
        dropped=tuple(each for key, each in sorted(standing.items()) if key not in found),
        added=tuple(each for key, each in sorted(found.items()) if key not in standing and key != pair),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """The neighbourhood as arrays, everything else locked."""

    around: Instance
    arrays: CandidateArrays
    freed: Freed

    def best_with(self, pair: tuple[str, str] | None) -> IntArray | None:
        """Days of the neighbourhood at its best, with the pair if one is given; None where none were found."""
        forced = np.zeros(len(self.arrays), dtype=np.bool_)
        if pair is not None:
            forced = self.arrays.row == self.around.row_of(*pair)
            if not forced.any():
                return None
        return _climb(self.arrays, forced, self.around.ladder)

    def levels(self, days: IntArray) -> dict[str, float]:
        """Each level of the whole instance with these days in the neighbourhood."""
        return measure(self.arrays, days, [name for name in self.around.ladder if name != "change"])

    def engagements(self, days: IntArray) -> tuple[Engagement, ...]:
        """All engagements, with their months."""
        return (*self.around.locked, *with_months(self.around, self.arrays, days, self.freed))


def _part_of(instance: Instance, engagements: tuple[Engagement, ...], pair: tuple[str, str]) -> _Part:
    freed = _freed_for(instance, engagements, pair)
    outside = tuple(each for each in engagements if each.request not in freed.requests)
    locks = tuple({(e.partner, e.request): e for e in (*instance.locked, *outside)}.values())
    around = thinned(replace(instance, locked=locks, previous=()), freed.requests)
    whole = from_instance(around)
    return _Part(around, keep_candidates(whole, in_play(around, whole, freed)), freed)


def _freed_for(instance: Instance, engagements: tuple[Engagement, ...], pair: tuple[str, str]) -> Freed:
    partner, request = pair
    team = {each.partner for each in engagements if each.request == request}
    hit = {request} | {each.request for each in engagements if each.partner == partner}
    others = hop(instance, engagements, team, hit)
    return Freed(engagements, frozenset({*hit, *others[:_OTHERS]}), frozenset({partner, *team}))


def _climb(arrays: CandidateArrays, forced: BoolArray, ladder: Sequence[str]) -> IntArray | None:
    """Each level of the ladder with the ones before it held, and what is forced engaged throughout: the level
    "change", which counts nothing else here, is held first."""
    arrays = replace(arrays, change=np.where(forced, -1.0, 0.0))
    nothing = np.zeros(len(arrays), dtype=np.int64)
    holds = [Hold("change", measure(arrays, nothing, ["change"])["change"] - forced.sum())]
    days: IntArray | None = None
    for name in ladder:
        if name == "change":
            continue
        found, _ = solve_exactly(formulate(arrays, name, holds), _LIMITS)
        if found is not None and keeps(arrays, found, holds):
            days = found
        if days is None:
            return None
        holds.append(Hold(name, measure(arrays, days, [name])[name]))
    return days
