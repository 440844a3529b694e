"""A match's stored evidence as typed values for pages: why it was proposed, and who comes next.

The stored JSON is the run's own; nothing is computed anew. Names are put to references by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ROOM_LEFT = "room_left"
CLOSE_FIT, CLOSE_WORTH = 0.05, 0.05
"""How far another partner's fit, or the share by which another use's worth of a day, may lie apart to be close."""


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion of the score: value 0..1, weight in the policy, and the product of both."""

    criterion: str
    value: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class SkillPart:
    """How far the partner answers one skill asked for; ``held_code`` is the best answer, None for none near."""

    skill_code: str
    weight: float
    level_wanted: int
    held_code: str | None
    level_held: int
    credit: float
    is_covered: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a match: its score in parts, its place among the candidates, the skills it covers."""

    fit: float
    rank: int
    candidates: int
    covers: tuple[str, ...]
    parts: tuple[Part, ...]
    skills: tuple[SkillPart, ...]
    rank_factor: float
    waiting_credit: float
    distance_km: float


@dataclass(frozen=True, slots=True)
class Holding:
    """Days that a partner gives to another request of the run, by the request's reference, and what one of them is
    worth there."""

    request: str
    days: int
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another candidate by reference: its fit and rank, what binds it, and the days it could give now."""

    partner: str
    fit: float
    rank: int
    standing: str
    days_possible: int
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Displaced:
    """A request, by reference, that is short of days and could have used this partner; what a day adds there."""

    request: str
    days_short: int
    fit: float
    worth: float = 0.0


def reasons_of(evidence: Mapping[str, Any]) -> Reasons:
    """The reasons of a match."""
    score = evidence.get("score") or {}
    return Reasons(
        fit=evidence["fit"],
        rank=evidence["rank"],
        candidates=evidence["candidates"],
        covers=tuple(evidence["covers"]),
        parts=tuple(
            Part(each["criterion"], each["value"], each["weight"], each["points"])
            for each in score.get("parts", ())
        ),
        skills=tuple(_skill(each) for each in score.get("skills", ())),
        rank_factor=score.get("rank_factor", 1.0),
        waiting_credit=score.get("waiting_credit", 0.0),
        distance_km=evidence["distance_km"],
    )


def alternatives_of(evidence: Mapping[str, Any]) -> tuple[Alternative, ...]:
    """The other candidates that were kept with the match, best first; for the national team."""
    return tuple(
        Alternative(
            partner=each["partner"],
            fit=each["fit"],
            rank=each["rank"],
            standing=each["standing"],
            days_possible=each["days_possible"],
            holdings=tuple(
                Holding(held["request"], held["days"], held.get("worth_per_day", 0.0))
                for held in each["holdings"]
            ),
        )
        for each in evidence.get("alternatives", ())
    )


def displaced_of(evidence: Mapping[str, Any]) -> tuple[Displaced, ...]:
    """Requests that could have used the partner's days."""
    return tuple(
        Displaced(each["request"], each["days_short"], each["fit"], each.get("worth_per_day", 0.0))
        for each in evidence.get("displaced", ())
    )


def is_close_call(evidence: Mapping[str, Any]) -> bool:
    """Whether another use was about as good: a free partner who fits as well, or another request for the days."""
    days, fit = sum(evidence.get("days", ())), evidence["fit"]
    if any(
        each["standing"] == ROOM_LEFT and each["days_possible"] >= days and each["fit"] >= fit - CLOSE_FIT
        for each in evidence.get("alternatives", ())
    ):
        return True
    worth = evidence.get("worth_per_day", 0.0)
    others = [each["worth_per_day"] for each in evidence.get("displaced", ())] if worth > 0 else []
    return any(abs(other - worth) <= CLOSE_WORTH * worth for other in others)


def worth_of(evidence: Mapping[str, Any]) -> float | None:
    """What a day of the match adds to the benefit; None for evidence of before this was kept."""
    found: float | None = evidence.get("worth_per_day")
    return found


def adds_of(evidence: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """What each level would lose if the match went and nothing took its place, where it would lose anything."""
    return tuple(
        (each["level"], each["loss"]) for each in evidence.get("contribution", ()) if each["loss"] > 0
    )


def next_best_of(evidence: Mapping[str, Any]) -> str | None:
    """The reference of the best candidate with room, if any."""
    found: str | None = evidence.get("next_best")
    return found


def _skill(plain: Mapping[str, Any]) -> SkillPart:
    return SkillPart(
        skill_code=plain["skill"],
        weight=plain["weight"],
        level_wanted=plain["level_wanted"],
        held_code=plain["held"],
        level_held=plain["level_held"],
        credit=plain["credit"],
        is_covered=plain["covered"],
    )
