"""Every level counted again from the engagements, in plain Python: what a result claims is what this says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import share_of_days
from matcher.allocation.ranges import ragged
from matcher.problem.instance import Engagement, Instance


@dataclass(frozen=True, slots=True)
class _Counts:
    """What each request was given, by its position; ``covered`` are places among its own skills."""

    days: list[int]
    fit_days: list[float]
    covered: list[set[int]]
    kilometre_days: float


def recount(instance: Instance, engagements: Sequence[Engagement]) -> dict[str, float]:
    """The natural value of each of the seven levels."""
    chosen = {each.pair: each for each in engagements}
    counts = _count(instance, [chosen[pair] for pair in sorted(chosen)])
    groups = [*_days_by(instance, counts, "priority"), *_days_by(instance, counts, "region")]
    given = zip(counts.fit_days, instance.requests, strict=True)
    shares = (fit_days / request.days for fit_days, request in given)
    previous = {each.pair for each in instance.previous}
    return {
        "mandated": _mandated(instance, counts),
        "floors": _short_of_floors(groups),
        "worst_group": min((days / wanted for _, wanted, days in groups if wanted), default=0.0),
        "worst_request": min(shares, default=0.0),
        "value": _value(instance, counts),
        "change": float(len(set(chosen) ^ previous)) if previous else 0.0,
        "travel": counts.kilometre_days,
    }


def _count(instance: Instance, engagements: Sequence[Engagement]) -> _Counts:
    table, rows = instance.candidates, instance.rows_of(engagements)
    if (rows < 0).any():
        raise KeyError(engagements[int(np.argmax(rows < 0))])
    size = len(instance.requests)
    days_of, fit_days, covered = [0] * size, [0.0] * size, [set[int]() for _ in range(size)]
    travelled = 0.0
    columns = (table.request[rows], table.fit[rows], table.distance_km[rows])
    for each, request, fit, distance in zip(engagements, *(c.tolist() for c in columns), strict=True):
        days = each.total_days
        days_of[request] += days
        fit_days[request] += fit * days
        travelled += distance * days
    at, covers = ragged(table.cover_start[rows], table.cover_start[rows + 1])
    requests, skills = table.request[rows][at], table.covers[covers]
    places = skills - instance.skill_start[requests]
    for request, place in zip(requests.tolist(), places.tolist(), strict=True):
        covered[request].add(place)
    return _Counts(days_of, fit_days, covered, travelled)


def _mandated(instance: Instance, counts: _Counts) -> float:
    points = 0
    for at, request in enumerate(instance.requests):
        if not request.mandated:
            continue
        needed = share_of_days(instance.mandated_share, request.days, round_up=True)
        essential = {place for place, skill in enumerate(request.skills) if skill.essential}
        if counts.days[at] >= needed and essential <= counts.covered[at]:
            points += request.severity
    return float(points)


def _value(instance: Instance, counts: _Counts) -> float:
    weight = instance.weights
    total = 0.0
    for request, fit_days, covered in zip(instance.requests, counts.fit_days, counts.covered, strict=True):
        if covered or fit_days:
            skills = sum(skill.weight for place, skill in enumerate(request.skills) if place in covered)
            bonus = instance.skill_bonus * request.days * skills
            total += weight[request.priority] * request.severity * (fit_days + bonus)
    return total


def _days_by(instance: Instance, counts: _Counts, field: str) -> list[tuple[float, int, int]]:
    """The floor of each priority or region with its wanted and given days."""
    entries = instance.priorities if field == "priority" else instance.regions
    wanted = dict.fromkeys((entry.code for entry in entries), 0)
    given = dict(wanted)
    for request, days in zip(instance.requests, counts.days, strict=True):
        code = getattr(request, field)
        wanted[code] += request.days
        given[code] += days
    return [(entry.floor, wanted[entry.code], given[entry.code]) for entry in entries]


def _short_of_floors(groups: Sequence[tuple[float, int, int]]) -> float:
    needs = ((share_of_days(floor, wanted, round_up=False), given) for floor, wanted, given in groups)
    return float(sum(max(0, need - given) for need, given in needs))
