"""From days to days by month: earliest deadline first, then spread evenly (MODEL.md rule 7).

Earliest deadline cannot fail where interval slacks are kept; failing is a bug and raises.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from matcher.problem.instance import IntArray


@dataclass(frozen=True, slots=True)
class Block:
    """One engagement of a partner: its row (for ties), its span and its days."""

    row: int
    first: int
    last: int
    days: int


class ScheduleError(RuntimeError):
    """Days that interval slacks allowed do not fit into months: a defect, never bad input."""


def schedule(capacity: IntArray, blocks: list[Block]) -> dict[int, IntArray]:
    """Days by month of each block of one partner (by row), totals kept, no month above its capacity."""
    plan = _earliest_deadline(capacity, blocks)
    return _spread(capacity, blocks, plan)


def _earliest_deadline(capacity: IntArray, blocks: list[Block]) -> dict[int, IntArray]:
    plan = {block.row: np.zeros(len(capacity), dtype=np.int64) for block in blocks}
    left = {block.row: block.days for block in blocks}
    arriving = sorted(blocks, key=lambda block: (block.first, block.row))
    waiting: list[tuple[int, int]] = []
    at = 0
    for month in range(len(capacity)):
        while at < len(arriving) and arriving[at].first <= month:
            heapq.heappush(waiting, (arriving[at].last, arriving[at].row))
            at += 1
        room = int(capacity[month])
        while waiting and room:
            _, row = waiting[0]
            days = min(room, left[row])
            plan[row][month] += days
            left[row] -= days
            room -= days
            if not left[row]:
                heapq.heappop(waiting)
        if waiting and waiting[0][0] <= month:
            raise ScheduleError(f"candidate row {waiting[0][1]} does not fit into its months")
    return plan


def _spread(capacity: IntArray, blocks: list[Block], plan: dict[int, IntArray]) -> dict[int, IntArray]:
    """Move single days from an engagement's fullest month to its emptiest, directly or by swapping with another
    engagement of the partner, until no move makes the engagements more even."""
    room = capacity - sum((plan[block.row] for block in blocks), np.zeros(len(capacity), dtype=np.int64))
    ordered = sorted(blocks, key=lambda block: block.row)
    improved = True
    while improved:
        improved = any([_even_out(block, plan[block.row], room) for block in ordered])
        improved = _swap_any(ordered, plan) or improved
    return plan


def _even_out(block: Block, days: IntArray, room: IntArray) -> bool:
    """Move days of one engagement into months with room; whether any moved."""
    moved = False
    months = range(block.first, block.last + 1)
    while True:
        open_months = [month for month in months if room[month] > 0]
        if not open_months:
            return moved
        emptiest = min(open_months, key=lambda month: (days[month], month))
        fullest = max(months, key=lambda month: (days[month], -month))
        if days[fullest] - days[emptiest] < 2:
            return moved
        days[fullest] -= 1
        days[emptiest] += 1
        room[fullest] += 1
        room[emptiest] -= 1
        moved = True


def _swap_any(ordered: list[Block], plan: dict[int, IntArray]) -> bool:
    """One pass over pairs of engagements that exchange a day between two months."""
    moved = False
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 :]:
            while _swap(one, other, plan):
                moved = True
    return moved


def _swap(one: Block, other: Block, plan: dict[int, IntArray]) -> bool:
    """Exchange one day in each of two shared months where that lowers the sum of squares."""
    first, last = max(one.first, other.first), min(one.last, other.last)
    mine, theirs = plan[one.row], plan[other.row]
    best, choice = 0, None
    for give in range(first, last + 1):
        for take in range(first, last + 1):
            if give != take and mine[give] > 0 and theirs[take] > 0:
                gain = int(mine[give] - mine[take] - 1 + theirs[take] - theirs[give] - 1)
                if gain > best:
                    best, choice = gain, (give, take)
    if choice is None:
        return False
    give, take = choice
    mine[give] -= 1
    mine[take] += 1
    theirs[take] -= 1
    theirs[give] += 1
    return True
