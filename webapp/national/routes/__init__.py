"""The routes of the national team's pages, one file for each page family."""

from webapp.national.routes import (
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
)

__all__ = [
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
]
