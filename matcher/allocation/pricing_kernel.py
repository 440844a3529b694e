"""Pricing all requests, as machine code: see ``plan_pricing`` for the door."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.compilation import compiled, inlined
from matcher.allocation.plan_kernel import (
    NEVER,
    Solved,
    best_end,
    join,
    read_back,
    solve_request,
    write_ends,
    write_profile,
)
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.problem.instance import FloatArray, IntArray


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
        solved = solve_request(rules, profits, request, rows)
        final = solved.tables[len(solved.rows)]
        ends = np.empty((2, final.shape[0], final.shape[1]))
        best = write_ends(rules, profits.support_bonus[request], request, final, ends)
        out.best[request] = max(0.0, best)
        for place in range(out.value.shape[1]):
            mask, size = best_end(ends)
            if ends[0, mask, size] <= max(threshold[request], 0.5 * NEVER):
                break
            out.value[request, place] = ends[0, mask, size]
            out.found[request] = place + 1
            state = (mask, size, int(ends[1, mask, size]))
            read_back(rules, solved, state, out.row[request, place], out.days[request, place])
            ends[0, mask, size] = NEVER


@inlined
def place_of(rows: IntArray, row: int) -> int:
    """Position of a candidate among the useful ones, -1 if it is not."""
    for position in range(len(rows)):
        if rows[position] == row:
            return position
    return -1


@inlined
def others_than(rules: PlanRules, solved: Solved, row: int, spare: FloatArray) -> FloatArray:
    """The final table over all useful candidates but one; ``spare`` is room for the tables on the way."""
    rows, profiles, tables = solved
    position = place_of(rows, row)
    before: FloatArray = tables[position if position >= 0 else len(rows)]
    if position < 0:
        return before
    for step in range(position + 1, len(rows)):
        join(before, spare[step % 2], profiles[step], rules.covers[rows[step]], True)
        before = spare[step % 2]
    return before


@compiled
def price_forced(rules: PlanRules, profits: PlanProfits, choice: Choice, forced: FloatArray) -> None:
    """Write for each candidate the value of the best plan with it in the team."""
    for request in range(len(rules.days)):
        if rules.team[request] == 0 or rules.days[request] == 0:
            continue
        solved = solve_request(
            rules, profits, request, choice.rows[choice.start[request] : choice.start[request + 1]]
        )
        shape = solved.tables.shape
        ends = np.empty((2, shape[1], shape[2]))
        profile = np.empty(shape[3])
        with_it = np.empty(shape[1:])
        spare = np.empty((2, shape[1], shape[2], shape[3]))
        for row in range(rules.start[request], rules.start[request + 1]):
            others = others_than(rules, solved, row, spare)
            write_profile(rules, profits, row, profile)
            join(others, with_it, profile, rules.covers[row], False)
            forced[row] = write_ends(rules, profits.support_bonus[request], request, with_it, ends)
