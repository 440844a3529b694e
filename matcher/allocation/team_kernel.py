"""The best teams of each request of an assignment, as machine code: see ``teams`` for the door.

A team is a few candidates of one request, each with its whole block, that together reach what the request needs.
A candidate that as many others as a team has open places can replace without loss is in no best team worth a look.
What a team must reach has a price, so that a search sees at once which beginnings cannot end well.
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
#: Room for rounding in what the price of worth adds up to, and attempts to find that price.
_PRICED, _PRICES = 1e-13, 30
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
    """The ``request`` whose teams are searched, candidates to choose from by falling ``score`` (their gain and the
    ``price`` of their worth) and by falling worth, the ``last[i]`` that gain most of the first i + 1 of these; members
    of the team at hand (``pick``, the first ``forced`` of them for good) with ``sums[n]`` of the first n, added up anew
    for each team so that no rounding is carried along; the ``slot`` to write to and whether only better teams than
    those found are wanted."""

    request: int
    kept: IntArray
    gain: FloatArray
    score: FloatArray
    price: float
    by_worth: IntArray
    last: IntArray
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
def _most_score(choice: _Choice, place: int, places: int, at_least_one: bool) -> float:
    """The most that candidates from a place on can add to a score."""
    total = 0.0
    for at in range(place, min(len(choice.kept), place + places)):
        here = choice.score[at]
        if here <= 0.0 and not (at_least_one and at == place):
            break
        total += here
    return total


@inlined
def _best_at(score: FloatArray, gain: FloatArray, worth: FloatArray, places: int) -> tuple[float, float]:
    """Gain and worth of the candidates with the highest scores, as many as there are places and pay."""
    top = np.full(places, -1, dtype=np.int64)
    for here in range(len(score)):
        at, row = 0, np.int64(here)
        while at < places and row >= 0:
            if top[at] < 0 or score[row] > score[top[at]]:
                top[at], row = row, top[at]
            at += 1
    gained, reached = 0.0, 0.0
    for row in top:
        if row >= 0 and score[row] > 0.0:
            gained += gain[row]
            reached += worth[row]
    return gained, reached


@inlined
def _price_of_worth(gain: FloatArray, worth: FloatArray, need: float, places: int) -> float:
    """The price at which candidates with the highest scores just reach what is needed: 0 where they do without.

    Any price is right; the best one lies where two choices of equal score have the need between them.
    """
    poor_gain, poor = _best_at(gain, gain, worth, places)
    if poor >= need or places == 0:
        return 0.0
    rich_gain, rich = _best_at(worth, gain, worth, places)
    price = 0.0
    for _ in range(_PRICES):
        if rich < need or rich <= poor or poor_gain <= rich_gain:
            break
        price = (poor_gain - rich_gain) / (rich - poor)
        gained, reached = _best_at(gain + price * worth, gain, worth, places)
        if gained + price * reached <= poor_gain + price * poor + SLACK:
            break
        if reached >= need:
            rich_gain, rich = gained, reached
        else:
            poor_gain, poor = gained, reached
    return price


@inlined
def _best_of_each_start(gain: FloatArray, kept: IntArray, places: int) -> IntArray:
    """``[i]``: of the first i + 1 candidates those that gain most, as many as there are places (-1: none)."""
    best = np.full((len(kept), places), -1, dtype=np.int64)
    top = np.full(places, -1, dtype=np.int64)
    for at in range(len(kept)):
        row = kept[at]
        for place in range(places):
            if row >= 0 and (top[place] < 0 or gain[row] > gain[top[place]]):
                top[place], row = row, top[place]
        best[at] = top
    return best


@inlined
def _most_of_last(rules: TeamRules, choice: _Choice, size: int, least: float) -> float:
    """The most that one more member can gain who is worth at least so much; -inf where there is nobody."""
    low, high = 0, len(choice.by_worth)
    while low < high:
        middle = (low + high) // 2
        if rules.worth[choice.by_worth[middle]] >= least:
            low = middle + 1
        else:
            high = middle
    if low > 0:
        for row in choice.last[low - 1]:
            if row >= 0 and not (choice.pick[:size] == row).any():
                return float(choice.gain[row])
    return -np.inf


@inlined
def _choice_of(
    rules: TeamRules,
    gain: FloatArray,
    kept: IntArray,
    begun: tuple[int, IntArray, int, FloatArray],
    to: tuple[int, bool],
) -> _Choice:
    """What a search begins with: the request, members that are there for good and their sums; where it writes."""
    request, pick, forced, sums = begun
    own, worth = gain[kept], rules.worth[kept]
    need, places = rules.need[request] - sums[forced, _WORTH], rules.team[request] - forced
    price = _price_of_worth(own, worth, need, places)
    score = own + price * worth
    order = np.argsort(-score, kind="mergesort")
    last = _best_of_each_start(gain, kept, places)
    return _Choice(
        request, kept[order], gain, score[order], price, kept, last, pick, forced, sums, to[0], to[1]
    )


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
    rounding = SLACK - _PRICED * choice.price
    tail = _tails(rules, kept, largest)
    next_place = np.zeros(largest + 1, dtype=np.int64)
    _write_team(choice, need, size, out)
    for _ in range(_STEPS):
        place, free = next_place[size], largest - size
        can_pay = False
        if free > 0 and place < len(kept) and sums[size, _WORTH] + tail[place, free] >= need:
            at_least_one = sums[size, _WORTH] < need or not choice.rising
            paid = choice.price * (sums[size, _WORTH] - need)
            most = sums[size, _GAIN] + paid + _most_score(choice, place, free, at_least_one)
            can_pay = most > out.best[slot] + rounding
            if can_pay and free == 1:
                most = sums[size, _GAIN] + _most_of_last(
                    rules, choice, size, need - sums[size, _WORTH] - SLACK
                )
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
        begun = (request, pick, forced, sums)
        _explore(rules, _choice_of(rules, gain, kept, begun, (request, True)), out)


@compiled
def list_teams(rules: TeamRules, gain: FloatArray, request: int, out: TeamOutput) -> None:
    """Write all teams of a request that gain more than ``out.best[0]``, as many as there is room for."""
    out.found[0] = 0
    out.complete[0] = True
    kept = rules.rows[rules.start[request] : rules.start[request + 1]].copy()
    largest = rules.team[request]
    pick, sums = np.full(largest + 1, -1, dtype=np.int64), np.zeros((largest + 2, 3))
    begun = (request, pick, 0, sums)
    _explore(rules, _choice_of(rules, gain, kept, begun, (0, False)), out)
