"""The routes of the national team's pages, one file for each page family."""

from webapp.national.routes import (
    compare,
    fairness,
    network,
    policy,
    priorities,
    publications,
    registry,
    repairs,
    review,
    rounds,
    runs,
    scenarios,
)

__all__ = [
    "compare",
    "fairness",
    "network",
    "policy",
    "priorities",
    "publications",
    "registry",
    "repairs",
    "review",
    "rounds",
    "runs",
    "scenarios",
]
