"""From an instance to candidate arrays: spans, locks taken off, prohibitions and hopeless pairs left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.arrays import (
    UNLIMITED,
    CandidateArrays,
    Demand,
    Fixed,
    Groups,
    Skills,
    Spans,
    Supply,
    capacity_table,
    interval_days,
    least_room,
    same,
    same_of,
    share_of_days,
    spans,
)
from matcher.problem.instance import Engagement, FloatArray, Instance, IntArray, Priority, Region


@dataclass(frozen=True, eq=False)
class _Locks:
    """Locked engagements as columns: table row and days by month."""

    row: IntArray
    days: IntArray

    @property
    def total(self) -> IntArray:
        total: IntArray = self.days.sum(axis=1, dtype=np.int64)
        return total


def from_instance(instance: Instance) -> CandidateArrays:
    """The whole instance as arrays. Locks must be feasible (``matcher.allocation.locks`` says whether)."""
    locks, span = _read_locks(instance), spans(instance)
    demand = _demand(instance, locks)
    arrays = CandidateArrays(
        **_columns(instance, span),
        supply=_supply(instance, span, locks),
        demand=demand,
        skills=_skills(instance, locks),
        groups=_groups(instance, demand),
        fixed=Fixed(),
        essential_is_hard=instance.essential_is_hard,
    )
    arrays = replace(arrays, fixed=_fixed(instance, arrays, locks))
    return _without_hopeless(keep_candidates(arrays, _usable(instance, arrays, span, locks)))


def days_of(instance: Instance, arrays: CandidateArrays, engagements: Sequence[Engagement]) -> IntArray:
    """Days of every free candidate in some engagements; what is locked, or no candidate, is passed over."""
    rows = instance.rows_of(engagements)
    days = np.array([each.total_days for each in engagements], dtype=np.int64)
    everywhere = np.zeros(len(instance.candidates), dtype=np.int64)
    everywhere[rows[rows >= 0]] = days[rows >= 0]
    found: IntArray = everywhere[arrays.row]
    return found


def keep_candidates(arrays: CandidateArrays, keep: np.ndarray) -> CandidateArrays:
    """The same arrays with only the candidates of a boolean mask; days are cut to the room that is left."""
    kept = arrays if keep.all() else _only(arrays, np.flatnonzero(keep))
    return replace(kept, high=np.maximum(np.minimum(kept.high, least_room(kept)), 0))


def _only(arrays: CandidateArrays, chosen: IntArray) -> CandidateArrays:
    position = np.full(len(arrays), -1, dtype=np.int32)
    position[chosen] = np.arange(len(chosen))
    cover = position[arrays.cover_candidate] >= 0
    names = ("row", "partner", "request", "first", "last", "low", "high", "fit", "day_value", "distance_km")
    columns = {name: getattr(arrays, name)[chosen] for name in names}
    always = same_of(arrays.change)
    return replace(
        arrays,
        **columns,
        change=arrays.change[chosen] if always is None else same(always, len(chosen)),
        cover_candidate=position[arrays.cover_candidate[cover]],
        cover_skill=arrays.cover_skill[cover],
    )


def _read_locks(instance: Instance) -> _Locks:
    rows = instance.rows_of(instance.locked)
    if (rows < 0).any():
        raise ValueError("a lock names a pair that is no candidate")
    days = np.array([lock.days for lock in instance.locked], dtype=np.int64)
    return _Locks(rows, days.reshape(len(rows), len(instance.months)))


def _columns(instance: Instance, span: Spans) -> dict[str, np.ndarray]:
    table = instance.candidates
    weight = instance.weights
    worth = np.array(
        [weight[request.priority] * request.severity for request in instance.requests], dtype=float
    )
    return {
        "row": np.arange(len(table), dtype=np.int32),
        "partner": table.partner,
        "request": table.request,
        "first": span.first,
        "last": span.last,
        "low": table.min_days,
        "high": table.max_days,
        "fit": table.fit,
        "day_value": worth[table.request] * table.fit,
        "distance_km": table.distance_km,
        "change": _change(instance),
        "cover_candidate": np.repeat(np.arange(len(table), dtype=np.int32), np.diff(table.cover_start)),
        "cover_skill": table.covers,
    }


def _change(instance: Instance) -> FloatArray:
    if not instance.previous:
        return same(0.0, len(instance.candidates))
    change = np.ones(len(instance.candidates))
    rows = instance.rows_of(instance.previous)
    change[rows[rows >= 0]] = -1.0
    return change


def _supply(instance: Instance, span: Spans, locks: _Locks) -> Supply:
    capacity = capacity_table(instance)
    limits = [partner.max_concurrent for partner in instance.partners]
    places = np.array([UNLIMITED if limit is None else limit for limit in limits], dtype=np.int64)
    left = np.repeat(places[:, None], capacity.shape[1], axis=1)
    partner = instance.candidates.partner[locks.row]
    np.subtract.at(capacity, partner, locks.days)
    for who, first, last in zip(partner, span.first[locks.row], span.last[locks.row], strict=True):
        left[who, first : last + 1] -= 1
    return Supply(interval_days=interval_days(capacity), places=left)


def _demand(instance: Instance, locks: _Locks) -> Demand:
    requests, table = instance.requests, instance.candidates
    count = len(requests)
    served = table.request[locks.row]
    given = np.bincount(served, locks.total, count).astype(np.int64)
    team = np.bincount(served, minlength=count)
    wanted = np.array([request.days for request in requests], dtype=np.int64)
    share = instance.mandated_share
    support = [share_of_days(share, request.days, round_up=True) for request in requests]
    weight = instance.weights
    priority = {entry.code: position for position, entry in enumerate(instance.priorities)}
    region = {entry.code: len(priority) + position for position, entry in enumerate(instance.regions)}
    return Demand(
        days=wanted - given,
        team=np.array([request.max_team for request in requests], dtype=np.int64) - team,
        wanted=wanted,
        weight=np.array([weight[request.priority] for request in requests], dtype=float),
        severity=np.array([request.severity for request in requests], dtype=np.int64),
        mandated=np.array([request.mandated for request in requests], dtype=bool),
        support_days=np.array(support, dtype=np.int64) - given,
        fit_days=np.bincount(served, table.fit[locks.row] * locks.total, count).astype(float),
        engaged=team > 0,
        priority=np.array([priority[request.priority] for request in requests], dtype=np.int64),
        region=np.array([region[request.region] for request in requests], dtype=np.int64),
    )


def _skills(instance: Instance, locks: _Locks) -> Skills:
    weight = instance.weights
    worth = [
        instance.skill_bonus * weight[request.priority] * request.severity * skill.weight * request.days
        for request in instance.requests
        for skill in request.skills
    ]
    table = instance.candidates
    covered = np.zeros(len(worth), dtype=bool)
    for row in locks.row:
        covered[table.covers[table.cover_start[row] : table.cover_start[row + 1]]] = True
    return Skills(
        request=np.repeat(np.arange(len(instance.requests)), np.diff(instance.skill_start)),
        worth=np.array(worth, dtype=float),
        essential=np.array(
            [s.essential for request in instance.requests for s in request.skills], dtype=bool
        ),
        covered=covered,
    )


def _groups(instance: Instance, demand: Demand) -> Groups:
    entries: tuple[Priority | Region, ...] = (*instance.priorities, *instance.regions)
    wanted = demand.by_group(demand.wanted, len(entries))
    floor = [
        share_of_days(entry.floor, days, round_up=False)
        for entry, days in zip(entries, wanted.tolist(), strict=True)
    ]
    given = demand.by_group(demand.wanted - demand.days, len(entries))
    return Groups(wanted=wanted, floor=np.array(floor, dtype=np.int64), given=given)


def _fixed(instance: Instance, arrays: CandidateArrays, locks: _Locks) -> Fixed:
    """What the locks score by themselves. Mandated requests that still lack days or skills count later."""
    row = locks.row
    change = 0.0
    if instance.previous:
        previous, locked = {each.pair for each in instance.previous}, instance.locked_pairs
        change = float(len(previous) + len(locked - previous) - len(locked & previous))
    value = float(arrays.day_value[row] @ locks.total) + float(
        arrays.skills.worth[arrays.skills.covered].sum()
    )
    return Fixed(value=value, change=change, travel=float(arrays.distance_km[row] @ locks.total))


def _usable(instance: Instance, arrays: CandidateArrays, span: Spans, locks: _Locks) -> np.ndarray:
    usable = (span.first <= span.last) & (_least_room_where_open(arrays, span) >= arrays.low)
    usable[locks.row] = False
    for partner, request in instance.forbidden:
        row = instance.row_of(partner, request)
        if row is not None:
            usable[row] = False
    return usable


def _least_room_where_open(arrays: CandidateArrays, span: Spans) -> IntArray:
    """Room of each row, 0 where the partner has no month of the window open."""
    is_open = span.first <= span.last
    safe = replace(arrays, first=np.where(is_open, span.first, 0), last=np.where(is_open, span.last, 0))
    return np.where(is_open, least_room(safe), 0)


def _without_hopeless(arrays: CandidateArrays) -> CandidateArrays:
    """With hard essentials: leave out requests whose essential skills no candidate that is left can cover."""
    if not arrays.essential_is_hard:
        return arrays
    reachable = arrays.skills.covered.copy()
    reachable[arrays.cover_skill] = True
    hopeless = np.zeros(arrays.requests, dtype=bool)
    hopeless[arrays.skills.request[arrays.skills.essential & ~reachable]] = True
    return keep_candidates(arrays, ~hopeless[arrays.request])
