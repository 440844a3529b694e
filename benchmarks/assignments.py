"""Reviewer assignments: capacity, conflicts and fit alone; the best worst request is asked for, then the best total.

Fits are cosines of mixtures of topics, as from topic models of texts; some pairs have a conflict.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.problem.instance import FloatArray, Instance
from matcher.serialisation import read_instance

REQUESTS, PARTNERS, TEAM, LOAD = 300, 250, 3, 4
_TOPICS, _CONCENTRATION, _NOISE, _CONFLICTS = 25, 0.2, 0.03, 0.03


def assignment(seed: int, requests: int = REQUESTS, partners: int = PARTNERS) -> Instance:
    """The same instance for the same seed: teams of three, partners with four days."""
    chance = np.random.default_rng([seed, requests, partners])
    fit = _unit(chance, requests) @ _unit(chance, partners).T
    fit = np.clip(fit + chance.normal(0, _NOISE, fit.shape), 0, 1)
    document = assignment_document(fit, chance.random(fit.shape) >= _CONFLICTS)
    return read_instance(json.dumps(document).encode())


def assignment_document(fit: FloatArray, allowed: NDArray[np.bool_], load: int = LOAD) -> dict[str, Any]:
    """One request a row and one partner a column of ``fit``; each pair that is allowed is a candidate of one day."""
    requests, partners = fit.shape
    request, partner = np.nonzero(allowed)
    return {
        **_FRAME,
        "partners": [_PARTNER | {"id": f"p{at:04d}", "capacity": [load]} for at in range(partners)],
        "requests": [_REQUEST | {"id": f"r{at:04d}"} for at in range(requests)],
        "candidates": [
            _CANDIDATE | {"partner": f"p{whom:04d}", "request": f"r{what:04d}", "fit": float(fit[what, whom])}
            for what, whom in zip(request.tolist(), partner.tolist(), strict=True)
        ],
    }


def _unit(chance: np.random.Generator, count: int) -> FloatArray:
    """Mixtures of topics, each of length 1."""
    mixtures = chance.dirichlet(np.full(_TOPICS, _CONCENTRATION), count)
    lengths: FloatArray = mixtures / np.linalg.norm(mixtures, axis=1, keepdims=True)
    return lengths


_FRAME: dict[str, Any] = {
    "format": "support-matching-instance/1",
    "months": ["2027-01"],
    "priorities": [{"code": "all", "weight": 1, "floor": 0}],
    "regions": [{"code": "one", "floor": 0}],
    "mandated_share": 0.5,
    "skill_bonus": 0,
    "essential_is_hard": False,
    "ladder": ["worst_request", "value"],
    "locked": [],
    "forbidden": [],
    "previous": [],
}
_PARTNER: dict[str, Any] = {
    "region": "one",
    "organisation": None,
    "max_concurrent": None,
    "conflicts": [],
}
_REQUEST: dict[str, Any] = {
    "organisation": None,
    "region": "one",
    "priority": "all",
    "provider_type": "trust",
    "severity": 1,
    "days": TEAM,
    "window": [0, 0],
    "max_team": TEAM,
    "mandated": False,
    "excluded": [],
    "skills": [],
}
_CANDIDATE: dict[str, Any] = {"min_days": 1, "max_days": 1, "covers": [], "distance_km": 0}
