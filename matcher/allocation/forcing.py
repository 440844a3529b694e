"""What it would cost to put a partner on a request: the pair forced, its neighbourhood solved again, all else kept.

Exact in the neighbourhood: the request, what the partner does elsewhere, and a few requests that could
use what the request's present team would have free. With the pair forced a wider search could only do better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.formulation import Hold
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.settled import Settled
from matcher.allocation.solved_again import ExactClimb, Extent, extent_of, higher, part_around
from matcher.problem.instance import Engagement, IntArray


@dataclass(frozen=True)
class Forced:
    """The neighbourhood of a pair solved twice, without it and with it: levels of the ladder, natural values.

    ``now`` is what stands. ``without`` may be better than that: the search had not looked so closely here. The
    price of the pair is what ``after`` loses against ``without``; for a pair that is engaged both are the same.
    ``dropped`` and ``added`` are against ``now``, the pair itself left out; ``engagements`` are all of ``after``.
    """

    days: int
    extent: Extent
    now: Mapping[str, float]
    without: Mapping[str, float]
    after: Mapping[str, float]
    dropped: tuple[Engagement, ...]
    added: tuple[Engagement, ...]
    engagements: tuple[Engagement, ...]

    @property
    def loss(self) -> dict[str, float]:
        """What each level loses with the pair, in its own unit: below 0 where it gains."""
        return {
            name: LEVELS[name].signed(self.without[name]) - LEVELS[name].signed(self.after[name])
            for name in self.after
        }


def force(settled: Settled, pair: tuple[str, str]) -> Forced | None:
    """The best that can be had around a pair, engaged or not; None where no way was found to engage it."""
    instance = settled.instance
    standing = {each.pair: each for each in settled.engagements}
    if instance.row_of(*pair) is None or pair in set(instance.forbidden) or pair in instance.locked_pairs:
        return None
    part = part_around(settled, *pair)
    is_forced, is_engaged = part.position(*pair), pair in standing
    if not is_forced.any():
        return None
    free = None if is_engaged else ExactClimb(part.arrays, instance.ladder).best(part.stood)
    most = None if free is None else part.levels(free)
    days = _with_pair(part.arrays, is_forced, instance.ladder).best(part.stood, most)
    if days is None:
        return None
    without = days if is_engaged else higher(part, part.stood if free is None else free, days)
    found = {each.pair: each for each in part.engagements(days)}
    return Forced(
        days=found[pair].total_days,
        extent=extent_of(part),
        now=part.levels(part.stood),
        without=part.levels(days if without is None else without),
        after=part.levels(days),
        dropped=tuple(each for key, each in sorted(standing.items()) if key not in found),
        added=tuple(each for key, each in sorted(found.items()) if key not in standing and key != pair),
        engagements=tuple(found.values()),
    )


def _with_pair(arrays: CandidateArrays, is_forced: BoolArray, ladder: tuple[str, ...]) -> ExactClimb:
    """A climb with the pair in it throughout: the level "change", which counts nothing else here, is held first."""
    counted = replace(arrays, change=np.where(is_forced, -1.0, 0.0))
    nothing: IntArray = np.zeros(len(arrays), dtype=np.int64)
    least = measure(counted, nothing, ["change"])["change"] - 1.0
    return ExactClimb(counted, ladder, (Hold("change", least),))
