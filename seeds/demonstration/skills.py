"""Skills of invented partners: three to eight in one or two topics and a method or two; teams hold more."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from seeds.demonstration import calibration as size
from seeds.demonstration.draws import Draws
from seeds.demonstration.records import SkillHeld
from seeds.reference.taxonomy import Term, of_kind, terms

METHODS_LIKED = {
    "M-MFI": 3.0,
    "M-SPC": 2.5,
    "M-LEAN": 2.0,
    "M-COA": 2.0,
    "M-PMAP": 2.0,
    "M-QSI": 2.0,
    "M-DMS": 1.5,
}
CROSS_CUTTING = 0.3
"""Chance that an expert also holds one of the skills that serve every priority."""


def of_expert(draws: Draws, priorities: Mapping[str, float]) -> tuple[SkillHeld, ...]:
    """Three to eight skills and methods."""
    count = draws.whole(3, 8)
    topics = _topics(draws, priorities, 1 if count < 5 or draws.chance(0.35) else 2)
    methods = 1 if count < 6 else 2
    chosen = draws.several(_skills_in(topics), count - methods)
    if draws.chance(CROSS_CUTTING):
        chosen += draws.several(_cross_cutting(), 1)
    chosen += draws.several(_methods(), count - len(chosen))
    return _held(draws, chosen[:8])


def of_team(draws: Draws, priorities: Mapping[str, float]) -> tuple[SkillHeld, ...]:
    """Ten to twenty-five skills and methods over three to six topics."""
    count = draws.whole(10, 25)
    topics = _topics(draws, priorities, draws.whole(3, 6))
    chosen = draws.several(_skills_in(topics), count * 3 // 4)
    chosen += draws.several(_cross_cutting(), draws.whole(0, 2))
    chosen += draws.several(_methods(), count - len(chosen))
    return _held(draws, chosen)


def summary(held: tuple[SkillHeld, ...]) -> str:
    """One plain sentence about what a partner does best."""
    best = sorted(held, key=lambda skill: -skill.level)[:2]
    labels = [_label(skill.code) for skill in best]
    return f"Works on {' and '.join(labels)}. An invented partner of the demonstration."


def _topics(draws: Draws, priorities: Mapping[str, float], count: int) -> list[Term]:
    """One topic, then more: mostly of the same priority, as people's work is."""
    chosen: list[Term] = []
    home = draws.weighted(priorities)
    while len(chosen) < count:
        priority = home if draws.chance(0.7) else draws.weighted(priorities)
        weights = {
            topic: size.SCARCE.get(topic.code, 1.0)
            for topic in of_kind("topic")
            if topic.parent == priority and topic not in chosen
        }
        if weights:
            chosen.append(draws.weighted(weights))
        else:
            home = draws.weighted(priorities)
    return chosen


def _skills_in(topics: list[Term]) -> dict[str, float]:
    parents = {topic.code for topic in topics}
    return {
        skill.code: size.SCARCE.get(skill.code, 1.0) for skill in of_kind("skill") if skill.parent in parents
    }


@cache
def _cross_cutting() -> dict[str, float]:
    components = {component.code for component in of_kind("component")}
    return {skill.code: 1.0 for skill in of_kind("skill") if skill.parent in components}


@cache
def _methods() -> dict[str, float]:
    return {
        method.code: METHODS_LIKED.get(method.code, 1.0) * size.SCARCE.get(method.code, 1.0)
        for method in of_kind("method")
    }


def _held(draws: Draws, codes: list[str]) -> tuple[SkillHeld, ...]:
    return tuple(
        SkillHeld(
            code=code,
            level=draws.weighted(size.LEVELS_HELD),
            evidence=draws.weighted(size.EVIDENCE),
            year=draws.weighted({2026: 0.45, 2025: 0.28, 2024: 0.14, 2022: 0.08, 2019: 0.05}),
        )
        for code in dict.fromkeys(codes)
    )


def _label(code: str) -> str:
    label = next(term.label for term in terms() if term.code == code).partition(" (")[0]
    return label if label[:2].isupper() or label.split()[0] in _KEEP else label[0].lower() + label[1:]


_KEEP = frozenset({"NHS", "Martha's", "Autism", "Lean", "Six", "LFPSE", "PSIRF", "QSIR", "A3", "Pharmacy"})
