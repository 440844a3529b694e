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

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.cut_pool import DAYS, CutPool
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.request_plans import Plans
from matcher.allocation.schedule_kernel import SCALE, Schedules, Shop, full_schedules, lift, list_schedules
from matcher.problem.instance import FloatArray, IntArray

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


@dataclass(frozen=True, eq=False)
class Block:
    """A kind of block in use: span class, days, and how many of it (a fraction) the relaxed choice takes."""

    span: int
    days: int
    share: float


def find_cut(workshop: Workshop, blocks: list[Block]) -> FloatArray | None:
    """The most violated inequality as a table (span classes x days), or None where there is none to find."""
    shop = _shop(workshop)
    span = np.array([block.span for block in blocks], dtype=np.int64)
    days = np.array([block.days for block in blocks], dtype=np.int64)
    schedules, counts = list_schedules(shop, span, days)
    if not len(counts):
        return None
    weights = _most_violated(blocks, counts[full_schedules(shop, schedules, counts, span, days)])
    if weights is None:
        return None
    return _lift(shop, blocks, weights, schedules._replace(worth=counts @ weights)) / SCALE


def _shop(workshop: Workshop) -> Shop:
    lengths = [len(highs) for highs in workshop.highs]
    return Shop(
        interval_days=np.ascontiguousarray(workshop.interval_days, dtype=np.int64),
        places=np.ascontiguousarray(workshop.places, dtype=np.int64),
        first=np.ascontiguousarray(workshop.first, dtype=np.int64),
        last=np.ascontiguousarray(workshop.last, dtype=np.int64),
        lows=np.array(workshop.lows, dtype=np.int64),
        high_start=np.cumsum([0, *lengths], dtype=np.int64),
        highs=np.concatenate(workshop.highs).astype(np.int64),
        alone=workshop.alone,
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


def _lift(shop: Shop, blocks: list[Block], weights: IntArray, schedules: Schedules) -> FloatArray:
    """Coefficients of all blocks of the partner in parts of ``SCALE``."""
    table = np.zeros((len(shop.first), DAYS), dtype=np.int64)
    listed = np.zeros(table.shape, dtype=bool)
    for block, weight in zip(blocks, weights, strict=True):
        table[block.span, block.days] = weight
        listed[block.span, block.days] = True
    lift(shop, schedules, table, listed)
    return table.astype(float)


def separate(arrays: CandidateArrays, pool: CutPool, plans: Plans, shares: FloatArray) -> int:
    """Add a cut for each partner whose part of the relaxed choice is no mix of schedules; how many."""
    found = 0
    for partner, blocks in _blocks_in_use(pool, plans, shares):
        table = find_cut(workshop_of(arrays, pool, partner, pool.candidates(partner)), blocks)
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
