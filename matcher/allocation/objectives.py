"""The ladder: what each level wants, in which direction, as a linear form over the arrays and in plain numbers.

Linear forms are always maximised; a level that wants little is negated there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays, same
from matcher.problem.instance import FloatArray, IntArray


class Sense(StrEnum):
    """Whether a level wants much or little."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True)
class Level:
    """One objective of the ladder. ``whole`` says that only whole numbers can occur; ``separable`` that the
    level is a sum over requests, so that a neighbourhood sees its own part and a constant."""

    name: str
    sense: Sense
    whole: bool
    separable: bool

    def signed(self, value: float) -> float:
        """The value as something to maximise."""
        return value if self.sense is Sense.MOST else -value

    def shortfall(self, value: float, bound: float) -> float:
        """How far a value may be from the best possible: 0 or more, in the level's own unit."""
        return max(0.0, self.signed(bound) - self.signed(value))


LEVELS = {
    level.name: level
    for level in (
        # Severity points of mandated requests that are supported.
        Level("mandated", Sense.MOST, whole=True, separable=True),
        # Days short of the floors of priorities and regions.
        Level("floors", Sense.LEAST, whole=True, separable=False),
        # Least met share of the days wanted of any priority or region.
        Level("worst_group", Sense.MOST, whole=False, separable=False),
        # Least fit-weighted met share of any request.
        Level("worst_request", Sense.MOST, whole=False, separable=False),
        # Days by weight, severity and fit, and skills covered.
        Level("value", Sense.MOST, whole=False, separable=True),
        # Engagements added or dropped against the previous plan.
        Level("change", Sense.LEAST, whole=True, separable=True),
        # Kilometre-days.
        Level("travel", Sense.LEAST, whole=False, separable=True),
    )
}


@dataclass(frozen=True, eq=False)
class LinearForm:
    """A level to maximise: coefficients of days and engagements (E), cover (S), mandated support (R),
    days short of floors (G) and of the least share. What is fixed is not in it."""

    per_day: FloatArray
    per_engagement: FloatArray
    covered: FloatArray
    supported: FloatArray
    short: FloatArray
    least: float = 0.0


def linear_form(arrays: CandidateArrays, name: str) -> LinearForm:
    """The level as a linear form over the free candidates, signed so that more is better."""
    nothing = same(0.0, len(arrays))
    parts = {
        "per_day": nothing,
        "per_engagement": nothing,
        "covered": np.zeros(len(arrays.skills.worth)),
        "supported": np.zeros(arrays.requests),
        "short": np.zeros(len(arrays.groups.wanted)),
    }
    if name == "mandated":
        parts["supported"] = arrays.demand.severity * arrays.demand.mandated.astype(float)
    elif name == "floors":
        parts["short"] = -np.ones(len(arrays.groups.wanted))
    elif name == "value":
        parts["per_day"] = arrays.day_value
        parts["covered"] = np.where(arrays.skills.covered, 0.0, arrays.skills.worth)
    elif name == "change":
        parts["per_engagement"] = -arrays.change
    elif name == "travel":
        parts["per_day"] = -arrays.distance_km
    elif name not in LEVELS:
        raise ValueError(f"no level is called {name}")
    return LinearForm(**parts, least=1.0 if name in ("worst_group", "worst_request") else 0.0)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What whole days on the free candidates give, with what is fixed: days, cover and support."""

    days_of_request: IntArray
    covered: BoolArray
    supported: BoolArray
    days_of_group: IntArray
    share_of_request: FloatArray


def outcome(arrays: CandidateArrays, days: IntArray) -> Outcome:
    """Add up days by request and group, and see what is covered and supported."""
    demand, groups = arrays.demand, arrays.groups
    got = np.bincount(arrays.request, days, arrays.requests).astype(np.int64)
    covered = arrays.skills.covered.copy()
    covered[arrays.cover_skill[days[arrays.cover_candidate] > 0]] = True
    lacking = np.zeros(arrays.requests, dtype=bool)
    lacking[arrays.skills.request[arrays.skills.essential & ~covered]] = True
    fit_days = demand.fit_days + np.bincount(arrays.request, arrays.fit * days, arrays.requests)
    return Outcome(
        days_of_request=got,
        covered=covered,
        supported=demand.mandated & (got >= demand.support_days) & ~lacking,
        days_of_group=groups.given + demand.by_group(got, len(groups.wanted)),
        share_of_request=fit_days / demand.wanted,
    )


def measure(arrays: CandidateArrays, days: IntArray, names: Sequence[str]) -> dict[str, float]:
    """The natural value of each named level for whole days on the free candidates."""
    result = outcome(arrays, days)
    return {name: _value(arrays, days, result, name) for name in names}


def _value(arrays: CandidateArrays, days: IntArray, result: Outcome, name: str) -> float:
    fixed = arrays.fixed
    if name == "mandated":
        return fixed.mandated + float(arrays.demand.severity @ result.supported)
    if name == "value":
        gained = arrays.skills.worth @ (result.covered & ~arrays.skills.covered)
        return fixed.value + float(arrays.day_value @ days) + float(gained)
    if name == "change":
        return fixed.change + float(arrays.change @ (days > 0))
    if name == "travel":
        return fixed.travel + float(arrays.distance_km @ days)
    return _least_value(arrays, result, name)


def _least_value(arrays: CandidateArrays, result: Outcome, name: str) -> float:
    groups = arrays.groups
    if name == "floors":
        return float(np.maximum(0, groups.floor - result.days_of_group).sum())
    if name == "worst_group":
        asked = groups.wanted > 0
        shares = result.days_of_group[asked] / groups.wanted[asked]
        return float(shares.min()) if len(shares) else 0.0
    shares = np.append(result.share_of_request, arrays.fixed.least_share)
    return float(shares.min()) if np.isfinite(shares.min()) else 0.0
