"""The routes of the national team's pages, one file for each page family."""

from webapp.national.routes import (
    comments,
    compare,
    fairness,
    letters,
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
    swaps,
    unmet,
)

__all__ = [
    "comments",
    "compare",
    "fairness",
    "letters",
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
    "swaps",
    "unmet",
]
