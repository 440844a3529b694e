"""Steps towards the optimum of a programme of choices, as machine code: see ``first_order`` for what it is for.

Primal and dual steps in turn (Chambolle and Pock), reflected and drawn back to where they began (Halpern), which
begins anew where that has come much nearer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.compilation import compiled, inlined
from matcher.problem.instance import FloatArray, IntArray

#: A new beginning where the distance has fallen to the first share of what it was then, or to the second and rises
#: again, or where it is long ago.
_MUCH, _SOME, _LONG, _EARLY = 0.2, 0.8, 0.36, 200
_NEVER = 1e300


class Choices(NamedTuple):
    """Maximise profit @ x where rows @ x <= limit, x >= 0, and columns ``start[c]`` up to ``start[c + 1]`` add to at
    most 1 for each choice c; columns before the first choice are at most ``most``. Rows are kept by column
    (``column_start``, ``row``, ``by_column``) and by row."""

    profit: FloatArray
    most: FloatArray
    limit: FloatArray
    start: IntArray
    column_start: IntArray
    row: IntArray
    by_column: FloatArray
    row_start: IntArray
    column: IntArray
    by_row: FloatArray


class Walk(NamedTuple):
    """Where a walk stands: values and prices now, at its last beginning, and after a plain step; lengths of steps of
    each column and row; ``state``: weight of prices against values, steps since the beginning, first and last
    distance, steps in all."""

    values: FloatArray
    prices: FloatArray
    first_values: FloatArray
    first_prices: FloatArray
    next_values: FloatArray
    next_prices: FloatArray
    value_step: FloatArray
    price_step: FloatArray
    spare: FloatArray
    state: FloatArray


@inlined
def gain(choices: Choices, prices: FloatArray, column: int) -> float:
    """Profit of a column, less what its rows cost."""
    value = choices.profit[column]
    for entry in range(choices.column_start[column], choices.column_start[column + 1]):
        value -= choices.by_column[entry] * prices[choices.row[entry]]
    return float(value)


@inlined
def excess(choices: Choices, values: FloatArray, row: int) -> float:
    """What columns take of a row beyond its limit."""
    value = -choices.limit[row]
    for entry in range(choices.row_start[row], choices.row_start[row + 1]):
        value += choices.by_row[entry] * values[choices.column[entry]]
    return float(value)


@inlined
def excluded(wanted: FloatArray, begin: int, end: int) -> float:
    """What must be taken off each wanted value, so that those above it add to at most 1."""
    level, count = 0.0, -1
    while True:
        total, above = 0.0, 0
        for column in range(begin, end):
            if wanted[column] > level:
                total += wanted[column]
                above += 1
        if above == count or total - above * level <= 1.0:
            return level
        count = above
        level = max(level, (total - 1.0) / above)


@inlined
def project(choices: Choices, wanted: FloatArray, values: FloatArray) -> None:
    """The nearest values that choices and limits of columns allow."""
    for column in range(choices.start[0]):
        values[column] = min(max(wanted[column], 0.0), choices.most[column])
    for choice in range(len(choices.start) - 1):
        begin, end = choices.start[choice], choices.start[choice + 1]
        level = excluded(wanted, begin, end)
        for column in range(begin, end):
            values[column] = max(wanted[column] - level, 0.0)


@inlined
def step(choices: Choices, walk: Walk) -> float:
    """A plain step; how far it went."""
    weight, spare, far = walk.state[0], walk.spare, 0.0
    for column in range(len(spare)):
        length = walk.value_step[column] / weight
        spare[column] = walk.values[column] + length * gain(choices, walk.prices, column)
    project(choices, spare, walk.next_values)
    for column in range(len(spare)):
        moved = walk.next_values[column] - walk.values[column]
        spare[column] = walk.next_values[column] + moved
        far += moved * moved * weight / walk.value_step[column]
    for row in range(len(walk.prices)):
        length = walk.price_step[row] * weight
        walk.next_prices[row] = max(walk.prices[row] + length * excess(choices, spare, row), 0.0)
        moved = walk.next_prices[row] - walk.prices[row]
        far += moved * moved / length
    return float(np.sqrt(far))


@inlined
def draw_back(now: FloatArray, following: FloatArray, first: FloatArray, share: float) -> None:
    """From here to twice the plain step, and back to the beginning by what is left of a share."""
    for place in range(len(now)):
        now[place] = share * (2.0 * following[place] - now[place]) + (1.0 - share) * first[place]


@inlined
def length(following: FloatArray, first: FloatArray, steps: FloatArray) -> float:
    """Squared distance from the beginning."""
    total = 0.0
    for place in range(len(first)):
        moved = following[place] - first[place]
        total += moved * moved / steps[place]
    return total


@inlined
def begin(walk: Walk) -> None:
    """Begin anew from the last plain step, with prices and values weighed by how far each had to go."""
    by_values = length(walk.next_values, walk.first_values, walk.value_step)
    by_prices = length(walk.next_prices, walk.first_prices, walk.price_step)
    if by_values > 1e-14 and by_prices > 1e-14:
        walk.state[0] = np.sqrt(walk.state[0] * np.sqrt(by_prices / by_values))
    for column in range(len(walk.values)):
        walk.values[column] = walk.first_values[column] = walk.next_values[column]
    for row in range(len(walk.prices)):
        walk.prices[row] = walk.first_prices[row] = walk.next_prices[row]
    walk.state[1], walk.state[2], walk.state[3] = 0.0, -1.0, _NEVER


@inlined
def begins(state: FloatArray, far: float) -> bool:
    """Whether to begin anew."""
    _, steps, first, last, taken = state
    if steps < 2.0:
        return False
    nearer = far <= _MUCH * first or (far <= _SOME * first and far > last)
    return bool(nearer or (taken > _EARLY and steps >= _LONG * taken))


@compiled
def walk_on(choices: Choices, walk: Walk, count: int) -> None:
    """So many steps."""
    state = walk.state
    for _ in range(count):
        far = step(choices, walk)
        state[1] += 1.0
        state[4] += 1.0
        if state[2] < 0.0:
            state[2] = far
        share = state[1] / (state[1] + 1.0)
        draw_back(walk.values, walk.next_values, walk.first_values, share)
        draw_back(walk.prices, walk.next_prices, walk.first_prices, share)
        if begins(state, far):
            begin(walk)
        else:
            state[3] = far


@compiled
def assess(choices: Choices, walk: Walk, best: FloatArray, out: FloatArray) -> None:
    """Of the last plain step, in ``out``: the bound by its prices, its profit, and what it breaks at its prices; in
    ``best`` what each choice gains at most."""
    values, prices = walk.next_values, walk.next_prices
    bound, profit, broken = 0.0, 0.0, 0.0
    for row in range(len(prices)):
        bound += choices.limit[row] * prices[row]
        broken += max(excess(choices, values, row), 0.0) * prices[row]
    for column in range(choices.start[0]):
        more = gain(choices, prices, column)
        if more > 0.0:
            bound += more * choices.most[column]
    for choice in range(len(best)):
        best[choice] = 0.0
        for column in range(choices.start[choice], choices.start[choice + 1]):
            best[choice] = max(best[choice], gain(choices, prices, column))
        bound += best[choice]
    for column in range(len(values)):
        profit += choices.profit[column] * values[column]
    out[0], out[1], out[2] = bound, profit, broken
