"""Writing ``support-matching-instance/1`` canonically: the same instance always gives the same bytes.

Keys stand in the order of spec/INSTANCE.md, without spaces; partners and requests by id, candidates by
(request, partner). Candidates are turned into text a slice at a time, so that millions need little room.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from matcher.formats.instance_reading import FORMAT
from matcher.problem.instance import Engagement, FloatArray, Instance, Partner, Request

_ROWS_AT_ONCE: Final = 50_000


def write_instance(instance: Instance) -> bytes:
    """The canonical bytes of an instance."""
    start = dense({"format": FORMAT, **_policy(instance), **_participants(instance)})
    candidates = candidate_text(instance, 0, len(instance.candidates))
    return f'{start[:-1]},"candidates":[{candidates}],{dense(pair_lists(instance))[1:]}'.encode()


def pair_lists(instance: Instance) -> dict[str, Any]:
    """What stands after the candidates."""
    return {
        "locked": engagement_entries(instance.locked),
        "forbidden": [list(pair) for pair in instance.forbidden],
        "previous": engagement_entries(instance.previous),
    }


def candidate_text(instance: Instance, first: int, last: int) -> str:
    """Some rows of the candidate table as JSON, without the outer brackets."""
    return ",".join(_candidate_texts(instance, first, last))


def dense(value: Any) -> str:
    """JSON without spaces; a number that JSON cannot hold is a ``ValueError``."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def engagement_entries(engagements: Iterable[Engagement]) -> list[dict[str, Any]]:
    """Engagements as the formats list them: sorted by request, then partner."""
    ordered = sorted(engagements, key=lambda engagement: (engagement.request, engagement.partner))
    return [{"partner": item.partner, "request": item.request, "days": list(item.days)} for item in ordered]


def _policy(instance: Instance) -> dict[str, Any]:
    return {
        "months": list(instance.months),
        "priorities": [
            {"code": item.code, "weight": float(item.weight), "floor": float(item.floor)}
            for item in instance.priorities
        ],
        "regions": [{"code": item.code, "floor": float(item.floor)} for item in instance.regions],
        "mandated_share": float(instance.mandated_share),
        "skill_bonus": float(instance.skill_bonus),
        "essential_is_hard": instance.essential_is_hard,
        "ladder": list(instance.ladder),
    }


def _participants(instance: Instance) -> dict[str, Any]:
    return {
        "partners": [_partner_entry(partner) for partner in instance.partners],
        "requests": [_request_entry(request) for request in instance.requests],
    }


def _partner_entry(partner: Partner) -> dict[str, Any]:
    return {
        "id": partner.id,
        "region": partner.region,
        "organisation": partner.organisation,
        "capacity": list(partner.capacity),
        "max_concurrent": partner.max_concurrent,
        "conflicts": list(partner.conflicts),
    }


def _request_entry(request: Request) -> dict[str, Any]:
    provider = {} if request.provider_type is None else {"provider_type": request.provider_type}
    return {
        "id": request.id,
        "organisation": request.organisation,
        "region": request.region,
        "priority": request.priority,
        **provider,
        "severity": request.severity,
        "days": request.days,
        "window": list(request.window),
        "max_team": request.max_team,
        "mandated": request.mandated,
        "excluded": list(request.excluded),
        "skills": [
            {"skill": skill.skill, "weight": float(skill.weight), "essential": skill.essential}
            for skill in request.skills
        ],
    }


def _candidate_texts(instance: Instance, first_row: int, last_row: int) -> Iterator[str]:
    """The rows as JSON, a slice of rows at a time."""
    table = instance.candidates
    partners = [dense(partner.id) for partner in instance.partners]
    requests = [dense(request.id) for request in instance.requests]
    skills = [dense(skill.skill) for request in instance.requests for skill in request.skills]
    for first in range(first_row, last_row, _ROWS_AT_ONCE):
        rows = slice(first, min(first + _ROWS_AT_ONCE, last_row))
        starts = table.cover_start[first : rows.stop + 1].tolist()
        covers = table.covers[starts[0] : starts[-1]].tolist()
        begin = starts[0]
        columns = zip(
            table.partner[rows].tolist(),
            table.request[rows].tolist(),
            _numbers(table.fit[rows]),
            table.min_days[rows].tolist(),
            table.max_days[rows].tolist(),
            pairwise(starts),
            _numbers(table.distance_km[rows]),
            strict=True,
        )
        # Text put together by hand: the encoder takes three times as long over a million small objects.
        yield ",".join(
            f'{{"partner":{partners[partner]},"request":{requests[request]},"fit":{fit},"min_days":{low},'
            f'"max_days":{high},"covers":[{",".join([skills[at] for at in covers[a - begin : b - begin]])}],'
            f'"distance_km":{distance}}}'
            for partner, request, fit, low, high, (a, b), distance in columns
        )


def _numbers(values: FloatArray) -> list[str]:
    """Numbers as JSON has them; one that it cannot hold is a ``ValueError``."""
    return dense(values.tolist())[1:-1].split(",") if len(values) else []
