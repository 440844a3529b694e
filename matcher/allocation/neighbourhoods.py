"""Some requests free, all else fixed: a small instance of the same kind, with its way back.

Fixing an engagement is locking it, so a neighbourhood is again ``CandidateArrays`` and every rule, level and
solver works on it unchanged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.arrays import (
    UNLIMITED,
    BoolArray,
    CandidateArrays,
    Demand,
    Fixed,
    Groups,
    Skills,
    Supply,
)
from matcher.allocation.objectives import LEVELS, measure, outcome
from matcher.allocation.ranges import ragged
from matcher.allocation.room import Room
from matcher.problem.instance import IntArray


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """``arrays`` hold the free requests only; ``candidate`` gives each row's place in the whole."""

    arrays: CandidateArrays
    candidate: IntArray
    days: IntArray


def around(room: Room, free: IntArray, near: BoolArray, names: Sequence[str]) -> Neighbourhood:
    """The neighbourhood of the free requests: their candidates that are ``near`` or engaged.

    ``names`` are the levels whose fixed part is wanted (those held, and the one that is optimised).
    """
    whole = room.arrays
    free = np.unique(free)
    rows = rows_of(whole, free)
    rows = rows[near[rows] | (room.days[rows] > 0)]
    partners, partner = np.unique(whole.partner[rows], return_inverse=True)
    arrays = cut_out(whole, free, rows, _supply(room, rows, partners, partner))
    days = room.days[rows]
    return Neighbourhood(_with_fixed(room, arrays, days, free, names), rows, days)


def rows_of(whole: CandidateArrays, requests: IntArray) -> IntArray:
    """All candidates of some requests, whose positions are given in order."""
    start = np.searchsorted(whole.request, requests)
    stop = np.searchsorted(whole.request, requests, side="right")
    return ragged(start, stop)[1]


def cut_out(whole: CandidateArrays, free: IntArray, rows: IntArray, supply: Supply) -> CandidateArrays:
    """Some requests with some of their candidates as arrays of their own, their partners numbered in order;
    what everything else scores is not in it yet."""
    skills, skill_of = _skills(whole, free)
    candidate_of, cover = _cover(whole, rows)
    return CandidateArrays(
        row=whole.row[rows],
        partner=np.unique(whole.partner[rows], return_inverse=True)[1].astype(np.int64),
        request=np.searchsorted(free, whole.request[rows]).astype(np.int64),
        first=whole.first[rows],
        last=whole.last[rows],
        low=whole.low[rows],
        high=whole.high[rows],
        fit=whole.fit[rows],
        day_value=whole.day_value[rows],
        distance_km=whole.distance_km[rows],
        change=whole.change[rows],
        cover_candidate=candidate_of,
        cover_skill=skill_of[whole.cover_skill[cover]],
        supply=supply,
        demand=_demand(whole, free),
        skills=skills,
        groups=whole.groups,
        fixed=Fixed(),
        essential_is_hard=whole.essential_is_hard,
    )


def _supply(room: Room, rows: IntArray, partners: IntArray, partner: IntArray) -> Supply:
    """What partners have left once the free requests' engagements are taken back."""
    whole = room.arrays
    slack, places = room.slack[partners], room.places[partners]
    for position in np.flatnonzero(room.days[rows]):
        who, row = partner[position], rows[position]
        first, last = whole.first[row], whole.last[row]
        slack[who, : first + 1, last:] += room.days[row]
        places[who, first : last + 1] += 1
    return Supply(interval_days=least_of_wider(slack), places=places)


def least_of_wider(slack: IntArray) -> IntArray:
    """Days inside an interval also lie inside each wider one, which fixed engagements may have left tighter."""
    months = slack.shape[1]
    least = np.minimum.accumulate(slack, axis=1)
    least = np.minimum.accumulate(least[:, :, ::-1], axis=2)[:, :, ::-1].copy()
    least[:, np.tril(np.ones((months, months), dtype=bool), -1)] = UNLIMITED
    return least


def _demand(whole: CandidateArrays, free: IntArray) -> Demand:
    demand = whole.demand
    return Demand(**{name: getattr(demand, name)[free] for name in Demand.__dataclass_fields__})


def _skills(whole: CandidateArrays, free: IntArray) -> tuple[Skills, IntArray]:
    start = np.searchsorted(whole.skills.request, free)
    stop = np.searchsorted(whole.skills.request, free, side="right")
    owner, kept = ragged(start, stop)
    place = np.full(len(whole.skills.worth), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    skills = whole.skills
    return Skills(owner, skills.worth[kept], skills.essential[kept], skills.covered[kept]), place


def _cover(whole: CandidateArrays, rows: IntArray) -> tuple[IntArray, IntArray]:
    return ragged(whole.cover_start[rows], whole.cover_start[rows + 1])


def _with_fixed(
    room: Room, arrays: CandidateArrays, days: IntArray, free: IntArray, names: Sequence[str]
) -> CandidateArrays:
    """Count what stays outside: group days, the levels that add up, and the least share of other requests."""
    whole = room.arrays
    inside, everything = outcome(arrays, days), outcome(whole, room.days)
    own_days = inside.days_of_group - arrays.groups.given
    groups = Groups(whole.groups.wanted, whole.groups.floor, everything.days_of_group - own_days)
    others = np.ones(whole.requests, dtype=bool)
    others[free] = False
    shares = np.append(everything.share_of_request[others], whole.fixed.least_share)
    separable = [name for name in names if LEVELS[name].separable]
    total, part = measure(whole, room.days, separable), measure(arrays, days, separable)
    sums = {name: total[name] - part[name] for name in separable}
    least = float(shares.min()) if len(shares) else math.inf
    return replace(arrays, groups=groups, fixed=Fixed(**sums, least_share=least))
