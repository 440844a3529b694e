"""Small random instances, the same for the same seed: every feature of the format turns up now and then."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.problem.instance import Instance
from tests.matcher.instance_documents import as_instance

_SKILLS = ("audit", "coaching", "data", "flow")
_LADDERS = (
    ["mandated", "floors", "value"],
    ["worst_request", "value"],
    ["mandated", "floors", "worst_group", "value", "change", "travel"],
)


def random_document(seed: int, partners: int = 6, requests: int = 6, months: int = 3) -> dict[str, Any]:
    """An instance document with so many partners and requests."""
    chance = np.random.default_rng(seed)
    document: dict[str, Any] = {
        "format": "support-matching-instance/1",
        "months": [f"2027-{month + 1:02d}" for month in range(months)],
        "priorities": [
            {"code": "UEC", "weight": 5.0, "floor": 0.4},
            {"code": "ELE", "weight": 2.5, "floor": 0.25},
        ],
        "regions": [{"code": "NORTH", "floor": 0.3}, {"code": "SOUTH", "floor": 0.0}],
        "mandated_share": float(chance.choice([0.5, 0.35])),
        "skill_bonus": 0.5,
        "essential_is_hard": bool(chance.random() < 0.3),
        "ladder": _LADDERS[int(chance.integers(len(_LADDERS)))],
        "partners": [_partner(chance, f"p{at:02d}", months) for at in range(partners)],
        "requests": [_request(chance, f"r{at:02d}", months) for at in range(requests)],
    }
    document["candidates"] = [
        _candidate(chance, partner, request)
        for request in document["requests"]
        for partner in document["partners"]
        if chance.random() < 0.6 and not _is_barred(partner, request)
    ]
    pairs = [[row["partner"], row["request"]] for row in document["candidates"]]
    document["forbidden"] = [pair for pair in pairs if chance.random() < 0.08]
    document["previous"] = [
        {"partner": pair[0], "request": pair[1], "days": [1] * months}
        for pair in pairs
        if chance.random() < 0.1
    ]
    return document


def random_instance(seed: int, partners: int = 6, requests: int = 6, months: int = 3) -> Instance:
    return as_instance(random_document(seed, partners, requests, months))


def _partner(chance: np.random.Generator, name: str, months: int) -> dict[str, Any]:
    return {
        "id": name,
        "region": str(chance.choice(["NORTH", "SOUTH"])),
        "organisation": None if chance.random() < 0.5 else f"T{chance.integers(4)}",
        "capacity": (chance.integers(0, 6, months) * (chance.random(months) < 0.85)).tolist(),
        "max_concurrent": None if chance.random() < 0.3 else int(chance.integers(1, 4)),
        "conflicts": ["T3"] if chance.random() < 0.2 else [],
    }


def _request(chance: np.random.Generator, name: str, months: int) -> dict[str, Any]:
    wanted = chance.choice(_SKILLS, int(chance.integers(0, 4)), replace=False).tolist()
    first, last = sorted(chance.integers(0, months, 2).tolist())
    return {
        "id": name,
        "organisation": f"T{chance.integers(5)}",
        "region": str(chance.choice(["NORTH", "SOUTH"])),
        "priority": str(chance.choice(["UEC", "ELE"])),
        "severity": int(chance.integers(1, 5)),
        "days": int(chance.integers(1, 13)),
        "window": [first, last],
        "max_team": int(chance.integers(1, 4)),
        "mandated": bool(chance.random() < 0.3),
        "excluded": ["p00"] if chance.random() < 0.1 else [],
        "skills": [
            {"skill": skill, "weight": 1 / len(wanted), "essential": at == 0}
            for at, skill in enumerate(wanted)
        ],
    }


def _is_barred(partner: dict[str, Any], request: dict[str, Any]) -> bool:
    helped = request["organisation"]
    is_own = partner["organisation"] == helped
    return is_own or helped in partner["conflicts"] or partner["id"] in request["excluded"]


def _candidate(
    chance: np.random.Generator, partner: dict[str, Any], request: dict[str, Any]
) -> dict[str, Any]:
    low = int(chance.integers(1, 4))
    return {
        "partner": partner["id"],
        "request": request["id"],
        "fit": round(float(chance.random()), 3),
        "min_days": low,
        "max_days": low + int(chance.integers(0, 9)),
        "covers": [skill["skill"] for skill in request["skills"] if chance.random() < 0.6],
        "distance_km": round(float(chance.random()) * 300, 1),
    }
