"""The answer of a person with a spreadsheet, complete and certain, before any optimisation is tried."""

from __future__ import annotations

from dataclasses import replace

from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.ladder import Reached
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import measure
from matcher.allocation.result import Allocation, Status
from matcher.allocation.solver import trivial_bound, versions
from matcher.problem.instance import Instance


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
