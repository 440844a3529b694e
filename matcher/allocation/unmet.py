"""Why a request is short of days: the rule that binds, checked against what is left, never guessed."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays, least_places, spans
from matcher.allocation.neighbourhoods import least_of_wider
from matcher.allocation.ranges import ragged
from matcher.allocation.result import Unmet, UnmetReason
from matcher.allocation.room import Room
from matcher.problem.instance import Instance, IntArray


def unmet(instance: Instance, arrays: CandidateArrays, days: IntArray) -> tuple[Unmet, ...]:
    """Every request with nothing or short of days, by id, with its reason."""
    room = Room(arrays, days)
    facts, left = _Facts(instance), _Left(room)
    short = np.flatnonzero(room.wanted > 0)
    return tuple(
        Unmet(
            instance.requests[request].id,
            int(room.wanted[request]),
            _reason(facts, left, int(request)),
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


class _Left:
    """What an answer leaves to each request's candidates, and who is engaged beside them."""

    def __init__(self, room: Room) -> None:
        self.room, self.arrays = room, room.arrays
        engaged = np.flatnonzero(room.days)
        self._order = engaged[np.argsort(self.arrays.partner[engaged], kind="stable")]
        self._partners = self.arrays.partner[self._order]

    @cached_property
    def _slack(self) -> IntArray:
        return least_of_wider(self.room.slack)

    @cached_property
    def _places(self) -> IntArray:
        return least_places(self.room.places)

    def of(self, request: int) -> IntArray:
        """The free candidates of a request."""
        first, last = np.searchsorted(self.arrays.request, (request, request + 1))
        return np.arange(int(first), int(last))

    def could_give_more(self, candidates: IntArray, wanted: int) -> BoolArray:
        """Whether candidates of a request with room in its team could be engaged, or their days grow, by what it
        still wants."""
        arrays, given = self.arrays, self.room.days[candidates]
        span = arrays.partner[candidates], arrays.first[candidates], arrays.last[candidates]
        more = np.minimum(np.minimum(arrays.high[candidates] - given, wanted), self._slack[span])
        fresh = (more >= arrays.low[candidates]) & (self._places[span] > 0)
        could: BoolArray = np.where(given > 0, more > 0, fresh & (more > 0))
        return could

    def gives_all(self, candidates: IntArray) -> BoolArray:
        """Whether not even an empty calendar would let candidates give more: then no rival is to blame."""
        arrays = self.arrays
        span = arrays.partner[candidates], arrays.first[candidates], arrays.last[candidates]
        alone = np.minimum(arrays.high[candidates], arrays.supply.interval_days[span])
        gives_all: BoolArray = (alone < arrays.low[candidates]) | (self.room.days[candidates] >= alone)
        return gives_all

    def is_outranked(self, candidates: IntArray, request: int) -> bool:
        """Whether another request's engagement of more value holds days of one of these candidates' months."""
        arrays, partners = self.arrays, self.arrays.partner[candidates]
        start, stop = (np.searchsorted(self._partners, partners, side=side) for side in ("left", "right"))
        at, index = ragged(start, stop)
        mine, rival = candidates[at], self._order[index]
        meets = (arrays.first[rival] <= arrays.last[mine]) & (arrays.last[rival] >= arrays.first[mine])
        above = arrays.day_value[rival] > arrays.day_value[mine]
        return bool((meets & above & (arrays.request[rival] != request)).any())


def _reason(facts: _Facts, left: _Left, request: int) -> UnmetReason:
    rows = facts.rows(request)
    if rows.start == rows.stop:
        return UnmetReason.NO_CANDIDATE
    if not facts.allowed[rows].any():
        return UnmetReason.ONLY_CONFLICTED
    if not len(left.of(request)) and not facts.open[rows].any():
        return UnmetReason.WINDOW_TOO_SHORT
    if _essential_out_of_reach(facts, request, rows):
        return UnmetReason.ESSENTIAL_SKILL_MISSING
    if left.room.team[request] <= 0:
        return UnmetReason.TEAM_FULL
    return _where_the_room_went(left, request)


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


def _where_the_room_went(left: _Left, request: int) -> UnmetReason:
    """Outranked where an engagement of more value holds the room of a candidate (or a level held keeps it
    free); else no capacity is left."""
    candidates = left.of(request)
    if left.could_give_more(candidates, int(left.room.wanted[request])).any():
        return UnmetReason.OUTRANKED
    held_back = candidates[~left.gives_all(candidates)]
    return UnmetReason.OUTRANKED if left.is_outranked(held_back, request) else UnmetReason.NO_CAPACITY_LEFT
