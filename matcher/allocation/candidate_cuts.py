"""Partner cuts by candidate: what a span class hides, since no candidate is engaged twice.

Cuts by span class see blocks, not whose they are: half of a schedule of two short blocks and half of one long
block look like a mix, even where one candidate would have to hold both short ones. Here each candidate in use is a
class by itself, and all others are lifted with their span class.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.cut_pool import DAYS, CutPool
from matcher.allocation.partner_cuts import Block, Workshop, find_cut
from matcher.allocation.request_plans import Plans
from matcher.problem.instance import FloatArray, IntArray

#: Most blocks of one partner that are looked at together; schedules of single candidates are fewer.
MOST_BLOCKS = 30
#: Blocks of one partner from which on parts of them are looked at too: the schedules of all may be too many to list.
FEW_BLOCKS = 10
_TINY, _FRACTION = 1e-7, 1e-4


def separate_by_candidate(arrays: CandidateArrays, pool: CutPool, plans: Plans, shares: FloatArray) -> int:
    """Add a cut for each partner whose candidates' part of the relaxed choice is no mix of schedules; how many."""
    found = 0
    for partner, candidate, days, share in _in_use(arrays, plans, shares):
        for part in _parts(arrays, candidate):
            table = cut_of(arrays, pool.candidates(partner), candidate[part], days[part], share[part])
            if table is not None:
                pool.add(partner, table, by_candidate=True)
                found += 1
                break
    return found


def _parts(arrays: CandidateArrays, candidate: IntArray) -> list[BoolArray]:
    """What is in use, as a whole and, where that is much, inside of some months: the most first, no two the same."""
    if len(candidate) <= FEW_BLOCKS:
        return [np.ones(len(candidate), dtype=bool)]
    first, last, found = arrays.first[candidate], arrays.last[candidate], {}
    for begin, end in combinations_with_replacement(range(arrays.months), 2):
        part = (first >= begin) & (last <= end)
        if 1 < part.sum() <= MOST_BLOCKS:
            found[part.tobytes()] = part
    return sorted(found.values(), key=lambda part: -int(part.sum()))


def cut_of(
    arrays: CandidateArrays, rows: IntArray, candidate: IntArray, days: IntArray, share: FloatArray
) -> FloatArray | None:
    """The most violated inequality of a partner as a table (its candidates ``rows`` x days), or None.

    In use are so many days of a candidate, each by a share; sorted by candidate and days.
    """
    alone = np.unique(candidate)
    others = rows[~np.isin(rows, alone)]
    months, inverse = np.unique(
        arrays.first[others] * arrays.months + arrays.last[others], return_inverse=True
    )
    members = [alone[place : place + 1] for place in range(len(alone))]
    members += [others[inverse == place] for place in range(len(months))]
    workshop = _workshop(arrays, members, len(alone))
    parts = zip(np.searchsorted(alone, candidate).tolist(), days.tolist(), share.tolist(), strict=True)
    table = find_cut(workshop, [Block(*part) for part in parts])
    if table is None:
        return None
    place = np.zeros(len(rows), dtype=np.int64)
    for number, each in enumerate(members):
        place[np.searchsorted(rows, each)] = number
    return table[place]


def _workshop(arrays: CandidateArrays, members: list[IntArray], alone: int) -> Workshop:
    """A partner with its candidates by class, the first of which are single ones."""
    heads = np.array([each[0] for each in members])
    partner = int(arrays.partner[heads[0]])
    return Workshop(
        interval_days=arrays.supply.interval_days[partner],
        places=arrays.supply.places[partner],
        first=arrays.first[heads],
        last=arrays.last[heads],
        lows=tuple(max(1, int(arrays.low[each].min())) for each in members),
        highs=tuple(np.sort(arrays.high[each]) for each in members),
        alone=alone,
    )


def _in_use(
    arrays: CandidateArrays, plans: Plans, shares: FloatArray
) -> list[tuple[int, IntArray, IntArray, FloatArray]]:
    """Partners with a fractional block, and candidate, days and share of all that are in use and could have a
    coefficient."""
    plan, row, given = plans.slice(0, len(shares)).members()
    used = (shares[plan] > _TINY) & (given < DAYS)
    longest = int(given.max(initial=0)) + 1
    keys, inverse = np.unique(row[used] * longest + given[used], return_inverse=True)
    share = np.bincount(inverse, shares[plan[used]]).astype(float)
    order = np.argsort(arrays.partner[keys // longest], kind="stable")
    candidate, days, share = keys[order] // longest, keys[order] % longest, share[order]
    partner = arrays.partner[candidate]
    found = []
    for who in np.unique(partner[np.abs(share - np.rint(share)) > _FRACTION]):
        begin, end = np.searchsorted(partner, (who, who + 1))
        found.append((int(who), candidate[begin:end], days[begin:end], share[begin:end]))
    return found
