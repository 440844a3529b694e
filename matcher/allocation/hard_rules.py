"""The hard rules as rows, and those that say when a mandated request counts as supported (MODEL.md section 3)."""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays, same
from matcher.allocation.constraints import (
    ConcurrencyRows,
    Family,
    IncidenceRows,
    IntervalRows,
    KeyedRows,
    SideEntries,
)
from matcher.allocation.ranges import ragged
from matcher.allocation.side_columns import SideColumns
from matcher.problem.instance import IntArray


def hard_rules(arrays: CandidateArrays, side: SideColumns) -> list[Family]:
    """Rules 1, 2 and 4 to 6 of the model, and rule 3 where demand and days do not keep a candidate to one engagement
    by themselves. Rows of ``once`` are numbered as those candidates stand."""
    count, demand = len(arrays), arrays.demand
    zeros, ones = same(0.0, count), same(1.0, count)
    open_skill = np.flatnonzero(~arrays.skills.covered)
    families: list[Family] = [
        KeyedRows("demand", arrays.request, ones, zeros, demand.days.astype(float)),
        KeyedRows("team", arrays.request, zeros, ones, demand.team.astype(float)),
        ConcurrencyRows(arrays),
        IntervalRows(arrays),
        IncidenceRows(
            name="cover",
            start=arrays.cover_start,
            candidate=arrays.cover_candidate,
            row=arrays.cover_skill,
            coefficient=-1.0,
            upper=np.where(arrays.skills.covered, float(count), 0.0),
            side=SideEntries(open_skill, open_skill, np.ones(len(open_skill))),
        ),
    ]
    loose = (arrays.low < arrays.high) & (arrays.high < _most_alone(arrays))
    if loose.any():
        key = np.where(loose, np.cumsum(loose) - 1, -1)
        families.append(KeyedRows("once", key, zeros, ones, np.ones(int(loose.sum()))))
    if arrays.essential_is_hard and side.skills:
        families.append(_essential_rule(arrays))
    return families


def _most_alone(arrays: CandidateArrays) -> IntArray:
    """Days at which demand or capacity alone would stop a candidate: where its own limit is below them, nothing
    but a rule of its own keeps the relaxation from engaging it twice."""
    capacity = arrays.supply.interval_days[arrays.partner, arrays.first, arrays.last]
    return np.minimum(arrays.demand.days[arrays.request], capacity)


def _essential_rule(arrays: CandidateArrays) -> Family:
    """Rule 6 where essential skills are hard: engagements of a request are at most its team times the cover of each
    essential skill still open."""
    skills = arrays.skills
    matter = skills.essential & ~skills.covered
    position = np.flatnonzero(matter)
    first = np.searchsorted(skills.request[position], arrays.request)
    last = np.searchsorted(skills.request[position], arrays.request, side="right")
    candidate, index = ragged(first, last)
    team = -arrays.demand.team[skills.request[position]].astype(float)
    return IncidenceRows(
        name="essential",
        start=np.concatenate(([0], np.cumsum(last - first))).astype(np.int64),
        candidate=candidate,
        row=position[index],
        coefficient=1.0,
        upper=np.where(matter, 0.0, float(len(arrays))),
        side=SideEntries(position, position, team),
    )


def mandated_rules(arrays: CandidateArrays, side: SideColumns) -> list[Family]:
    """Rule 8: support of a mandated request needs its days, and each of its essential skills still open."""
    demand, skills = arrays.demand, arrays.skills
    mandated = np.flatnonzero(demand.mandated)
    row = np.where(demand.mandated, np.cumsum(demand.mandated) - 1, -1)
    needs = np.maximum(demand.support_days[mandated], 0).astype(float)
    numbers = np.arange(len(mandated))
    pairs = np.flatnonzero(skills.essential & ~skills.covered & demand.mandated[skills.request])
    both = np.concatenate((np.arange(len(pairs)), np.arange(len(pairs))))
    columns = np.concatenate((side.supported + skills.request[pairs], pairs))
    signs = np.concatenate((np.ones(len(pairs)), -np.ones(len(pairs))))
    nobody = np.broadcast_to(np.int64(-1), len(arrays))
    zeros = same(0.0, len(arrays))
    return [
        KeyedRows(
            name="mandated_days",
            key=arrays.request,
            row_of=row,
            per_day=same(-1.0, len(arrays)),
            per_engagement=zeros,
            upper=np.zeros(len(mandated)),
            side=SideEntries(numbers, side.supported + mandated, needs),
        ),
        KeyedRows(
            name="mandated_skills",
            key=nobody,
            per_day=zeros,
            per_engagement=zeros,
            upper=np.zeros(len(pairs)),
            side=SideEntries(both, columns, signs),
        ),
    ]
