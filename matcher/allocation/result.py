"""The answer as data (format ``support-matching-result/1``): no solver is imported, none is needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from matcher.problem.instance import Engagement

#: The key of the certificate that lists levels of which something false was said to be proven.
FALSE_BOUNDS: Final = "false_bounds"


class Status(StrEnum):
    """How far the proof went."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class UnmetReason(StrEnum):
    """Why a request is short of days: the binding rule."""

    NO_CANDIDATE = "no_candidate"
    ONLY_CONFLICTED = "only_conflicted"
    NO_CAPACITY_LEFT = "no_capacity_left"
    OUTRANKED = "outranked"
    TEAM_FULL = "team_full"
    WINDOW_TOO_SHORT = "window_too_short"
    ESSENTIAL_SKILL_MISSING = "essential_skill_missing"


@dataclass(frozen=True, slots=True)
class Stage:
    """One level of the ladder: ``value`` of the final engagements, ``bound`` proven given the levels before
    it, ``held`` what later levels had to keep, ``seconds`` spent (no part of a result's identity)."""

    name: str
    value: float
    bound: float
    held: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Unmet:
    """A request with nothing, or short of days."""

    request: str
    days_short: int
    reason: UnmetReason


@dataclass(frozen=True, slots=True)
class Clash:
    """One member of the smallest set of locks and rules that cannot hold together."""

    rule: str
    partner: str | None
    request: str | None
    month: int | None


@dataclass(frozen=True)
class Allocation:
    """All engagements with their levels, sorted by request id, then partner id."""

    instance_sha256: str
    status: Status
    levels: tuple[Stage, ...]
    engagements: tuple[Engagement, ...]
    unmet: tuple[Unmet, ...]
    clash: tuple[Clash, ...] = ()
    certificate: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
