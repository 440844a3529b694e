"""The answer of a person with a spreadsheet: certain and quick, before a search or where one is cut short."""

from __future__ import annotations

from dataclasses import replace

from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.false_bounds import counted_bound
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.instance_arrays import days_of
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.result import Allocation, Status
from matcher.allocation.solver import trivial_bound, versions
from matcher.allocation.standing import Reached
from matcher.problem.instance import Instance, IntArray


def spreadsheet_answer(instance: Instance, digest: str, gap: float) -> Allocation:
    """Every level as the greedy leaves it, with bounds that need no proof; or the locks that clash."""
    opening = open_instance(instance)
    if opening.arrays is None or opening.days is None:
        return Allocation(digest, Status.INFEASIBLE, (), (), (), clash=opening.clash, versions=versions())
    days = spreadsheet(opening.arrays, opening.days)
    values = measure(opening.arrays, days, instance.ladder)
    levels = [
        Reached(name, values[name], trivial_bound(opening.arrays, name, values[name]), values[name])
        for name in instance.ladder
    ]
    certificate = {"gap": gap, "effort": {}, "stopped_by_time": True}
    draft = Draft(opening.arrays, days, levels)
    answer = allocation_of(instance, draft, digest=digest, gap=gap, certificate=certificate)
    return replace(answer, versions=versions())


def filled(instance: Instance, gap: float, answer: Allocation) -> Allocation:
    """An answer that was cut short, with the room it left given away as the spreadsheet would.

    Bounds, and what was held, stay those of the search as far as the filled answer keeps what was held; the
    certificate says that room was given away.
    """
    opening = open_instance(instance)
    if opening.arrays is None or answer.status is Status.INFEASIBLE:
        return answer
    days = spreadsheet(opening.arrays, days_of(instance, opening.arrays, answer.engagements))
    levels = _levels_of(opening.arrays, days, answer)
    more = allocation_of(
        instance,
        Draft(opening.arrays, days, levels),
        digest=answer.instance_sha256,
        gap=gap,
        certificate={**answer.certificate, "filled": True},
    )
    return replace(more, versions=answer.versions, seconds=answer.seconds)


def _levels_of(arrays: CandidateArrays, days: IntArray, answer: Allocation) -> list[Reached]:
    """The levels of an answer for other days. Below the first that gives up what was held (more days are more travel),
    bounds that were proven with it held say nothing: those that are counted take their place."""
    values = measure(arrays, days, [level.name for level in answer.levels])
    levels, is_held = [], True
    for level in answer.levels:
        value, signed = values[level.name], LEVELS[level.name].signed
        bound = level.bound if is_held else counted_bound(arrays, level.name, value)
        is_kept = signed(value) >= signed(level.held) - 1e-9 * max(1.0, abs(level.held))
        levels.append(Reached(level.name, value, bound, level.held if is_kept else value, level.seconds))
        is_held = is_held and is_kept
    return levels
