"""The best plans of one request, as machine code: see ``plan_rules`` for what a plan is.

A dynamic programme. State: (mask of covered skills, team size, total days); the value of a
state is the best sum of profits of a team that reaches it exactly. Candidates are added one by one, and the
table after each of them is kept, so the best plans can be read back.

Only loops and array elements here: slices that are assigned, sorting and the like compile for many seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.compilation import inlined
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.problem.instance import FloatArray, IntArray

#: Value of a state that no team reaches; anything below half of it is unreachable.
NEVER = -1e18


class Solved(NamedTuple):
    """One request: its useful candidates with their profiles (each x days), and the table before any of
    them and after each (steps x masks x team sizes x days)."""

    rows: IntArray
    profiles: FloatArray
    tables: FloatArray


@inlined
def write_profile(rules: PlanRules, profits: PlanProfits, row: int, profile: FloatArray) -> None:
    """Profit of a candidate at each number of days, ``NEVER`` where it may not give that number."""
    for days in range(len(profile)):
        profile[days] = NEVER
    charge_row = profits.charge_row[row]
    for days in range(rules.low[row], min(rules.high[row], len(profile) - 1) + 1):
        profit = profits.per_engagement[row] + profits.per_day[row] * days
        if charge_row >= 0 and days < profits.charges.shape[1]:
            profit -= profits.charges[charge_row, days]
        profile[days] = profit


@inlined
def can_replace(cover: int, profile: FloatArray, other_cover: int, other_profile: FloatArray) -> bool:
    """Whether the other candidate could take the candidate's place in any plan, at no loss."""
    if other_cover | cover != other_cover:
        return False
    losses = 0
    for days in range(len(profile)):
        losses += profile[days] > other_profile[days]
    return losses == 0


@inlined
def keep_useful(
    rules: PlanRules, profits: PlanProfits, request: int, rows: IntArray, profiles: FloatArray
) -> int:
    """Move the candidates that an optimal plan may need to the front, with their profiles; how many.

    Left out is who could be replaced by any of as many others as a team may hold: one is always free.
    """
    count = 0
    for position in range(len(rows)):
        row = rows[position]
        write_profile(rules, profits, row, profiles[count])
        replacements = 0
        for kept in range(count):
            if can_replace(rules.covers[row], profiles[count], rules.covers[rows[kept]], profiles[kept]):
                replacements += 1
                if replacements == rules.team[request]:
                    break
        if replacements < rules.team[request]:
            rows[count] = row
            count += 1
    return count


@inlined
def extend(before: FloatArray, after: FloatArray, profile: FloatArray) -> None:
    """Add a candidate's days to teams of one mask and size: total days before and after."""
    width = len(profile)
    least = 0
    while least < width and before[least] <= 0.5 * NEVER:
        least += 1
    for days in range(1, width - least):
        profit = profile[days]
        if profit <= 0.5 * NEVER:
            continue
        for total in range(least, width - days):
            value = before[total] + profit
            if value > after[total + days]:
                after[total + days] = value


@inlined
def join(before: FloatArray, after: FloatArray, profile: FloatArray, cover: int, may_stay_out: bool) -> None:
    """Add one candidate: ``after`` is the best with it (or without, if it may stay out), state by state."""
    masks, sizes, width = before.shape
    for mask in range(masks):
        for size in range(sizes):
            for total in range(width):
                after[mask, size, total] = before[mask, size, total] if may_stay_out else NEVER
    for mask in range(masks):
        for size in range(sizes - 1):
            extend(before[mask, size], after[mask | cover, size + 1], profile)


@inlined
def fill_tables(rules: PlanRules, rows: IntArray, profiles: FloatArray, tables: FloatArray) -> None:
    """The dynamic programme: tables before any candidate, and after each of them."""
    for mask in range(tables.shape[1]):
        for size in range(tables.shape[2]):
            for total in range(tables.shape[3]):
                tables[0, mask, size, total] = NEVER
    tables[0, 0, 0, 0] = 0.0
    for step in range(len(rows)):
        join(tables[step], tables[step + 1], profiles[step], rules.covers[rows[step]], True)


@inlined
def reward(rules: PlanRules, bonus: float, request: int, mask: int, total: int) -> float:
    """What reaching a mask and a number of days is worth beside the candidates' own profits."""
    if mask & rules.needed[request] != rules.needed[request]:
        return NEVER
    needs = rules.support_days[request]
    is_supported = (
        needs >= 0 and total >= needs and mask & rules.essential[request] == rules.essential[request]
    )
    value: float = rules.cover_value[request, mask]
    return value + bonus if is_supported else value


@inlined
def write_ends(rules: PlanRules, bonus: float, request: int, final: FloatArray, ends: FloatArray) -> float:
    """Best value of each (mask, team size) in ``ends[0]``, its total days in ``ends[1]``; the best of all.

    The empty team is left out.
    """
    best = NEVER
    for mask in range(final.shape[0]):
        for size in range(1, final.shape[1]):
            ends[0, mask, size] = NEVER
            for total in range(final.shape[2]):
                if final[mask, size, total] <= 0.5 * NEVER:
                    continue
                value = final[mask, size, total] + reward(rules, bonus, request, mask, total)
                if value > ends[0, mask, size]:
                    ends[0, mask, size] = value
                    ends[1, mask, size] = total
            best = max(best, ends[0, mask, size])
    return best


@inlined
def origin(
    table: FloatArray, profile: FloatArray, cover: int, state: tuple[int, int, int], value: float
) -> int:
    """The state that a candidate joined to make this one, as mask * width + days given; -1 if none."""
    mask, size, total = state
    width = len(profile)
    for earlier in range(table.shape[0]):
        if earlier | cover != mask:
            continue
        for days in range(1, total + 1):
            source = table[earlier, size - 1, total - days]
            if source > 0.5 * NEVER and profile[days] > 0.5 * NEVER and source + profile[days] == value:
                return earlier * width + days
    return -1


@inlined
def read_back(
    rules: PlanRules, solved: Solved, state: tuple[int, int, int], team_row: IntArray, team_days: IntArray
) -> None:
    """Write the team that reaches a final state with its value."""
    rows, profiles, tables = solved
    mask, size, total = state
    step = len(rows)
    while size > 0:
        value = tables[step, mask, size, total]
        while tables[step - 1, mask, size, total] == value:
            step -= 1
        step -= 1
        source = origin(tables[step], profiles[step], rules.covers[rows[step]], (mask, size, total), value)
        days = source % tables.shape[3]
        team_row[size - 1] = rows[step]
        team_days[size - 1] = days
        mask, size, total = source // tables.shape[3], size - 1, total - days


@inlined
def best_end(ends: FloatArray) -> tuple[int, int]:
    """The (mask, team size) of largest value, the first of equals."""
    best_mask, best_size = 0, 1
    for mask in range(ends.shape[1]):
        for size in range(1, ends.shape[2]):
            if ends[0, mask, size] > ends[0, best_mask, best_size]:
                best_mask, best_size = mask, size
    return best_mask, best_size


@inlined
def solve_request(rules: PlanRules, profits: PlanProfits, request: int, rows: IntArray) -> Solved:
    """The dynamic programme of one request (``rows`` are reordered: useful candidates move to the front)."""
    width = rules.days[request] + 1
    profiles = np.empty((len(rows) + 1, width))
    count = keep_useful(rules, profits, request, rows, profiles)
    tables = np.empty((count + 1, rules.masks[request], rules.team[request] + 1, width))
    fill_tables(rules, rows[:count], profiles, tables)
    return Solved(rows[:count], profiles, tables)
