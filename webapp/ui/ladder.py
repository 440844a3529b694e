"""The levels of the ladder and the parts of the score in plain words, for open pages and reviewers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class Words:
    """A title and what it means."""

    title: str
    meaning: str


LEVELS: Mapping[str, Words] = {
    "mandated": Words(
        "Mandated support first", "Requests that NHS England has mandated come before any other."
    ),
    "floors": Words(
        "No priority or region left out",
        "Each priority and region gets at least the share of its days that the policy sets.",
    ),
    "worst_group": Words(
        "The least served do better",
        "The priority or region with the smallest share of its days gets as large a share as can be.",
    ),
    "worst_request": Words("No request far behind", "The least served request gets as much as can be."),
    "value": Words(
        "The most benefit from the days",
        "Days go where severity, priority and fit together are greatest, and skills asked for are covered.",
    ),
    "change": Words("Few changes", "A repair changes as few matches as possible."),
    "travel": Words("Less travel", "Among equally good answers, the one with less travel."),
}

SMALLER_IS_BETTER = ("floors", "change", "travel")
_SHARES = ("worst_group", "worst_request")


def number(name: str, value: float) -> str:
    """The value of a level in words: a share for the least served, else a plain number."""
    if name in _SHARES:
        return formats.share(value, 1)
    return formats.decimal(value, 0 if float(value).is_integer() else 1)


SCORE_PARTS: Mapping[str, Words] = {
    "skills": Words("Skills", "how well the partner's skills meet those asked for, at the level asked for"),
    "experience": Words("Experience", "evidence that the partner has done this before, and how recently"),
    "delivery": Words("Way of working", "on site, remote or mixed, as both prefer"),
    "nearness": Words("Nearness", "how far the partner travels"),
    "method": Words("Method", "whether the partner knows the improvement method already in use"),
}
