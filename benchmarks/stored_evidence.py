"""What a run would have stored beside its matches, as much as a real one keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from webapp.store.rounds import months_from

MONTHS = months_from("2027-01", 6)


def findings(regions: Iterable[str]) -> dict[str, Any]:
    """What a run's evidence says of regions and of skills that are short."""
    counted = {"requests": 9, "helped": 5, "days_wanted": 90, "days_met": 45, "share": 0.5, "floor": None}
    groups = [{"grouping": "region", "code": code, **counted} for code in regions]
    fairness = {"days_wanted": 900, "days_met": 450, "share": 0.5, "groups": groups}
    return {"fairness": fairness, "bottlenecks": {"starved": []}, "reasons_out": []}


def match_evidence(
    fit: float, skills: list[str], days: dict[str, int], names: list[str], wanted: list[str]
) -> dict[str, Any]:
    """As many reasons, other candidates and displaced requests as a real run keeps with a match."""
    held = [{"request": name, "days": 4, "worth_per_day": 1.2} for name in wanted[:3]]
    criteria = ("skills", "experience", "delivery", "nearness", "method")
    answered = {"weight": 0.3, "level_wanted": 2, "level_held": 3, "credit": 1, "covered": True}
    other = {"fit": 0.5, "standing": "committed_elsewhere", "days_possible": 0, "holdings": held}
    return {
        "fit": fit,
        "rank": 3,
        "candidates": 60,
        "covers": skills[:2],
        "distance_km": 40.0,
        "days": [days.get(month, 0) for month in MONTHS],
        "worth_per_day": 2.0,
        "score": {
            "parts": [{"criterion": name, "value": 0.5, "weight": 0.2, "points": 0.1} for name in criteria],
            "skills": [{"skill": code, "held": code, **answered} for code in skills],
        },
        "alternatives": [
            {"partner": name, "rank": place, **other} for place, name in enumerate(names, start=1)
        ],
        "displaced": [
            {"request": name, "days_short": 4, "fit": 0.4, "worth_per_day": 1.9} for name in wanted
        ],
    }
