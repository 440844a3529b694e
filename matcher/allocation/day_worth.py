"""The two-sided worth of a day: what one day more, and one day less, of a partner in a month does to each level.

By re-solve, not by price: the partner's neighbourhood is solved as it is, with a day less and with a day more, all
else locked. Whatever fits fewer days fits more, so that a day more never looks worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.freed_part import Part, part_of
from matcher.allocation.objectives import LEVELS
from matcher.allocation.search import keeps
from matcher.allocation.settled import Settled
from matcher.allocation.solved_again import ExactClimb, Extent, extent_of, higher, part_around
from matcher.problem.instance import Engagement, Instance, IntArray

NOTHING = 1e-9
"""Less than this is no gain and no loss."""


@dataclass(frozen=True)
class Side:
    """The instance with another day count, its best engagements nearby, and what each level gains by them."""

    instance: Instance
    engagements: tuple[Engagement, ...]
    gain: dict[str, float]


@dataclass(frozen=True)
class TwoSided:
    """One day more and one day less of a partner in a month (a position). ``less`` is None where there is no day
    to take, or locked work needs it."""

    partner: str
    month: int
    extent: Extent
    now: dict[str, float]
    more: Side
    less: Side | None

    @property
    def worth(self) -> tuple[float, float] | None:
        """The least and the most that a day is worth to ``value``; None where a level before it moves too, so
        that value alone does not tell, or where a side is missing."""
        names = list(self.now)
        if self.less is None or "value" not in names:
            return None
        before = names[: names.index("value")]
        moved = [side.gain[name] for side in (self.more, self.less) for name in before]
        if any(abs(gain) > NOTHING for gain in moved):
            return None
        gained, lost = self.more.gain["value"], -self.less.gain["value"]
        return min(gained, lost), max(gained, lost)


def two_sided(settled: Settled, partner: str, month: int) -> TwoSided:
    """What a day of a partner in a month is worth, both ways, in the partner's neighbourhood."""
    instance, here = settled.instance, part_around(settled, partner)
    at = instance.partner_index[partner]
    capacity = instance.partners[at].capacity[month]
    locked = sum(lock.days[month] for lock in instance.locked if lock.partner == partner)
    many = part_of(_with_days(settled, at, month, capacity + 1), here.freed)
    few = part_of(_with_days(settled, at, month, capacity - 1), here.freed) if capacity > locked else None
    fewer = _best(few, few.stood) if few else None
    start: IntArray | None = here.stood
    if few and fewer is not None:
        start = higher(here, start, _like(here, few, fewer))
    base = _best(here, start)
    if base is None:
        raise ValueError("what stands does not keep the rules of the instance")
    now = here.levels(base)
    return TwoSided(
        partner=partner,
        month=month,
        extent=extent_of(here),
        now=now,
        more=_more(here, base, many),
        less=None if few is None or fewer is None else _side(few, fewer, now),
    )


def _best(part: Part, start: IntArray | None) -> IntArray | None:
    return ExactClimb(part.arrays, part.settled.instance.ladder).best(start)


def _like(part: Part, other: Part, days: IntArray) -> IntArray | None:
    """Days of another part with the same candidate rows, on this one's; None where they do not fit."""
    by_row = np.zeros(len(part.settled.instance.candidates), dtype=np.int64)
    by_row[other.arrays.row] = days
    moved: IntArray = by_row[part.arrays.row]
    return moved if moved.sum() == days.sum() and keeps(part.arrays, moved, ()) else None


def _more(here: Part, base: IntArray, many: Part) -> Side:
    """With a day more; a day that can only do harm (it opens a month to the limit of concurrent work) is not
    taken up."""
    now = here.levels(base)
    days = _best(many, _like(many, here, base))
    if days is None:
        return _side(here, base, now)
    side = _side(many, days, now)
    first = next((gain for gain in side.gain.values() if abs(gain) > NOTHING), 0.0)
    return side if first >= 0 else _side(here, base, now)


def _with_days(settled: Settled, at: int, month: int, days: int) -> Settled:
    """What is settled, with other days of one partner in one month."""
    instance = settled.instance
    partner = instance.partners[at]
    capacity = (*partner.capacity[:month], days, *partner.capacity[month + 1 :])
    partners = (*instance.partners[:at], replace(partner, capacity=capacity), *instance.partners[at + 1 :])
    return Settled.of(replace(instance, partners=partners), settled.engagements)


def _side(part: Part, days: IntArray, now: dict[str, float]) -> Side:
    then = part.levels(days)
    gain = {name: LEVELS[name].signed(then[name]) - LEVELS[name].signed(now[name]) for name in now}
    return Side(part.settled.instance, part.engagements(days), gain)
