"""Every level counted again from the engagements, in plain Python: what a result claims is what this says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from matcher.allocation.arrays import share_of_days
from matcher.problem.instance import Candidate, Engagement, Instance, Request


def recount(instance: Instance, engagements: Sequence[Engagement]) -> dict[str, float]:
    """The natural value of each of the seven levels."""
    chosen = {(e.partner, e.request): e.total_days for e in engagements}
    rows = {pair: instance.row_of(*pair) for pair in chosen}
    candidates = {pair: instance.candidate(row) for pair, row in rows.items() if row is not None}
    by_request: dict[str, list[tuple[Candidate, int]]] = defaultdict(list)
    for pair, days in sorted(chosen.items()):
        by_request[pair[1]].append((candidates[pair], days))
    got = {request.id: sum(days for _, days in by_request[request.id]) for request in instance.requests}
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
        "travel": float(sum(candidates[pair].distance_km * days for pair, days in sorted(chosen.items()))),
    }


def _fit_days(served: Sequence[tuple[Candidate, int]]) -> float:
    return float(sum(candidate.fit * days for candidate, days in served))


def _covered(served: Sequence[tuple[Candidate, int]]) -> set[str]:
    return {skill for candidate, _ in served for skill in candidate.covers}


def _supported(instance: Instance, request: Request, served: Sequence[tuple[Candidate, int]]) -> bool:
    needed = share_of_days(instance.mandated_share, request.days, round_up=True)
    essential = {skill.skill for skill in request.skills if skill.essential}
    return request.mandated and sum(days for _, days in served) >= needed and essential <= _covered(served)


def _value(instance: Instance, by_request: Mapping[str, Sequence[tuple[Candidate, int]]]) -> float:
    weight = {priority.code: priority.weight for priority in instance.priorities}
    total = 0.0
    for request in instance.requests:
        served = by_request[request.id]
        covered = _covered(served)
        skills = sum(skill.weight for skill in request.skills if skill.skill in covered)
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
