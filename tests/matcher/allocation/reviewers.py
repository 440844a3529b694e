"""Invented reviewer assignments: each request wants three days from three different partners, one day each."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.assignments import assignment_document


def reviewer_document(requests: int, partners: int, seed: int, capacity: int = 4) -> dict[str, Any]:
    """Dense candidates with fits from shared topics; some requests are hard to serve; 2% conflicts."""
    chance = np.random.default_rng(seed)
    topics = 25
    asked = chance.dirichlet(np.full(topics, 0.15), requests)
    known = chance.dirichlet(np.full(topics, 0.15), partners)
    fit = asked @ known.T
    fit = fit / fit.max() * chance.uniform(0.3, 1.0, requests)[:, None]
    fit = np.round(np.clip(fit + chance.normal(0, 0.02, fit.shape), 0, 1), 4)
    return assignment_document(fit, chance.random(fit.shape) >= 0.02, load=capacity)
