"""What no plan can exceed, without a solver: every request as if all its candidates had nothing else to do.

A bound on each level, proven by counting; where an answer reaches it, nothing is left to be solved.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.objectives import LEVELS
from matcher.allocation.ranges import rank_within
from matcher.problem.instance import FloatArray


def best_possible(arrays: CandidateArrays, name: str) -> float:
    """The level's natural value that no days on the free candidates can beat, with what is fixed."""
    if name not in LEVELS:
        raise ValueError(f"no level is called {name}")
    return _BOUNDS[name](arrays)


def _mandated(arrays: CandidateArrays) -> float:
    demand, skills = arrays.demand, arrays.skills
    reachable = skills.covered.copy()
    reachable[arrays.cover_skill] = True
    lacking = np.zeros(arrays.requests, dtype=np.bool_)
    lacking[skills.request[skills.essential & ~reachable]] = True
    possible = demand.mandated & ~lacking & (_days(arrays) >= demand.support_days)
    return arrays.fixed.mandated + float(demand.severity @ possible)


def _floors(arrays: CandidateArrays) -> float:
    groups = arrays.groups
    return float(np.maximum(0.0, groups.floor - groups.given - _days_of_groups(arrays)).sum())


def _worst_group(arrays: CandidateArrays) -> float:
    groups, asked = arrays.groups, arrays.groups.wanted > 0
    shares = (groups.given + _days_of_groups(arrays))[asked] / groups.wanted[asked]
    return float(shares.min()) if len(shares) else 0.0


def _worst_request(arrays: CandidateArrays) -> float:
    """The most that any request could have for itself."""
    shares = (arrays.demand.fit_days + _best_of(arrays, arrays.fit)) / arrays.demand.wanted
    return float(min(shares.min(initial=np.inf), arrays.fixed.least_share, 1.0))


def _value(arrays: CandidateArrays) -> float:
    skills = arrays.skills
    reachable = np.zeros(len(skills.worth), dtype=np.bool_)
    reachable[arrays.cover_skill] = True
    covered = float(skills.worth @ (reachable & ~skills.covered))
    return arrays.fixed.value + float(_best_of(arrays, arrays.day_value).sum()) + covered


def _change(arrays: CandidateArrays) -> float:
    return arrays.fixed.change + float(np.minimum(arrays.change, 0.0).sum())


def _travel(arrays: CandidateArrays) -> float:
    return arrays.fixed.travel


_BOUNDS = {
    "mandated": _mandated,
    "floors": _floors,
    "worst_group": _worst_group,
    "worst_request": _worst_request,
    "value": _value,
    "change": _change,
    "travel": _travel,
}


def _days(arrays: CandidateArrays) -> FloatArray:
    return _best_of(arrays, np.ones(len(arrays)))


def _days_of_groups(arrays: CandidateArrays) -> FloatArray:
    demand, size, days = arrays.demand, len(arrays.groups.wanted), _days(arrays)
    of_priority: FloatArray = np.bincount(demand.priority, days, size).astype(float)
    of_region: FloatArray = np.bincount(demand.region, days, size).astype(float)
    return of_priority + of_region


def _best_of(arrays: CandidateArrays, worth: FloatArray) -> FloatArray:
    """The most that each request could have of days worth so much: by its best team, and by its days."""
    return np.minimum(_best_team(arrays, worth), _best_days(arrays, worth))


def _best_team(arrays: CandidateArrays, worth: FloatArray) -> FloatArray:
    """Of the best team of each request if days wanted were no limit."""
    total = worth * arrays.high
    order = np.lexsort((-total, arrays.request))
    request = arrays.request[order]
    chosen = rank_within(request) < arrays.demand.team[request]
    return np.bincount(request[chosen], total[order][chosen], arrays.requests).astype(float)


def _best_days(arrays: CandidateArrays, worth: FloatArray) -> FloatArray:
    """Of the days of each request, best first, if the team were no limit."""
    order = np.lexsort((-worth, arrays.request))
    request, days = arrays.request[order], arrays.high[order]
    total = np.concatenate(([0], np.cumsum(days)))
    start = np.searchsorted(request, request)
    before = total[:-1] - total[start]
    used = np.clip(arrays.demand.days[request] - before, 0, days)
    return np.bincount(request, worth[order] * used, arrays.requests).astype(float)
