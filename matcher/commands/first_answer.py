"""The answer of a person with a spreadsheet: certain and quick, before a search or where one is cut short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import measure
from matcher.allocation.result import Allocation, Status
from matcher.allocation.solver import trivial_bound, versions
from matcher.allocation.standing import Reached
from matcher.problem.instance import Engagement, Instance, IntArray


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

    Bounds, and what was held, stay those of the search; the certificate says that room was given away.
    """
    opening = open_instance(instance)
    if opening.arrays is None or answer.status is Status.INFEASIBLE:
        return answer
    days = spreadsheet(opening.arrays, _days_of(instance, opening.arrays, answer.engagements))
    values = measure(opening.arrays, days, instance.ladder)
    levels = [
        Reached(level.name, values[level.name], level.bound, level.held, level.seconds)
        for level in answer.levels
    ]
    more = allocation_of(
        instance,
        Draft(opening.arrays, days, levels),
        digest=answer.instance_sha256,
        gap=gap,
        certificate={**answer.certificate, "filled": True},
    )
    return replace(more, versions=answer.versions, seconds=answer.seconds)


def _days_of(instance: Instance, arrays: CandidateArrays, engagements: tuple[Engagement, ...]) -> IntArray:
    """Days of each candidate that is not locked."""
    days = np.zeros(len(instance.candidates), np.int64)
    for engagement in engagements:
        row = instance.row_of(engagement.partner, engagement.request)
        if row is not None:
            days[row] = engagement.total_days
    return days[arrays.row]
