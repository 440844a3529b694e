"""Whether the locks can hold together; where they cannot, the smallest set of them that clashes, with its rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.arrays import CandidateArrays, spans
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import formulate
from matcher.allocation.instance_arrays import from_instance, keep_candidates
from matcher.allocation.result import Clash
from matcher.allocation.room import Room, keeps_essentials
from matcher.allocation.search import solve_exactly
from matcher.problem.instance import Engagement, Instance, IntArray

_NODES = 20_000


@dataclass(frozen=True, eq=False)
class Opening:
    """Where a solve starts: the arrays and days that the locks make necessary; or what clashes."""

    arrays: CandidateArrays | None
    days: IntArray | None
    clash: tuple[Clash, ...] = ()


def open_instance(instance: Instance) -> Opening:
    """Check the locks, then read the instance around them."""
    clashes = sorted(_clashes(instance), key=lambda clash: (len(clash), [_key(member) for member in clash]))
    if clashes:
        alone = _uncoverable_alone(instance) if len(clashes[0]) > 1 else ()
        return Opening(None, None, alone or clashes[0])
    arrays = from_instance(instance)
    days = _cover_locked(arrays)
    if days is None:
        return Opening(None, None, _essential_clash(instance))
    return Opening(arrays, days)


def _key(member: Clash) -> tuple[str, str, str, int]:
    month = -1 if member.month is None else member.month
    return (member.rule, member.request or "", member.partner or "", month)


def _clashes(instance: Instance) -> Iterator[tuple[Clash, ...]]:
    """The smallest clashing set under each rule, by counting."""
    if not instance.locked:
        return
    forbidden = set(instance.forbidden)
    span = spans(instance)
    by_request: dict[str, list[Engagement]] = defaultdict(list)
    by_partner: dict[str, list[tuple[Engagement, int]]] = defaultdict(list)
    for lock in instance.locked:
        row = instance.row_of(*lock.pair)
        if row is None:
            raise ValueError(f"{lock.partner} is no candidate for {lock.request}")
        if lock.pair in forbidden:
            yield (_member("forbidden", lock),)
        yield from _alone(instance, lock, row)
        by_request[lock.request].append(lock)
        by_partner[lock.partner].append((lock, row))
    for request_id, locks in by_request.items():
        yield from _on_request(instance, request_id, locks)
    for partner_id, rows in by_partner.items():
        yield from _by_month(instance, partner_id, rows, span.first, span.last)


def _member(rule: str, lock: Engagement, month: int | None = None) -> Clash:
    return Clash(rule, lock.partner, lock.request, month)


def _alone(instance: Instance, lock: Engagement, row: int) -> Iterator[tuple[Clash, ...]]:
    table = instance.candidates
    if not table.min_days[row] <= lock.total_days <= table.max_days[row]:
        yield (_member("block", lock),)
    first, last = instance.requests[table.request[row]].window
    for month, days in enumerate(lock.days):
        if days and not first <= month <= last:
            yield (_member("window", lock, month),)


def _on_request(
    instance: Instance, request_id: str, locks: Sequence[Engagement]
) -> Iterator[tuple[Clash, ...]]:
    request = instance.requests[instance.request_index[request_id]]
    fewest = _fewest_above(locks, [lock.total_days for lock in locks], request.days)
    if fewest:
        yield tuple(_member("demand", lock) for lock in fewest)
    if len(locks) > request.max_team:
        yield tuple(_member("team", lock) for lock in sorted(locks, key=_pair)[: request.max_team + 1])


def _by_month(
    instance: Instance,
    partner_id: str,
    rows: Sequence[tuple[Engagement, int]],
    first: IntArray,
    last: IntArray,
) -> Iterator[tuple[Clash, ...]]:
    partner = instance.partners[instance.partner_index[partner_id]]
    for month, capacity in enumerate(partner.capacity):
        locks = [lock for lock, _ in rows]
        fewest = _fewest_above(locks, [lock.days[month] for lock in locks], capacity)
        if fewest:
            yield tuple(_member("capacity", lock, month) for lock in fewest)
        limit = partner.max_concurrent
        present = sorted((lock for lock, row in rows if first[row] <= month <= last[row]), key=_pair)
        if limit is not None and len(present) > limit:
            yield tuple(_member("concurrency", lock, month) for lock in present[: limit + 1])


def _pair(lock: Engagement) -> tuple[str, str]:
    return (lock.request, lock.partner)


def _fewest_above(locks: Sequence[Engagement], days: Sequence[int], most: int) -> list[Engagement]:
    """The fewest locks whose days together exceed ``most``; empty where all of them fit."""
    order = sorted(range(len(locks)), key=lambda position: (-days[position], _pair(locks[position])))
    chosen, total = [], 0
    for position in order:
        if total > most:
            break
        chosen.append(locks[position])
        total += days[position]
    return sorted(chosen, key=_pair) if total > most else []


def _cover_locked(arrays: CandidateArrays) -> IntArray | None:
    """Days that give locked requests their hard essential skills; None where that cannot be done."""
    nothing = np.zeros(len(arrays), dtype=np.int64)
    if keeps_essentials(arrays, nothing):
        return nothing
    skills = arrays.skills
    lacking = skills.essential & ~skills.covered & arrays.demand.engaged[skills.request]
    wanted = np.zeros(arrays.requests, dtype=bool)
    wanted[skills.request[lacking]] = True
    kept = wanted[arrays.request]
    part = keep_candidates(arrays, kept)
    days, _ = solve_exactly(formulate(part, "value", ()), Limits(gap=0.05, nodes=_NODES))
    if days is None or not Room(part, days).holds or not keeps_essentials(part, days):
        return None
    nothing[np.flatnonzero(kept)] = days
    return nothing


def _essential_clash(instance: Instance) -> tuple[Clash, ...]:
    """Locks without which the essential skills could be covered: one alone, or dropped one by one while the clash
    remains."""
    alone = _uncoverable_alone(instance)
    if alone:
        return alone
    kept = sorted(instance.locked, key=_pair)
    for lock in list(kept):
        fewer = [other for other in kept if other is not lock]
        if _cover_locked(from_instance(replace(instance, locked=tuple(fewer)))) is None:
            kept = fewer
    return tuple(_member("essential", lock) for lock in kept)


def _uncoverable_alone(instance: Instance) -> tuple[Clash, ...]:
    """The first lock that leaves its request without a hard essential skill even where it is the only lock."""
    if not instance.essential_is_hard:
        return ()
    lacking = (lock for lock in sorted(instance.locked, key=_pair) if not _brings_essentials(instance, lock))
    for lock in lacking:
        if _cover_locked(from_instance(replace(instance, locked=(lock,)))) is None:
            return (_member("essential", lock),)
    return ()


def _brings_essentials(instance: Instance, lock: Engagement) -> bool:
    request = instance.requests[instance.request_index[lock.request]]
    row = instance.row_of(*lock.pair)
    covers = () if row is None else instance.candidate(row).covers
    return all(skill.skill in covers for skill in request.skills if skill.essential)
