"""The best teams of each request of an assignment, as machine code: see ``teams`` for the door.

A team is a few candidates of one request, each with its whole block, that together reach what the request needs.
A candidate that as many others as a team has open places can replace without loss is in no best team worth a look.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.arrays import BoolArray
from matcher.allocation.compilation import compiled, inlined
from matcher.problem.instance import FloatArray, IntArray

#: A gain that says "not this candidate".
FORBIDDEN = -1e30
#: Room for rounding when the worth of a few blocks is added up, and when gains are compared.
SLACK = 1e-12
#: Steps of the search for one request, after which it says that it is not complete.
_STEPS = 2_000_000
#: What is added up over the members of a team.
_GAIN, _WORTH, _DAYS = 0, 1, 2


class TeamRules(NamedTuple):
    """Candidates of request r are ``rows[start[r]:start[r + 1]]``, by falling ``worth`` (by candidate: fit-weighted
    days of the block as a share of what is wanted); ``days`` of the block; ``team`` and ``left`` are the most members
    and days, ``need`` the least worth of a team of the request."""

    start: IntArray
    rows: IntArray
    worth: FloatArray
    days: IntArray
    team: IntArray
    left: IntArray
    need: FloatArray


class TeamOutput(NamedTuple):
    """Where teams are written, by slot: ``best`` gain (-inf: there is no team), teams ``found``, their ``gain``
    (slots x most) and ``members`` (slots x most x largest team; -1: nobody); ``complete``: it was exact."""

    best: FloatArray
    found: IntArray
    gain: FloatArray
    members: IntArray
    complete: BoolArray


class _Choice(NamedTuple):
    """The ``request`` whose teams are searched, candidates to choose from by falling ``gain``, members of the team
    at hand (``pick``, the first ``forced`` of them for good) with ``sums[n]`` of the first n, added up anew for each
    team so that no rounding is carried along; the ``slot`` to write to and whether only better teams than those
    found are wanted."""

    request: int
    kept: IntArray
    gain: FloatArray
    pick: IntArray
    forced: int
    sums: FloatArray
    slot: int
    rising: bool


@inlined
def _useful(rules: TeamRules, gain: FloatArray, must: BoolArray, request: int, places: int) -> IntArray:
    """The candidates that no ``places`` others replace without loss."""
    kept = np.empty(rules.start[request + 1] - rules.start[request], dtype=np.int64)
    count = 0
    for place in range(rules.start[request], rules.start[request + 1]):
        row = rules.rows[place]
        if must[row] or gain[row] <= 0.5 * FORBIDDEN:
            continue
        better = 0
        for other in range(count):
            if gain[kept[other]] >= gain[row] and rules.days[kept[other]] <= rules.days[row]:
                better += 1
        if better < places:
            kept[count] = row
            count += 1
    return kept[:count]


@inlined
def _tails(rules: TeamRules, kept: IntArray, places: int) -> FloatArray:
    """``[i, c]``: the most worth of c candidates from place i on."""
    top = np.zeros(places + 1)
    tail = np.zeros((len(kept) + 1, places + 1))
    for place in range(len(kept) - 1, -1, -1):
        worth = rules.worth[kept[place]]
        for at in range(places):
            if worth > top[at]:
                worth, top[at] = top[at], worth
        for at in range(places):
            tail[place, at + 1] = tail[place, at] + top[at]
    return tail


@inlined
def _most_gain(choice: _Choice, place: int, places: int, at_least_one: bool) -> float:
    """The most that candidates from a place on can add."""
    total = 0.0
    for at in range(place, min(len(choice.kept), place + places)):
        here = choice.gain[choice.kept[at]]
        if here <= 0.0 and not (at_least_one and at == place):
            break
        total += here
    return total


@inlined
def _write_team(choice: _Choice, need: float, size: int, out: TeamOutput) -> None:
    """Keep the team at hand if it is one and gains enough; where there is no room the oldest is given up."""
    slot, value = choice.slot, choice.sums[size, _GAIN]
    if choice.sums[size, _WORTH] < need or value <= out.best[slot] + SLACK:
        return
    place = out.found[slot] % out.gain.shape[1]
    out.gain[slot, place] = value
    out.members[slot, place, :] = -1
    out.members[slot, place, :size] = choice.pick[:size]
    out.found[slot] += 1
    if choice.rising:
        out.best[slot] = value


@inlined
def _join(rules: TeamRules, gain: FloatArray, row: int, size: int, sums: FloatArray) -> None:
    """One more member beside the first ``size``."""
    sums[size + 1, _GAIN] = sums[size, _GAIN] + gain[row]
    sums[size + 1, _WORTH] = sums[size, _WORTH] + rules.worth[row]
    sums[size + 1, _DAYS] = sums[size, _DAYS] + rules.days[row]


@inlined
def _explore(rules: TeamRules, choice: _Choice, out: TeamOutput) -> None:
    """Write all teams that gain more than ``out.best``, depth first."""
    kept, sums, request, slot = choice.kept, choice.sums, choice.request, choice.slot
    size, largest, need = choice.forced, rules.team[request], rules.need[request] - SLACK
    tail = _tails(rules, kept, largest)
    next_place = np.zeros(largest + 1, dtype=np.int64)
    _write_team(choice, need, size, out)
    for _ in range(_STEPS):
        place, free = next_place[size], largest - size
        can_pay = False
        if free > 0 and place < len(kept) and sums[size, _WORTH] + tail[place, free] >= need:
            at_least_one = sums[size, _WORTH] < need or not choice.rising
            most = sums[size, _GAIN] + _most_gain(choice, place, free, at_least_one)
            can_pay = most > out.best[slot] + SLACK
        if can_pay:
            row = kept[place]
            next_place[size] += 1
            if sums[size, _DAYS] + rules.days[row] <= rules.left[request]:
                choice.pick[size] = row
                _join(rules, choice.gain, row, size, sums)
                size += 1
                next_place[size] = place + 1
                _write_team(choice, need, size, out)
        elif size == choice.forced:
            return
        else:
            size -= 1
    out.complete[slot] = False


@compiled
def price_teams(rules: TeamRules, gain: FloatArray, must: BoolArray, out: TeamOutput) -> None:
    """Write each request's best team that has all members that it must have, and those that were best on the way."""
    for request in range(len(rules.need)):
        out.best[request] = -np.inf
        out.found[request] = 0
        out.complete[request] = True
        forced, largest = 0, rules.team[request]
        pick, sums = np.full(largest + 1, -1, dtype=np.int64), np.zeros((largest + 2, 3))
        for place in range(rules.start[request], rules.start[request + 1]):
            row = rules.rows[place]
            if must[row] and forced <= largest:
                pick[forced] = row
                _join(rules, gain, row, forced, sums)
                forced += 1
        if forced > largest or sums[forced, _DAYS] > rules.left[request]:
            continue
        kept = _useful(rules, gain, must, request, largest - forced)
        kept = kept[np.argsort(-gain[kept], kind="mergesort")]
        _explore(rules, _Choice(request, kept, gain, pick, forced, sums, request, True), out)


@compiled
def list_teams(rules: TeamRules, gain: FloatArray, request: int, out: TeamOutput) -> None:
    """Write all teams of a request that gain more than ``out.best[0]``, as many as there is room for."""
    out.found[0] = 0
    out.complete[0] = True
    kept = rules.rows[rules.start[request] : rules.start[request + 1]].copy()
    kept = kept[np.argsort(-gain[kept], kind="mergesort")]
    largest = rules.team[request]
    pick, sums = np.full(largest + 1, -1, dtype=np.int64), np.zeros((largest + 2, 3))
    _explore(rules, _Choice(request, kept, gain, pick, 0, sums, 0, False), out)
