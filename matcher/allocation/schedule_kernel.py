"""The whole-day schedules of one partner, listed and used to lift cuts, as machine code: see ``partner_cuts``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.arrays import BoolArray
from matcher.allocation.compilation import compiled, inlined
from matcher.problem.instance import IntArray

#: Coefficients are multiples of one over this: halves, thirds and their like are exact, so that sums of them are too.
SCALE = 720_720
#: Most schedules that are listed for one partner.
MOST_SCHEDULES = 3_000


class Shop(NamedTuple):
    """A partner as in ``partner_cuts.Workshop``; ``highs`` of all its classes one after another, each from
    ``high_start`` on (classes + 1)."""

    interval_days: IntArray
    places: IntArray
    first: IntArray
    last: IntArray
    lows: IntArray
    high_start: IntArray
    highs: IntArray
    alone: int


class Schedules(NamedTuple):
    """Schedules as what they leave: slack of intervals (n x M x M), places (n x M), and what single candidates are
    taken (n x classes that are one); and worth so far (n)."""

    slack: IntArray
    places: IntArray
    taken: BoolArray
    worth: IntArray


@inlined
def blocks_of(shop: Shop, span: int, days: int) -> int:
    """How many candidates of a span class could hold a block of so many days."""
    count = 0
    for place in range(shop.high_start[span], shop.high_start[span + 1]):
        if shop.highs[place] >= days:
            count += 1
    return count


@inlined
def rooms(shop: Shop, schedules: Schedules, span: int) -> IntArray:
    """Days and places that each schedule leaves in a span (2 x n): no place where its single candidate is taken."""
    first, last, left = shop.first[span], shop.last[span], np.empty((2, len(schedules.worth)), np.int64)
    for which in range(len(schedules.worth)):
        days, places = schedules.slack[which, first, last], schedules.places[which, first]
        for begin in range(first + 1):
            for end in range(last, len(shop.places)):
                days = min(days, schedules.slack[which, begin, end])
        for month in range(first, last + 1):
            places = min(places, schedules.places[which, month])
        if span < shop.alone and schedules.taken[which, span]:
            places = 0
        left[0, which], left[1, which] = days, places
    return left


@inlined
def numbers(left: IntArray, days: int, most: int) -> IntArray:
    """How many blocks of so many days each schedule has room for."""
    room = np.zeros(left.shape[1], np.int64)
    for which in range(len(room)):
        if left[0, which] >= days and left[1, which] > 0:
            room[which] = min(left[0, which] // days, left[1, which], most)
    return room


@inlined
def additions(room: IntArray) -> tuple[IntArray, IntArray]:
    """Each schedule with each number of blocks that it has room for: which schedule, and how many blocks."""
    which, number, at = np.empty(room.sum(), np.int64), np.empty(room.sum(), np.int64), 0
    for blocks in range(1, room.max() + 1):
        for schedule in range(len(room)):
            if room[schedule] >= blocks:
                which[at], number[at] = schedule, blocks
                at += 1
    return which, number


@inlined
def extended(
    shop: Shop, schedules: Schedules, added: tuple[IntArray, IntArray], span: int, days: int
) -> Schedules:
    """The schedules, and after them some of them with more blocks, whose worth is not changed."""
    which, number = added
    count, months = schedules.places.shape
    size, first, last = count + len(which), shop.first[span], shop.last[span]
    slack, places = np.empty((size, months, months), np.int64), np.empty((size, months), np.int64)
    taken, worth = np.empty((size, shop.alone), np.bool_), np.empty(size, np.int64)
    slack[:count], places[:count] = schedules.slack, schedules.places
    taken[:count], worth[:count] = schedules.taken, schedules.worth
    for place in range(len(which)):
        at, before, blocks = count + place, which[place], number[place]
        slack[at], places[at] = schedules.slack[before], schedules.places[before]
        taken[at], worth[at] = schedules.taken[before], schedules.worth[before]
        slack[at, : first + 1, last:] -= days * blocks
        places[at, first : last + 1] -= blocks
        taken[at, span : min(span + 1, shop.alone)] = True
    return Schedules(slack, places, taken, worth)


@compiled
def list_schedules(shop: Shop, span: IntArray, days: IntArray) -> tuple[Schedules, IntArray]:
    """All schedules of some kinds of blocks, and how often each holds each kind; no counts if they are too many."""
    months = len(shop.places)
    schedules = Schedules(
        shop.interval_days.copy().reshape((1, months, months)),
        shop.places.copy().reshape((1, months)),
        np.zeros((1, shop.alone), np.bool_),
        np.zeros(1, np.int64),
    )
    counts = np.zeros((1, len(span)), np.int64)
    for position in range(len(span)):
        kind, block = span[position], days[position]
        room = numbers(rooms(shop, schedules, kind), block, blocks_of(shop, kind, block))
        if len(counts) + room.sum() > MOST_SCHEDULES:
            return schedules, counts[:0]
        added = additions(room)
        schedules = extended(shop, schedules, added, kind, block)
        counts = np.concatenate((counts, counts[added[0]]))
        counts[len(room) :, position] = added[1]
    return schedules, counts


@compiled
def full_schedules(
    shop: Shop, schedules: Schedules, counts: IntArray, span: IntArray, days: IntArray
) -> BoolArray:
    """To which of the schedules no block can be added: no other limits a sum of weights of 0 or more."""
    full = np.ones(len(counts), np.bool_)
    for position in range(len(span)):
        most = blocks_of(shop, span[position], days[position])
        room = numbers(rooms(shop, schedules, span[position]), days[position], most)
        full &= (room == 0) | (counts[:, position] >= most)
    return full


@inlined
def largest_weight(room: IntArray, worth: IntArray) -> int:
    """The largest weight of a kind of block that leaves every schedule, with as many as it has room for, at most
    ``SCALE``."""
    best = np.full(room.max() + 1, -1)
    for which in range(len(room)):
        best[room[which]] = max(best[room[which]], worth[which])
    weight, most = SCALE, -1
    for number in range(len(best) - 1, 0, -1):
        most = max(most, best[number])
        weight = min(weight, (SCALE - most) // number)
    return weight


@compiled
def lift(shop: Shop, schedules: Schedules, table: IntArray, listed: BoolArray) -> None:
    """Fill the table of weights (span classes x days) where nothing is listed: one kind of block after another, each
    as large as every schedule of the kinds before it allows, several blocks of the same kind included."""
    for span in range(len(table)):
        left, least = rooms(shop, schedules, span), 0
        longest = shop.highs[shop.high_start[span + 1] - 1]
        for days in range(shop.lows[span], min(longest, table.shape[1] - 1) + 1):
            if listed[span, days]:
                least = max(least, table[span, days])
                continue
            table[span, days] = least
            if len(schedules.worth) > MOST_SCHEDULES:
                continue
            room = numbers(left, days, blocks_of(shop, span, days))
            weight = largest_weight(room, schedules.worth)
            if weight > least:
                table[span, days] = least = weight
                added = additions(room)
                schedules = extended(shop, schedules, added, span, days)
                schedules.worth[len(room) :] += added[1] * weight
                left = rooms(shop, schedules, span)
