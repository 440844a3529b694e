"""Every level counted again from the engagements, in plain Python: what a result claims is what this says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import share_of_days
from matcher.problem.instance import Engagement, Instance, Request


@dataclass(frozen=True, slots=True)
class _Served:
    """An engagement with what its candidate row says; ``covers`` are places among its request's skills."""

    days: int
    fit: float
    distance_km: float
    covers: tuple[int, ...]


def recount(instance: Instance, engagements: Sequence[Engagement]) -> dict[str, float]:
    """The natural value of each of the seven levels."""
    chosen = {(each.partner, each.request): each for each in engagements}
    ordered = [chosen[pair] for pair in sorted(chosen)]
    by_request: dict[str, list[_Served]] = {request.id: [] for request in instance.requests}
    travelled = []
    for each, served in zip(ordered, _served(instance, ordered), strict=True):
        by_request[each.request].append(served)
        travelled.append(served.distance_km * served.days)
    got = {request: sum(served.days for served in mine) for request, mine in by_request.items()}
    shares = [_fit_days(by_request[request.id]) / request.days for request in instance.requests]
    previous = {(pair.partner, pair.request) for pair in instance.previous}
    return {
        "mandated": float(
            sum(r.severity for r in instance.requests if _supported(instance, r, by_request[r.id]))
        ),
        "floors": float(_short_of_floors(instance, got)),
        "worst_group": min(_group_shares(instance, got), default=0.0),
        "worst_request": min(shares, default=0.0),
        "value": _value(instance, by_request),
        "change": float(len(set(chosen) ^ previous)) if previous else 0.0,
        "travel": float(sum(travelled)),
    }


def _served(instance: Instance, engagements: Sequence[Engagement]) -> Iterator[_Served]:
    table, rows = instance.candidates, instance.rows_of(engagements)
    if (rows < 0).any():
        raise KeyError(engagements[int(np.argmax(rows < 0))])
    first_skill = instance.skill_start[table.request[rows]].tolist()
    start, stop = table.cover_start[rows].tolist(), table.cover_start[rows + 1].tolist()
    fits, distances = table.fit[rows].tolist(), table.distance_km[rows].tolist()
    for at, each in enumerate(engagements):
        covers = table.covers[start[at] : stop[at]].tolist()
        places = tuple(position - first_skill[at] for position in covers)
        yield _Served(each.total_days, fits[at], distances[at], places)


def _fit_days(served: Sequence[_Served]) -> float:
    return float(sum(each.fit * each.days for each in served))


def _covered(served: Sequence[_Served]) -> set[int]:
    return {place for each in served for place in each.covers}


def _supported(instance: Instance, request: Request, served: Sequence[_Served]) -> bool:
    if not request.mandated:
        return False
    needed = share_of_days(instance.mandated_share, request.days, round_up=True)
    essential = {place for place, skill in enumerate(request.skills) if skill.essential}
    return sum(each.days for each in served) >= needed and essential <= _covered(served)


def _value(instance: Instance, by_request: Mapping[str, Sequence[_Served]]) -> float:
    weight = {priority.code: priority.weight for priority in instance.priorities}
    total = 0.0
    for request in instance.requests:
        served = by_request[request.id]
        covered = _covered(served)
        skills = sum(skill.weight for place, skill in enumerate(request.skills) if place in covered)
        bonus = instance.skill_bonus * request.days * skills
        total += weight[request.priority] * request.severity * (_fit_days(served) + bonus)
    return float(total)


def _days_by(instance: Instance, got: Mapping[str, int], field: str) -> dict[str, tuple[int, int]]:
    """Wanted and given days of each priority or region."""
    totals: dict[str, tuple[int, int]] = {}
    for request in instance.requests:
        wanted, given = totals.get(getattr(request, field), (0, 0))
        totals[getattr(request, field)] = (wanted + request.days, given + got[request.id])
    return totals


def _short_of_floors(instance: Instance, got: Mapping[str, int]) -> int:
    short = 0
    for field, entries in (("priority", instance.priorities), ("region", instance.regions)):
        totals = _days_by(instance, got, field)
        for entry in entries:
            wanted, given = totals.get(entry.code, (0, 0))
            short += max(0, share_of_days(entry.floor, wanted, round_up=False) - given)
    return short


def _group_shares(instance: Instance, got: Mapping[str, int]) -> list[float]:
    return [
        given / wanted
        for field in ("priority", "region")
        for wanted, given in _days_by(instance, got, field).values()
        if wanted
    ]
