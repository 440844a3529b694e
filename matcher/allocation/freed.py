"""What events set free: the engagements that still stand, and the requests worth solving again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.problem.instance import Engagement, Instance

#: Requests beside those hit that may use what came free.
_HOP = 12


@dataclass(frozen=True)
class Freed:
    """``standing`` are the engagements that the events leave allowed; ``requests`` those to solve again (empty
    where nothing happened), ``partners`` those with days that came free or changed."""

    standing: tuple[Engagement, ...]
    requests: frozenset[str]
    partners: frozenset[str]


@dataclass(frozen=True)
class Hit:
    """Whom events have touched, by id: partners whose days may have come free or gone, and requests to look at
    again. Ids that the instance does not have (a request that was withdrawn) are passed over."""

    partners: frozenset[str] = frozenset()
    requests: frozenset[str] = frozenset()


def freed_around(instance: Instance, hit: Hit) -> Freed:
    """What an instance with the events in it still holds of ``previous``, around its locks, and what to solve
    again: requests that lost an engagement, partners that are too full now, whatever was hit."""
    standing = _still_allowed(instance)
    kept = {each.pair for each in standing}
    gone = [each for each in instance.previous if each.pair not in kept]
    everyone = {each.partner for each in standing}
    unsettled = {each.request for each in _unsettled(instance, standing, everyone)}
    lost = {each.request for each in gone} | unsettled
    touched = lost | {each for each in hit.requests if each in instance.request_index}
    partners = {each.partner for each in gone} | set(hit.partners)
    partners = {each for each in partners if each in instance.partner_index}
    if not partners and not touched:
        return Freed(standing, frozenset(), frozenset())
    requests = touched | set(hop(instance, standing, partners, touched))
    return Freed(standing, frozenset(requests), frozenset(partners))


def _still_allowed(instance: Instance) -> tuple[Engagement, ...]:
    """Locks as they are, and what else stood before and is still a candidate of that many days."""
    barred = set(instance.forbidden)
    table = instance.candidates
    found = {lock.pair: lock for lock in instance.locked}
    for each in instance.previous:
        is_out = each.pair in found or each.pair in barred
        row = None if is_out else instance.row_of(*each.pair)
        if row is not None and table.min_days[row] <= each.total_days <= table.max_days[row]:
            found[each.pair] = each
    return tuple(sorted(found.values(), key=lambda each: (each.request, each.partner)))


def freed_by(before: Instance, after: Instance, engagements: Sequence[Engagement]) -> Freed:
    """Compare the instance before and after the events, around what was engaged."""
    barred = set(after.forbidden)
    standing = tuple(e for e in engagements if e.pair not in barred)
    gone = [e for e in engagements if e.pair in barred]
    moved = {
        new.id
        for old, new in zip(before.partners, after.partners, strict=True)
        if old.capacity != new.capacity
    }
    partners = {e.partner for e in gone} | moved
    if not partners:
        return Freed(standing, frozenset(), frozenset())
    hit = {e.request for e in gone if _is_wanted(before, after, e.request)}
    hit |= {e.request for e in _unsettled(after, standing, moved)}
    requests = hit | set(hop(after, standing, partners, hit))
    return Freed(standing, frozenset(requests), frozenset(partners))


def _is_wanted(before: Instance, after: Instance, request: str) -> bool:
    """Whether a request still wants help: a withdrawn one keeps a place in the file only."""
    at = after.request_index[request]
    rows = slice(int(after.candidate_start[at]), int(after.candidate_start[at + 1]))
    barred = set(after.forbidden)
    partners = after.candidates.partner[rows].tolist()
    open_pairs = [partner for partner in partners if (after.partners[partner].id, request) not in barred]
    return bool(open_pairs) and before.requests[at].days == after.requests[at].days


def _unsettled(after: Instance, standing: Sequence[Engagement], moved: set[str]) -> Iterable[Engagement]:
    """Engagements of partners whose changed capacity no longer holds what they have, or holds them longer."""
    by_partner: dict[str, list[Engagement]] = defaultdict(list)
    for engagement in standing:
        if engagement.partner in moved:
            by_partner[engagement.partner].append(engagement)
    for partner_id, mine in by_partner.items():
        partner = after.partners[after.partner_index[partner_id]]
        used = [sum(days) for days in zip(*(e.days for e in mine), strict=True)]
        too_full = any(days > capacity for days, capacity in zip(used, partner.capacity, strict=True))
        if too_full or _too_many(after, partner.capacity, partner.max_concurrent, mine):
            yield from mine


def _too_many(
    after: Instance, capacity: tuple[int, ...], limit: int | None, mine: Sequence[Engagement]
) -> bool:
    """Whether some month holds more engagements than the partner takes on."""
    if limit is None:
        return False
    present = [0] * len(capacity)
    for engagement in mine:
        first, last = after.requests[after.request_index[engagement.request]].window
        open_months = [month for month in range(first, last + 1) if capacity[month] > 0]
        for month in range(open_months[0], open_months[-1] + 1) if open_months else ():
            present[month] += 1
    return max(present) > limit


def hop(after: Instance, standing: Sequence[Engagement], partners: set[str], hit: set[str]) -> list[str]:
    """The most urgent requests, still short of days, that a freed partner could serve; at most a dozen."""
    got: dict[str, int] = defaultdict(int)
    for engagement in standing:
        got[engagement.request] += engagement.total_days
    is_freed = np.zeros(len(after.partners), dtype=np.bool_)
    is_freed[[after.partner_index[partner] for partner in partners]] = True
    reached = np.unique(after.candidates.request[is_freed[after.candidates.partner]]).tolist()
    short = [
        after.requests[at]
        for at in reached
        if after.requests[at].id not in hit and got[after.requests[at].id] < after.requests[at].days
    ]
    short.sort(key=lambda request: (-after.weights[request.priority] * request.severity, request.id))
    return [request.id for request in short[:_HOP]]
