"""Invented reviewer assignments: each request wants three days from three different partners, one day each."""

from __future__ import annotations

from typing import Any

import numpy as np


def reviewer_document(requests: int, partners: int, seed: int, capacity: int = 4) -> dict[str, Any]:
    """Dense candidates with fits from shared topics; some requests are hard to serve; 2% conflicts."""
    chance = np.random.default_rng(seed)
    topics = 25
    asked = chance.dirichlet(np.full(topics, 0.15), requests)
    known = chance.dirichlet(np.full(topics, 0.15), partners)
    fit = asked @ known.T
    fit = fit / fit.max() * chance.uniform(0.3, 1.0, requests)[:, None]
    fit = np.round(np.clip(fit + chance.normal(0, 0.02, fit.shape), 0, 1), 4)
    conflict = chance.random(fit.shape) < 0.02
    return {
        "format": "support-matching-instance/1",
        "months": ["2027-01"],
        "priorities": [{"code": "all", "weight": 1, "floor": 0}],
        "regions": [{"code": "one", "floor": 0}],
        "mandated_share": 0.5,
        "skill_bonus": 0,
        "essential_is_hard": False,
        "ladder": ["worst_request", "value"],
        "partners": [_partner(f"p{at:03d}", capacity) for at in range(partners)],
        "requests": [_request(f"r{at:03d}") for at in range(requests)],
        "candidates": [
            {
                "partner": f"p{partner:03d}",
                "request": f"r{request:03d}",
                "fit": float(fit[request, partner]),
                "min_days": 1,
                "max_days": 1,
                "covers": [],
                "distance_km": 0,
            }
            for request in range(requests)
            for partner in range(partners)
            if not conflict[request, partner]
        ],
        "locked": [],
        "forbidden": [],
        "previous": [],
    }


def _partner(name: str, capacity: int) -> dict[str, Any]:
    return {
        "id": name,
        "region": "one",
        "organisation": None,
        "capacity": [capacity],
        "max_concurrent": None,
        "conflicts": [],
    }


def _request(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "organisation": None,
        "region": "one",
        "priority": "all",
        "provider_type": "trust",
        "severity": 1,
        "days": 3,
        "window": [0, 0],
        "max_team": 3,
        "mandated": False,
        "excluded": [],
        "skills": [],
    }
