"""The inner loop of rebuilding, as machine code: see ``rebuild`` for what it is for.

A step takes the plans of a few related requests away and gives each, in random order, the best plan that fits
what is left, first at prices, then at plain value. Everything is exact for one request at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.calendar_kernel import Board, Calendar, commit, room, settle, take_away
from matcher.allocation.compilation import compiled, inlined
from matcher.allocation.plan_kernel import best_end, read_back, solve_request, write_ends
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.problem.instance import FloatArray, IntArray


class Draw(NamedTuple):
    """The steps of a phase: the request that each begins with, how many requests it takes, how much worth it may
    lose, and the state of the random numbers (changed in place)."""

    seeds: IntArray
    sizes: IntArray
    allowed: FloatArray
    state: IntArray


class Needs(NamedTuple):
    """Held levels: least severity of new support; floors of groups (G) and most days short of them, in all; least days
    of each group and the fine for each that is missing (G); the least of each sum, its price and the fine for what is
    missing (K; of the level: no least, price 1)."""

    support: float
    floor: IntArray
    short: float
    group_days: IntArray
    group_fines: FloatArray
    sums: FloatArray
    prices: FloatArray
    fines: FloatArray


@inlined
def random_below(state: IntArray, limit: int) -> int:
    """A random number from 0 to ``limit`` - 1; a linear congruential generator, the same everywhere."""
    state[0] = (state[0] * 1103515245 + 12345) & 0x7FFFFFFF
    drawn: int = (state[0] >> 8) % limit
    return drawn


@inlined
def give_best(board: Board, profits: PlanProfits, request: int) -> None:
    """Give an empty request its best plan among near candidates with room; ``rules.high`` is written over."""
    rules, _, _, network, _ = board
    begin, end = network.near_start[request], network.near_start[request + 1]
    rows = np.empty(end - begin, np.int64)
    count = 0
    for place in range(begin, end):
        row = network.near_rows[place]
        rules.high[row] = min(network.high[row], room(board, row))
        if rules.high[row] >= rules.low[row]:
            rows[count] = row
            count += 1
    if count == 0 or rules.team[request] == 0 or rules.days[request] == 0:
        return
    solved = solve_request(rules, profits, request, rows[:count])
    final = solved.tables[len(solved.rows)]
    ends = np.empty((2, final.shape[0], final.shape[1]))
    if write_ends(rules, profits.support_bonus[request], request, final, ends) <= 0.0:
        return
    mask, size = best_end(ends)
    team_row, team_days = np.empty(size, np.int64), np.empty(size, np.int64)
    read_back(rules, solved, (mask, size, int(ends[1, mask, size])), team_row, team_days)
    for place in range(size):
        commit(board, team_row[place], team_days[place], 1)


@inlined
def request_at(rules: PlanRules, row: int) -> int:
    """The request of a candidate."""
    below, above = 0, len(rules.days)
    while above - below > 1:
        middle = (below + above) // 2
        if rules.start[middle] <= row:
            below = middle
        else:
            above = middle
    return below


@inlined
def neighbour(board: Board, request: int, state: IntArray) -> int:
    """A request that a partner near to this one is engaged with, or any; -1 if that partner has none."""
    rules, _, _, network, calendar = board
    begin, end = network.near_start[request], network.near_start[request + 1]
    if end == begin or random_below(state, 20) == 0:
        return random_below(state, len(rules.days))
    partner = network.partner[network.near_rows[begin + random_below(state, end - begin)]]
    begin, end = network.partner_start[partner], network.partner_start[partner + 1]
    offset = random_below(state, end - begin)
    for step in range(end - begin):
        row = network.partner_rows[begin + (offset + step) % (end - begin)]
        if calendar.days[row] > 0:
            return request_at(rules, row)
    return -1


@inlined
def choose(board: Board, chosen: IntArray, state: IntArray) -> int:
    """Fill ``chosen`` from its first request on with requests that share partners, in random order; how many."""
    count = 1
    for _ in range(4 * len(chosen)):
        if count == len(chosen):
            break
        other = neighbour(board, chosen[random_below(state, count)], state)
        known = other < 0
        for place in range(count):
            known = known or chosen[place] == other
        if not known:
            chosen[count] = other
            count += 1
    for place in range(count - 1, 0, -1):
        swap = random_below(state, place + 1)
        chosen[place], chosen[swap] = chosen[swap], chosen[place]
    return count


@inlined
def remember(board: Board, chosen: IntArray, kept: IntArray) -> int:
    """Write the engagements of the chosen requests as (row, days); how many."""
    rules, calendar = board.rules, board.calendar
    count = 0
    for request in chosen:
        for row in range(rules.start[request], rules.start[request + 1]):
            if calendar.days[row] > 0:
                kept[count, 0] = row
                kept[count, 1] = calendar.days[row]
                count += 1
    return count


@inlined
def lacking(calendar: Calendar, needs: Needs, support: float) -> float:
    """How far support and floors are missed: severity and days; 0 where both are kept."""
    lack, short = max(0.0, needs.support - support), -needs.short
    for group in range(len(needs.floor)):
        short += max(0, needs.floor[group] - calendar.group_days[group])
    lack += max(0.0, short)
    return lack if lack > 1e-9 else 0.0


@inlined
def missing(calendar: Calendar, needs: Needs, sums: FloatArray) -> float:
    """What groups and held sums have less than they must: days and amounts."""
    total = 0.0
    for group in range(len(needs.group_days)):
        total += max(0, needs.group_days[group] - calendar.group_days[group])
    for number in range(1, len(sums)):
        total += max(0.0, needs.sums[number] - sums[number])
    return total


@inlined
def support_of(board: Board, chosen: IntArray) -> float:
    """Severity of the chosen requests that are supported."""
    support = 0.0
    for request in chosen:
        support += board.network.severity[request] * board.calendar.supported[request]
    return support


@inlined
def write_amounts(calendar: Calendar, chosen: IntArray, amounts: FloatArray) -> None:
    """Write what the chosen requests give to the sums."""
    for number in range(len(amounts)):
        amounts[number] = 0.0
        for request in chosen:
            amounts[number] += calendar.amounts[request, number]


@inlined
def write_sums(calendar: Calendar, before: FloatArray, after: FloatArray) -> None:
    """Write over ``after`` what all sums come to once the chosen requests give that, and no more ``before``."""
    for number in range(len(after)):
        after[number] = calendar.sums[number] + after[number] - before[number]


@inlined
def worth(calendar: Calendar, needs: Needs, sums: FloatArray) -> float:
    """The level, with what held sums are worth beside it, less the fines for what groups and sums miss."""
    total: float = sums[0]
    for number in range(1, len(sums)):
        total += needs.prices[number] * sums[number]
        total -= needs.fines[number] * max(0.0, needs.sums[number] - sums[number])
    for group in range(len(needs.group_days)):
        short = max(0, needs.group_days[group] - calendar.group_days[group])
        total -= needs.group_fines[group] * short
    return total


@inlined
def refill(board: Board, guide: PlanProfits, chosen: IntArray) -> None:
    """Give each chosen request its best plan at prices; then each again, at plain value."""
    for request in chosen:
        take_away(board, request)
    for request in chosen:
        give_best(board, guide, request)
        settle(board, request)
    for request in chosen:
        take_away(board, request)
        give_best(board, board.plain, request)
        settle(board, request)


@inlined
def put_back(board: Board, chosen: IntArray, kept: IntArray) -> None:
    """Undo a step."""
    for request in chosen:
        take_away(board, request)
    for place in range(len(kept)):
        commit(board, kept[place, 0], kept[place, 1], 1)
    for request in chosen:
        settle(board, request)


@inlined
def keep_best(board: Board) -> None:
    """What is chosen is the best so far; only requests that have changed are copied."""
    start, calendar = board.rules.start, board.calendar
    for request in range(len(calendar.changed)):
        if calendar.changed[request]:
            calendar.changed[request] = False
            for row in range(start[request], start[request + 1]):
                calendar.best_days[row] = calendar.days[row]


@compiled
def rebuild_steps(board: Board, guide: PlanProfits, needs: Needs, draw: Draw) -> int:
    """Steps from the given requests with the given numbers of requests; how many were kept.

    A step is kept if it misses nothing more of support and floors and, where it misses as much as before, loses no
    more worth than it may. Days count as the best only where nothing is missed of what is held.
    """
    rules, plain, _, network, calendar = board
    kept_rows = np.empty((draw.sizes.max() * (rules.team.max() + 1), 2), np.int64)
    sums, before = np.empty(len(calendar.sums)), np.empty(len(calendar.sums))
    kept_steps = 0
    for step in range(len(draw.seeds)):
        chosen = np.empty(draw.sizes[step], np.int64)
        chosen[0] = draw.seeds[step]
        chosen = chosen[: choose(board, chosen, draw.state)]
        kept = kept_rows[: remember(board, chosen, kept_rows)]
        support = support_of(board, chosen)
        lack = lacking(calendar, needs, calendar.totals[0])
        least = worth(calendar, needs, calendar.sums) - draw.allowed[step] - 1e-9
        write_amounts(calendar, chosen, before)
        for request in chosen:
            bonus = 1e4 * network.severity[request] * calendar.supported[request]
            guide.support_bonus[request] = bonus
            plain.support_bonus[request] = bonus
        refill(board, guide, chosen)
        write_amounts(calendar, chosen, sums)
        write_sums(calendar, before, sums)
        supported = calendar.totals[0] + support_of(board, chosen) - support
        new_lack = lacking(calendar, needs, supported)
        if new_lack > lack or (new_lack == lack and worth(calendar, needs, sums) < least):
            put_back(board, chosen, kept)
            continue
        kept_steps += 1
        for request in chosen:
            calendar.changed[request] = True
        calendar.totals[0] = supported
        for number in range(len(sums)):
            calendar.sums[number] = sums[number]
        is_kept = new_lack == 0.0 and missing(calendar, needs, sums) == 0.0
        if is_kept and sums[0] > calendar.totals[1] + 1e-9:
            calendar.totals[1] = sums[0]
            keep_best(board)
    return kept_steps
