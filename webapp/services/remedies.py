"""What a run's evidence says would have to change for a request that it leaves short of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes that together would bring days, with nobody else moved: how many, and the best partners for it.

    ``window`` has the places of the first and the last month that would be asked for, ``skill`` and ``level`` what
    would be asked one level lower; None where that is not among the changes.
    """

    changes: tuple[str, ...]
    days: int | None
    partners: tuple[str, ...]
    window: tuple[int, int] | None
    skill: str | None
    level: int | None


def remedies_of(evidence: Mapping[str, Any]) -> tuple[Remedy, ...]:
    """The smallest sets of changes, in the order in which the evidence has them."""
    return tuple(
        Remedy(
            changes=tuple(each["changes"]),
            days=each.get("days"),
            partners=tuple(each.get("partners", ())),
            window=tuple(each["window"]) if each.get("window") else None,
            skill=each.get("skill"),
            level=each.get("level"),
        )
        for each in evidence.get("changes", ())
    )
