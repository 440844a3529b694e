"""The inner loops of plan pricing, as machine code: see ``plan_pricing`` for what they mean.

A dynamic programme for each request. State: (mask of covered skills, team size, total days); the value of a
state is the best sum of profits of a team that reaches it exactly. Candidates are added one by one, and the
table after each of them is kept, so the best plans can be read back.

Only loops and array elements here: slices that are assigned, sorting and the like compile for many seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.compilation import compiled, inlined
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.problem.instance import FloatArray, IntArray

#: Value of a state that no team reaches; anything below half of it is unreachable.
NEVER = -1e18


class Choice(NamedTuple):
    """The candidates to choose from, request by request, the most promising first: those of request r are
    ``rows[start[r]:start[r + 1]]``. The kernels change their order."""

    start: IntArray
    rows: IntArray


class PlanOutput(NamedTuple):
    """Where the plans found are written: ``best`` value and number of plans ``found`` (R), plan ``value``
    (R x most), candidate ``row`` and ``days`` (R x most x largest team; row -1: nobody)."""

    best: FloatArray
    found: IntArray
    value: FloatArray
    row: IntArray
    days: IntArray


class Solved(NamedTuple):
    """One request: its useful candidates with their profiles (each x days), and the table before any of
    them and after each (steps x masks x team sizes x days)."""

    rows: IntArray
    profiles: FloatArray
    tables: FloatArray


@inlined
def _write_profile(rules: PlanRules, profits: PlanProfits, row: int, profile: FloatArray) -> None:
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
def _can_replace(cover: int, profile: FloatArray, other_cover: int, other_profile: FloatArray) -> bool:
    """Whether the other candidate could take the candidate's place in any plan, at no loss."""
    if other_cover | cover != other_cover:
        return False
    losses = 0
    for days in range(len(profile)):
        losses += profile[days] > other_profile[days]
    return losses == 0


@inlined
def _keep_useful(
    rules: PlanRules, profits: PlanProfits, request: int, rows: IntArray, profiles: FloatArray
) -> int:
    """Move the candidates that an optimal plan may need to the front, with their profiles; how many.

    Left out is who could be replaced by any of as many others as a team may hold: one is always free.
    """
    count = 0
    for position in range(len(rows)):
        row = rows[position]
        _write_profile(rules, profits, row, profiles[count])
        replacements = 0
        for kept in range(count):
            if _can_replace(rules.covers[row], profiles[count], rules.covers[rows[kept]], profiles[kept]):
                replacements += 1
                if replacements == rules.team[request]:
                    break
        if replacements < rules.team[request]:
            rows[count] = row
            count += 1
    return count


@inlined
def _extend(before: FloatArray, after: FloatArray, profile: FloatArray) -> None:
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
def _join(before: FloatArray, after: FloatArray, profile: FloatArray, cover: int, may_stay_out: bool) -> None:
    """Add one candidate: ``after`` is the best with it (or without, if it may stay out), state by state."""
    masks, sizes, width = before.shape
    for mask in range(masks):
        for size in range(sizes):
            for total in range(width):
                after[mask, size, total] = before[mask, size, total] if may_stay_out else NEVER
    for mask in range(masks):
        for size in range(sizes - 1):
            _extend(before[mask, size], after[mask | cover, size + 1], profile)


@inlined
def _fill_tables(rules: PlanRules, rows: IntArray, profiles: FloatArray, tables: FloatArray) -> None:
    """The dynamic programme: tables before any candidate, and after each of them."""
    for mask in range(tables.shape[1]):
        for size in range(tables.shape[2]):
            for total in range(tables.shape[3]):
                tables[0, mask, size, total] = NEVER
    tables[0, 0, 0, 0] = 0.0
    for step in range(len(rows)):
        _join(tables[step], tables[step + 1], profiles[step], rules.covers[rows[step]], True)


@inlined
def _reward(rules: PlanRules, bonus: float, request: int, mask: int, total: int) -> float:
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
def _write_ends(rules: PlanRules, bonus: float, request: int, final: FloatArray, ends: FloatArray) -> float:
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
                value = final[mask, size, total] + _reward(rules, bonus, request, mask, total)
                if value > ends[0, mask, size]:
                    ends[0, mask, size] = value
                    ends[1, mask, size] = total
            best = max(best, ends[0, mask, size])
    return best


