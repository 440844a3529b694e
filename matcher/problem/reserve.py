"""Days held back for later waves: which a run may not use, from whom they come, for whom they are kept.

A reserve takes whole days off the capacity of partners, month by month, before a run is solved. The days are
spread over the partners in proportion to what each has free; what is locked stays untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, MonthName
from matcher.problem.partners import Partner
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import Taxonomy

MOST_RESERVES = 6


@dataclass(frozen=True, slots=True)
class Reserve:
    """Days of partners of ``region`` with a skill under ``priority``, in each month up to ``until``.

    Either whole days a month or a share of the days that are free; at least one of region and priority.
    """

    until: MonthName
    region: Identifier | None = None
    priority: Identifier | None = None
    days_each_month: Annotated[int, Between(1, 100_000)] | None = None
    share: Annotated[float, Between(0.001, 1)] | None = None

    def problems(self) -> Iterator[str]:
        if self.region is None and self.priority is None:
            yield "region: name a region or a priority"
        if (self.days_each_month is None) == (self.share is None):
            yield "days_each_month: give either days or a share"


@dataclass(frozen=True, slots=True)
class Held:
    """What one reserve held in a run: days by month, and how many partners they came from."""

    reserve: Reserve
    days: tuple[int, ...]
    partners: int


def hold(snapshot: Snapshot, reserves: Iterable[Reserve]) -> tuple[Snapshot, tuple[Held, ...]]:
    """The snapshot without the days held back, and what each reserve held; in the order of ``reserves``."""
    free = _free_days(snapshot)
    taken = {partner.id: [0] * len(snapshot.months) for partner in snapshot.partners}
    held = tuple(_held(snapshot, each, free, taken) for each in reserves)
    if not any(any(each.days) for each in held):
        return snapshot, held
    partners = tuple(_without(partner, taken[partner.id]) for partner in snapshot.partners)
    return replace(snapshot, partners=partners), held


def spread(wanted: int, free: Sequence[int]) -> list[int]:
    """``wanted`` whole days over places with ``free`` days each, in proportion; earlier places first in ties."""
    total = sum(free)
    if wanted >= total:
        return list(free)
    shares = [wanted * days // total for days in free]
    rest = sorted(range(len(free)), key=lambda place: (-(wanted * free[place] % total), place))
    for place in rest[: wanted - sum(shares)]:
        shares[place] += 1
    return shares


def _free_days(snapshot: Snapshot) -> dict[str, list[int]]:
    """Days of each partner by month that no lock needs."""
    free = {partner.id: list(partner.capacity) for partner in snapshot.partners}
    for lock in snapshot.locked:
        for month, days in enumerate(lock.days):
            free[lock.partner][month] = max(0, free[lock.partner][month] - days)
    return free


def _held(
    snapshot: Snapshot, reserve: Reserve, free: dict[str, list[int]], taken: dict[str, list[int]]
) -> Held:
    concerned = [each.id for each in snapshot.partners if _is_concerned(each, reserve, snapshot.taxonomy)]
    days, givers = [], set()
    for month, name in enumerate(snapshot.months):
        there = [free[partner][month] for partner in concerned]
        wanted = _wanted(reserve, sum(there)) if name <= reserve.until else 0
        for partner, part in zip(concerned, spread(wanted, there), strict=True):
            free[partner][month] -= part
            taken[partner][month] += part
            if part:
                givers.add(partner)
        days.append(min(wanted, sum(there)))
    return Held(reserve, tuple(days), len(givers))


def _wanted(reserve: Reserve, free: int) -> int:
    if reserve.days_each_month is not None:
        return reserve.days_each_month
    return int((reserve.share or 0.0) * free + 1e-9)


def _is_concerned(partner: Partner, reserve: Reserve, taxonomy: Taxonomy) -> bool:
    if reserve.region is not None and partner.region != reserve.region:
        return False
    if reserve.priority is None:
        return True
    return any(priority_of(taxonomy, held.skill) == reserve.priority for held in partner.skills)


def priority_of(taxonomy: Taxonomy, code: str) -> str | None:
    """The priority under whose topics a skill stands; None for methods."""
    topic = taxonomy.topic_of(code)
    return None if topic is None else taxonomy.by_code[topic].parent


def _without(partner: Partner, days: Sequence[int]) -> Partner:
    left = tuple(there - gone for there, gone in zip(partner.capacity, days, strict=True))
    return partner if left == partner.capacity else replace(partner, capacity=left)
