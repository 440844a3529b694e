"""Partner cuts: what the whole-day schedules of one partner allow, and the linear relaxation does not see.

A partner's part of a relaxed choice must be a mix of schedules: whole blocks that fit its days and places. If
it is not, some inequality says so. It is found by a small linear programme over the blocks in use, and lifted
to all its other blocks, each as far as it exactly goes. Coefficients are whole parts of a number with many
divisors and rounded down, so a cut is valid to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.cut_pool import DAYS, CutPool
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.request_plans import Plans
from matcher.problem.instance import FloatArray, IntArray

#: Coefficients are multiples of one over this: halves, thirds and their like are exact, so that sums of them are too.
SCALE = 720_720
#: Most schedules that are listed for one partner.
MOST_SCHEDULES = 3_000
#: Most kinds of blocks of one partner that are looked at together.
MOST_BLOCKS = 16
_VIOLATION = 1e-4


@dataclass(frozen=True, eq=False)
class Workshop:
    """One partner: days of each interval (M x M), places of each month (M), and its span classes: months, the
    smallest block of any candidate, and the most days of each candidate (sorted).

    The first ``alone`` classes are single candidates: no schedule holds two blocks of such a class.
    """

    interval_days: IntArray
    places: IntArray
    first: IntArray
    last: IntArray
    lows: tuple[int, ...]
    highs: tuple[IntArray, ...]
    alone: int = 0

    def blocks_of(self, span: int, days: int) -> int:
        """How many candidates of a span class could hold a block of so many days."""
        highs = self.highs[span]
        return len(highs) - int(np.searchsorted(highs, days))


@dataclass(frozen=True, eq=False)
class Block:
    """A kind of block in use: span class, days, and how many of it (a fraction) the relaxed choice takes."""

    span: int
    days: int
    share: float


@dataclass
class _Schedules:
    """Schedules as what they leave: slack of intervals (n x M x M), places (n x M), and what single candidates
    are taken (n x classes that are one); and worth so far (n)."""

    slack: IntArray
    places: IntArray
    taken: BoolArray
    worth: IntArray

    def __len__(self) -> int:
        return len(self.worth)

    def room(self, workshop: Workshop, span: int) -> tuple[IntArray, IntArray]:
        """Days and places left in a span."""
        first, last = workshop.first[span], workshop.last[span]
        days = self.slack[:, : first + 1, last:].min(axis=(1, 2))
        places = self.places[:, first : last + 1].min(axis=1)
        return days, np.where(self.taken[:, span], 0, places) if span < workshop.alone else places

    def extended(self, workshop: Workshop, span: int, days: int, blocks: int, chosen: IntArray) -> _Schedules:
        """The chosen schedules with some more blocks; their worth is not changed."""
        first, last = workshop.first[span], workshop.last[span]
        slack, places, taken = self.slack[chosen], self.places[chosen], self.taken[chosen]
        slack[:, : first + 1, last:] -= days * blocks
        places[:, first : last + 1] -= blocks
        taken[:, span : min(span + 1, workshop.alone)] = True
        return _Schedules(slack, places, taken, self.worth[chosen])


def find_cut(workshop: Workshop, blocks: list[Block]) -> FloatArray | None:
    """The most violated inequality as a table (span classes x days), or None where there is none to find."""
    listed = _list_schedules(workshop, blocks)
    if listed is None:
        return None
    schedules, counts = listed
    weights = _most_violated(blocks, counts[_full(workshop, blocks, schedules, counts)])
    if weights is None:
        return None
    schedules.worth = counts @ weights
    return _lift(workshop, blocks, weights, schedules) / SCALE


def _list_schedules(workshop: Workshop, blocks: list[Block]) -> tuple[_Schedules, IntArray] | None:
    """All schedules of the blocks in use, and how often each holds each block; None if too many."""
    nobody, nothing = np.zeros((1, workshop.alone), dtype=bool), np.zeros(1, dtype=np.int64)
    schedules = _Schedules(workshop.interval_days[None], workshop.places[None], nobody, nothing)
    counts = np.zeros((1, len(blocks)), dtype=np.int64)
    for position, block in enumerate(blocks):
        days, places = schedules.room(workshop, block.span)
        room = np.minimum(np.minimum(days // block.days, places), workshop.blocks_of(block.span, block.days))
        parts, count_parts = [schedules], [counts]
        for number in range(1, int(room.max()) + 1):
            chosen = np.flatnonzero(room >= number)
            parts.append(schedules.extended(workshop, block.span, block.days, number, chosen))
            more = counts[chosen].copy()
            more[:, position] = number
            count_parts.append(more)
        schedules, counts = _joined(parts), np.concatenate(count_parts)
        if len(schedules) > MOST_SCHEDULES:
            return None
    return schedules, counts


def _full(workshop: Workshop, blocks: list[Block], schedules: _Schedules, counts: IntArray) -> IntArray:
    """The schedules to which no block can be added: no other limits a sum of weights of 0 or more."""
    full = np.ones(len(schedules), dtype=bool)
    for position, block in enumerate(blocks):
        days, places = schedules.room(workshop, block.span)
        most = workshop.blocks_of(block.span, block.days)
        full &= (days < block.days) | (places < 1) | (counts[:, position] >= most)
    return np.flatnonzero(full)


def _joined(parts: list[_Schedules]) -> _Schedules:
    return _Schedules(
        slack=np.concatenate([part.slack for part in parts]),
        places=np.concatenate([part.places for part in parts]),
        taken=np.concatenate([part.taken for part in parts]),
        worth=np.concatenate([part.worth for part in parts]),
    )


def _most_violated(blocks: list[Block], counts: IntArray) -> IntArray | None:
    """Weights of the blocks in parts of ``SCALE``, at most ``SCALE`` on every schedule, that the shares break most.

    They grow with the days within a span class. None where the shares break nothing.
    """
    shares = np.array([block.share for block in blocks])
    order = sorted(range(len(blocks)), key=lambda position: (blocks[position].span, blocks[position].days))
    pairs = [(a, b) for a, b in pairwise(order) if blocks[a].span == blocks[b].span]
    growing = np.zeros((len(pairs), len(blocks)))
    for row, (shorter, longer) in enumerate(pairs):
        growing[row, shorter], growing[row, longer] = 1.0, -1.0
    rows = np.concatenate((counts.astype(float), growing))
    lp = LivingLp(presolve=False)
    lp.add_rows(
        np.concatenate((np.ones(len(counts)), np.zeros(len(pairs)))), sparse.csr_matrix((len(rows), 0))
    )
    lp.add_columns(shares, np.ones(len(blocks)), sparse.csc_matrix(rows))
    if not lp.solve() or lp.objective <= 1 + _VIOLATION:
        return None
    weights = np.floor(np.clip(lp.values, 0.0, 1.0) * SCALE + 1e-3).astype(np.int64)
    weights = np.maximum(weights - max(0, int((counts @ weights).max()) - SCALE), 0)
    return weights if float(shares @ weights) > (1 + _VIOLATION) * SCALE else None


def _lift(workshop: Workshop, blocks: list[Block], weights: IntArray, schedules: _Schedules) -> FloatArray:
    """Coefficients of all blocks of the partner: one kind after another, each as large as every schedule of
    the kinds before it allows, several blocks of the same kind included."""
    table = np.zeros((len(workshop.first), DAYS), dtype=np.int64)
    listed = np.zeros(table.shape, dtype=bool)
    for block, weight in zip(blocks, weights, strict=True):
        table[block.span, block.days] = weight
        listed[block.span, block.days] = True
    for span, highs in enumerate(workshop.highs):
        least = 0
        for days in range(workshop.lows[span], min(int(highs[-1]), DAYS - 1) + 1):
            if listed[span, days]:
                least = max(least, int(table[span, days]))
                continue
            table[span, days] = least
            if len(schedules) > MOST_SCHEDULES:
                continue
            weight, longer = _lifted(workshop, schedules, span, days)
            if weight > least:
                table[span, days] = least = weight
                schedules = longer
    return table.astype(float)


def _lifted(workshop: Workshop, schedules: _Schedules, span: int, days: int) -> tuple[int, _Schedules]:
    """The largest weight of a kind of block, and the schedules with such blocks added."""
    left, places = schedules.room(workshop, span)
    room = np.minimum(np.minimum(left // days, places), workshop.blocks_of(span, days))
    weight, chosen = SCALE, []
    for number in range(1, int(room.max()) + 1):
        chosen.append(np.flatnonzero(room >= number))
        weight = min(weight, (SCALE - int(schedules.worth[chosen[-1]].max())) // number)
    if weight <= 0:
        return 0, schedules
    parts = [schedules]
    for number, which in enumerate(chosen, start=1):
        part = schedules.extended(workshop, span, days, number, which)
        part.worth = part.worth + number * weight
        parts.append(part)
    return weight, _joined(parts)


def separate(arrays: CandidateArrays, pool: CutPool, plans: Plans, shares: FloatArray) -> int:
    """Add a cut for each partner whose part of the relaxed choice is no mix of schedules; how many."""
    found = 0
    by_partner = np.argsort(arrays.partner, kind="stable")
    start = np.searchsorted(arrays.partner[by_partner], np.arange(arrays.partners + 1))
    for partner, blocks in _blocks_in_use(pool, plans, shares):
        rows = by_partner[start[partner] : start[partner + 1]]
        table = find_cut(workshop_of(arrays, pool, partner, rows), blocks)
        if table is not None:
            pool.add(partner, table)
            found += 1
    return found


def workshop_of(arrays: CandidateArrays, pool: CutPool, partner: int, rows: IntArray) -> Workshop:
    """A partner with its candidates (``rows``)."""
    classes = pool.classes
    spans = range(int(classes.start[partner]), int(classes.start[partner + 1]))
    of_row = classes.of(rows)
    chosen = slice(int(classes.start[partner]), int(classes.start[partner + 1]))
    return Workshop(
        interval_days=arrays.supply.interval_days[partner],
        places=arrays.supply.places[partner],
        first=classes.first[chosen],
        last=classes.last[chosen],
        lows=tuple(max(1, int(arrays.low[rows[of_row == span]].min())) for span in spans),
        highs=tuple(np.sort(arrays.high[rows[of_row == span]]) for span in spans),
    )


def _blocks_in_use(pool: CutPool, plans: Plans, shares: FloatArray) -> list[tuple[int, list[Block]]]:
    """Partners with a fractional block, and all their blocks in use, where there are few enough."""
    plan, candidate, days = plans.slice(0, len(shares)).members()
    used = shares[plan] > 1e-7
    candidate, days, weight = candidate[used], days[used], shares[plan[used]]
    longest = int(days.max(initial=0)) + 1
    keys, inverse = np.unique(pool.classes.of(candidate) * longest + days, return_inverse=True)
    total = np.bincount(inverse, weight)
    span, length = keys // longest, keys % longest
    partner = pool.classes.partner[span]
    fractional = np.abs(total - np.rint(total)) > 1e-4
    found = []
    for who in np.unique(partner[fractional]):
        begin, end = np.searchsorted(partner, (who, who + 1))
        if end - begin <= MOST_BLOCKS and length[begin:end].max() < DAYS:
            place = span[begin:end] - pool.classes.start[who]
            parts = zip(place.tolist(), length[begin:end].tolist(), total[begin:end].tolist(), strict=True)
            found.append((int(who), [Block(*part) for part in parts]))
    return found