@inlined
def _origin(
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
def _read_back(
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
        origin = _origin(tables[step], profiles[step], rules.covers[rows[step]], (mask, size, total), value)
        days = origin % tables.shape[3]
        team_row[size - 1] = rows[step]
        team_days[size - 1] = days
        mask, size, total = origin // tables.shape[3], size - 1, total - days


@inlined
def _best_end(ends: FloatArray) -> tuple[int, int]:
    """The (mask, team size) of largest value, the first of equals."""
    best_mask, best_size = 0, 1
    for mask in range(ends.shape[1]):
        for size in range(1, ends.shape[2]):
            if ends[0, mask, size] > ends[0, best_mask, best_size]:
                best_mask, best_size = mask, size
    return best_mask, best_size


@inlined
def _solve(rules: PlanRules, profits: PlanProfits, request: int, rows: IntArray) -> Solved:
    """The dynamic programme of one request (``rows`` are reordered: useful candidates move to the front)."""
    width = rules.days[request] + 1
    profiles = np.empty((len(rows) + 1, width))
    count = _keep_useful(rules, profits, request, rows, profiles)
    tables = np.empty((count + 1, rules.masks[request], rules.team[request] + 1, width))
    _fill_tables(rules, rows[:count], profiles, tables)
    return Solved(rows[:count], profiles, tables)


@compiled
def price_requests(
    rules: PlanRules, profits: PlanProfits, choice: Choice, threshold: FloatArray, out: PlanOutput
) -> None:
    """Write each request's best value (0: no plan pays) and its best plans above its threshold."""
    for request in range(len(rules.days)):
        rows = choice.rows[choice.start[request] : choice.start[request + 1]]
        out.best[request] = 0.0
        out.found[request] = 0
        if len(rows) == 0 or rules.team[request] == 0 or rules.days[request] == 0:
            continue
        solved = _solve(rules, profits, request, rows)
        final = solved.tables[len(solved.rows)]
        ends = np.empty((2, final.shape[0], final.shape[1]))
        best = _write_ends(rules, profits.support_bonus[request], request, final, ends)
        out.best[request] = max(0.0, best)
        for place in range(out.value.shape[1]):
            mask, size = _best_end(ends)
            if ends[0, mask, size] <= max(threshold[request], 0.5 * NEVER):
                break
            out.value[request, place] = ends[0, mask, size]
            out.found[request] = place + 1
            state = (mask, size, int(ends[1, mask, size]))
            _read_back(rules, solved, state, out.row[request, place], out.days[request, place])
            ends[0, mask, size] = NEVER


@inlined
def _place_of(rows: IntArray, row: int) -> int:
    """Position of a candidate among the useful ones, -1 if it is not."""
    for position in range(len(rows)):
        if rows[position] == row:
            return position
    return -1


@inlined
def _others(rules: PlanRules, solved: Solved, row: int, spare: FloatArray) -> FloatArray:
    """The final table over all useful candidates but one; ``spare`` is room for the tables on the way."""
    rows, profiles, tables = solved
    position = _place_of(rows, row)
    before: FloatArray = tables[position if position >= 0 else len(rows)]
    if position < 0:
        return before
    for step in range(position + 1, len(rows)):
        _join(before, spare[step % 2], profiles[step], rules.covers[rows[step]], True)
        before = spare[step % 2]
    return before


@compiled
def price_forced(rules: PlanRules, profits: PlanProfits, choice: Choice, forced: FloatArray) -> None:
    """Write for each candidate the value of the best plan with it in the team."""
    for request in range(len(rules.days)):
        if rules.team[request] == 0 or rules.days[request] == 0:
            continue
        solved = _solve(
            rules, profits, request, choice.rows[choice.start[request] : choice.start[request + 1]]
        )
        shape = solved.tables.shape
        ends = np.empty((2, shape[1], shape[2]))
        profile = np.empty(shape[3])
        with_it = np.empty(shape[1:])
        spare = np.empty((2, shape[1], shape[2], shape[3]))
        for row in range(rules.start[request], rules.start[request + 1]):
            others = _others(rules, solved, row, spare)
            _write_profile(rules, profits, row, profile)
            _join(others, with_it, profile, rules.covers[row], False)
            forced[row] = _write_ends(rules, profits.support_bonus[request], request, with_it, ends)
