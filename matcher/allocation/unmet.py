"""Why a request is short of days: the rule that binds, checked against what is left, never guessed."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays, spans
from matcher.allocation.result import Unmet, UnmetReason
from matcher.allocation.room import Room
from matcher.problem.instance import Instance, IntArray


def unmet(instance: Instance, arrays: CandidateArrays, days: IntArray) -> tuple[Unmet, ...]:
    """Every request with nothing or short of days, by id, with its reason."""
    room = Room(arrays, days)
    facts, engaged = _Facts(instance), _Engaged(arrays, days)
    short = np.flatnonzero(room.wanted > 0)
    return tuple(
        Unmet(
            instance.requests[request].id,
            int(room.wanted[request]),
            _reason(facts, room, engaged, int(request)),
        )
        for request in short
    )


class _Facts:
    """What is true of each request's candidates before anything is chosen."""

    def __init__(self, instance: Instance) -> None:
        table = instance.candidates
        self.instance = instance
        allowed = np.ones(len(table), dtype=bool)
        for partner, request in instance.forbidden:
            row = instance.row_of(partner, request)
            if row is not None:
                allowed[row] = False
        self.allowed = allowed

    @cached_property
    def open(self) -> BoolArray:
        """Candidates that may serve and have a month of the window with room for their smallest block."""
        instance, table = self.instance, self.instance.candidates
        span = spans(instance)
        capacity = np.array([p.capacity for p in instance.partners], dtype=np.int64)
        capacity = capacity.reshape(len(instance.partners), len(instance.months))
        total = np.concatenate(
            (np.zeros((len(capacity), 1), dtype=np.int64), capacity.cumsum(axis=1)), axis=1
        )
        is_open = span.first <= span.last
        inside = np.where(is_open, span.last + 1, 0), np.where(is_open, span.first, 0)
        most = total[table.partner, inside[0]] - total[table.partner, inside[1]]
        is_long: BoolArray = most >= table.min_days
        return self.allowed & is_open & is_long

    def rows(self, request: int) -> slice:
        start = self.instance.candidate_start
        return slice(int(start[request]), int(start[request + 1]))


class _Engaged:
    """The engaged candidates of each partner."""

    def __init__(self, arrays: CandidateArrays, days: IntArray) -> None:
        engaged = np.flatnonzero(days)
        self._order = engaged[np.argsort(arrays.partner[engaged], kind="stable")]
        self._partners = arrays.partner[self._order]

    def of(self, partner: int) -> IntArray:
        first, last = np.searchsorted(self._partners, (partner, partner + 1))
        return self._order[first:last]


def _reason(facts: _Facts, room: Room, engaged: _Engaged, request: int) -> UnmetReason:
    rows = facts.rows(request)
    if rows.start == rows.stop:
        return UnmetReason.NO_CANDIDATE
    if not facts.allowed[rows].any():
        return UnmetReason.ONLY_CONFLICTED
    first, last = np.searchsorted(room.arrays.request, (request, request + 1))
    if first == last and not facts.open[rows].any():
        return UnmetReason.WINDOW_TOO_SHORT
    if _essential_out_of_reach(facts, request, rows):
        return UnmetReason.ESSENTIAL_SKILL_MISSING
    if room.team[request] <= 0:
        return UnmetReason.TEAM_FULL
    return _where_the_room_went(room, engaged, request)


def _essential_out_of_reach(facts: _Facts, request: int, rows: slice) -> bool:
    """With hard essentials: whether some essential skill is covered by no candidate that could serve."""
    instance = facts.instance
    if not instance.essential_is_hard:
        return False
    table = instance.candidates
    reachable: set[int] = set()
    for row in range(rows.start, rows.stop):
        if facts.open[row]:
            reachable.update(table.covers[table.cover_start[row] : table.cover_start[row + 1]].tolist())
    first = int(instance.skill_start[request])
    skills = instance.requests[request].skills
    return any(skill.essential and first + n not in reachable for n, skill in enumerate(skills))


def _where_the_room_went(room: Room, engaged: _Engaged, request: int) -> UnmetReason:
    """Outranked where an engagement of more value holds the room of a candidate (or a level held keeps it
    free); else no capacity is left."""
    arrays = room.arrays
    first, last = np.searchsorted(arrays.request, (request, request + 1))
    candidates = range(int(first), int(last))
    if any(room.most(candidate) > 0 or _can_grow(room, candidate) for candidate in candidates):
        return UnmetReason.OUTRANKED
    for candidate in candidates:
        if _gives_all_it_could(room, candidate):
            continue
        rivals = engaged.of(int(arrays.partner[candidate]))
        rivals = rivals[arrays.request[rivals] != request]
        meets = (arrays.first[rivals] <= arrays.last[candidate]) & (
            arrays.last[rivals] >= arrays.first[candidate]
        )
        if (arrays.day_value[rivals[meets]] > arrays.day_value[candidate]).any():
            return UnmetReason.OUTRANKED
    return UnmetReason.NO_CAPACITY_LEFT


def _gives_all_it_could(room: Room, candidate: int) -> bool:
    """Whether not even an empty calendar would let a candidate give more: then no rival is to blame."""
    arrays = room.arrays
    span = arrays.partner[candidate], arrays.first[candidate], arrays.last[candidate]
    alone = min(int(arrays.high[candidate]), int(arrays.supply.interval_days[span]))
    return bool(alone < arrays.low[candidate] or room.days[candidate] >= alone)


def _can_grow(room: Room, candidate: int) -> bool:
    return bool(room.days[candidate]) and room.more(candidate) > 0
