"""The levels of the ladder and the parts of the score in plain words, for open pages and reviewers.

The one place that knows how a level's value, its bound and a difference are written, with their unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class Words:
    """A title and what it means."""

    title: str
    meaning: str


BENEFIT_POINT, BENEFIT_POINTS = "point of benefit", "points of benefit"
"""Priority weight times severity times days, by fit; and for skills covered."""

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
_UNITS: Mapping[str, tuple[str, str]] = {
    "mandated": ("severity point", "severity points"),
    "floors": ("day short", "days short"),
    "value": (BENEFIT_POINT, BENEFIT_POINTS),
    "change": ("match changed", "matches changed"),
    "travel": ("kilometre-day", "kilometre-days"),
}
_DIFFERENCES: Mapping[str, tuple[str, str]] = {**_UNITS, "floors": ("day", "days")}
_NOTHING = 1e-6


def shown(name: str, value: float) -> str:
    """The value or the bound of a level with its unit; for the least served a share of the days asked for."""
    if name in _SHARES:
        return formats.share(value, 1)
    return _with_unit(value, _UNITS[name])


def difference(name: str, amount: float) -> str:
    """How far two values of a level are apart, with the unit."""
    if name in _SHARES:
        return f"{formats.decimal(amount * 100, 1)} percentage points"
    return _with_unit(amount, _DIFFERENCES[name])


def _with_unit(value: float, unit: tuple[str, str]) -> str:
    rounded = round(value)
    if abs(value - rounded) <= _NOTHING * max(1.0, abs(value)):
        return formats.plural(rounded, *unit)
    return f"{formats.decimal(value, 1 if abs(value) >= 1 else 3)} {unit[1]}"


def shortfall(name: str, value: float, bound: float) -> float:
    """How much better a level could still be, at most; 0 where it is proven best."""
    distance = value - bound if name in SMALLER_IS_BETTER else bound - value
    return distance if distance > _NOTHING * max(1.0, abs(bound)) else 0.0


def closeness(name: str, value: float, bound: float) -> str:
    """How close a level is to its proven bound."""
    short = shortfall(name, value, bound)
    if not short:
        return "Proven best"
    most = f"at most {difference(name, short)} {'fewer' if name in SMALLER_IS_BETTER else 'more'}"
    return f"Within {formats.share(short / abs(bound), 2)}: {most}" if bound else most.capitalize()


def gain(name: str, before: float, after: float) -> float:
    """What a level gains between two values: below 0 where it loses, 0 where they are the same."""
    better = before - after if name in SMALLER_IS_BETTER else after - before
    return better if abs(better) > _NOTHING * max(1.0, abs(before)) else 0.0


def verdict(name: str, before: float, after: float) -> str:
    """Whether a level got better or worse, and by how much."""
    better = gain(name, before, after)
    if not better:
        return "The same"
    return f"{'Better' if better > 0 else 'Worse'} by {difference(name, abs(better))}"


SCORE_PARTS: Mapping[str, Words] = {
    "skills": Words("Skills", "how well the partner's skills meet those asked for, at the level asked for"),
    "experience": Words("Experience", "evidence that the partner has done this before, and how recently"),
    "delivery": Words("Way of working", "on site, remote or mixed, as both prefer"),
    "nearness": Words("Nearness", "how far the partner travels"),
    "method": Words("Method", "whether the partner knows the improvement method already in use"),
}
