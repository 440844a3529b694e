"""What it would cost to put a partner on a request: the pair forced, its neighbourhood solved again, all else locked.

Exact in the neighbourhood: the request, what the partner does elsewhere, and a few requests that could
use what the request's present team would have free. With the pair forced a wider search could only do better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.allocation.freed_part import days_of
from matcher.allocation.objectives import LEVELS
from matcher.allocation.solved_again import Extent, part_around
from matcher.problem.instance import Engagement, Instance


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


def force(instance: Instance, engagements: Sequence[Engagement], pair: tuple[str, str]) -> Forced | None:
    """The best that can be had around a pair, engaged or not; None where no way was found to engage it."""
    standing = {(each.partner, each.request): each for each in engagements}
    locked = {(each.partner, each.request) for each in instance.locked}
    if instance.row_of(*pair) is None or pair in set(instance.forbidden) or pair in locked:
        return None
    part = part_around(instance, engagements, *pair)
    stood = days_of(part.around, part.arrays, engagements)
    days = part.best(stood, pair)
    if days is None:
        return None
    free = part.best(stood) if pair not in standing else days
    found = {(each.partner, each.request): each for each in part.engagements(days)}
    return Forced(
        days=found[pair].total_days,
        extent=part.extent,
        now=part.levels(stood),
        without=part.levels(stood if free is None else free),
        after=part.levels(days),
        dropped=tuple(each for key, each in sorted(standing.items()) if key not in found),
        added=tuple(each for key, each in sorted(found.items()) if key not in standing and key != pair),
        engagements=tuple(found.values()),
    )
