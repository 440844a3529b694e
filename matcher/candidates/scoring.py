"""How well a candidate fits: one function for each criterion, and a score that keeps its parts.

fit = weighted sum of five criteria, each 0..1, times a factor for the requester's own ranking, times one
plus the waiting credit, at most 1 (MODEL.md section 1). The weights are policy data; what stands here is
how each criterion is read off the two records. ``matcher.candidates.columns`` reads the same off all
partners at once, with the same operations in the same order, so that both give the same digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from matcher.candidates.distance import distance_km, is_travel_free
from matcher.problem.partners import Delivery, HeldSkill, Partner, SkillEvidence
from matcher.problem.policy import Policy
from matcher.problem.requests import SupportRequest, WantedSkill
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import CLOSE_ENOUGH, Taxonomy

FIT_STEPS = 1_000_000
"""Fits are kept to a millionth, so that every machine writes the same digits."""

FAR_KM = 300.0
FADING_YEARS = 10
OUTCOME_SHARE = 0.2
"""How much of the experience criterion published stories and outcomes make up."""

EVIDENCE_WORTH = {
    SkillEvidence.SELF_DECLARED: 0.25,
    SkillEvidence.REFERENCE: 0.5,
    SkillEvidence.QUALIFICATION: 0.6,
    SkillEvidence.EMPLOYER_ENDORSED: 0.75,
    SkillEvidence.PUBLISHED_OUTCOME: 1.0,
}

DELIVERY_WORTH = {
    (Delivery.ON_SITE, Delivery.ON_SITE): 1.0,
    (Delivery.MIXED, Delivery.ON_SITE): 1.0,
    (Delivery.REMOTE, Delivery.ON_SITE): 0.0,
    (Delivery.ON_SITE, Delivery.REMOTE): 0.0,
    (Delivery.MIXED, Delivery.REMOTE): 1.0,
    (Delivery.REMOTE, Delivery.REMOTE): 1.0,
    (Delivery.ON_SITE, Delivery.MIXED): 0.7,
    (Delivery.MIXED, Delivery.MIXED): 1.0,
    (Delivery.REMOTE, Delivery.MIXED): 0.5,
}
"""Worth of (how the partner works, how the request wants it)."""


@dataclass(frozen=True, slots=True)
class Score:
    """The fit of a candidate and what it is made of: each criterion 0..1 before its policy weight."""

    skills: float
    experience: float
    delivery: float
    nearness: float
    method: float
    rank_factor: float
    waiting_credit: float
    fit: float


@dataclass(frozen=True, slots=True)
class SkillCredit:
    """What a partner brings for one skill asked for; ``held`` is the best answer, None for nothing near."""

    skill: str
    weight: float
    level_wanted: int
    held: str | None
    level_held: int
    closeness: float
    credit: float
    covered: bool


def level_met(held: int, wanted: int) -> float:
    """How far a level held reaches the level wanted, 0..1."""
    return min(held, wanted) / wanted


def recency(year_last_used: int | None, as_of: date) -> float:
    """1 for a skill used this year, fading to 0 over ten years; 0 where the year is not known."""
    if year_last_used is None:
        return 0.0
    return (FADING_YEARS - min(max(as_of.year - year_last_used, 0), FADING_YEARS)) / FADING_YEARS


def standing_of(held: HeldSkill, as_of: date) -> float:
    """How well a held skill is backed: half by recent use, half by evidence."""
    return 0.5 * recency(held.year_last_used, as_of) + 0.5 * EVIDENCE_WORTH[held.evidence]


def skill_credit(partner: Partner, wanted: WantedSkill, taxonomy: Taxonomy) -> SkillCredit:
    """The best answer the partner has to one skill asked for."""
    best, best_closeness, best_credit = None, 0.0, 0.0
    for held in partner.skills:
        closeness = taxonomy.closeness(wanted.skill, held.skill)
        credit = closeness * level_met(held.level, wanted.level)
        if (credit, closeness) > (best_credit, best_closeness):
            best, best_closeness, best_credit = held, closeness, credit
    return SkillCredit(
        skill=wanted.skill,
        weight=wanted.weight,
        level_wanted=wanted.level,
        held=best.skill if best else None,
        level_held=best.level if best else 0,
        closeness=best_closeness,
        credit=best_credit,
        covered=does_cover(partner, wanted),
    )


def does_cover(partner: Partner, wanted: WantedSkill) -> bool:
    """Does the partner hold the skill itself, at the level asked for?"""
    return any(held.skill == wanted.skill and held.level >= wanted.level for held in partner.skills)


def skills_part(partner: Partner, request: SupportRequest, taxonomy: Taxonomy) -> float:
    """Weights times closeness times level met."""
    total = 0.0
    for wanted in request.skills:
        total += wanted.weight * skill_credit(partner, wanted, taxonomy).credit
    return total


def experience_part(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> float:
    """Recent use and evidence of the close skills, and published outcomes."""
    total = 0.0
    for wanted in request.skills:
        total += wanted.weight * _best_standing(partner, wanted, snapshot)
    return (1 - OUTCOME_SHARE) * total + OUTCOME_SHARE * partner.outcome_credit


def _best_standing(partner: Partner, wanted: WantedSkill, snapshot: Snapshot) -> float:
    best = 0.0
    for held in partner.skills:
        closeness = snapshot.taxonomy.closeness(wanted.skill, held.skill)
        if closeness >= CLOSE_ENOUGH:
            best = max(best, closeness * standing_of(held, snapshot.as_of))
    return best


def delivery_part(partner: Partner, request: SupportRequest) -> float:
    """How well the partner's way of working suits the request's."""
    return DELIVERY_WORTH[partner.delivery, request.delivery]


def nearness_part(partner: Partner, request: SupportRequest) -> float:
    """1 at the door or for remote work, falling to 0 at 300 km."""
    if is_travel_free(partner.delivery, request.delivery):
        return 1.0
    return (FAR_KM - min(distance_km(partner, request), FAR_KM)) / FAR_KM


def method_part(partner: Partner, request: SupportRequest) -> float:
    """1 where a method is shared, or the requester works by none; else 0."""
    return 1.0 if not request.methods or set(request.methods) & set(partner.methods) else 0.0


def score(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> Score:
    """The score of a pair, whether it is a candidate or not."""
    parts = (
        skills_part(partner, request, snapshot.taxonomy),
        experience_part(partner, request, snapshot),
        delivery_part(partner, request),
        nearness_part(partner, request),
        method_part(partner, request),
    )
    factor = rank_factor(request, snapshot.policy)
    raw = weighted_sum(parts, snapshot.policy) * factor * (1 + request.waiting_credit)
    fit = math.floor(min(raw, 1.0) * FIT_STEPS + 0.5) / FIT_STEPS
    return Score(*parts, rank_factor=factor, waiting_credit=request.waiting_credit, fit=fit)


def rank_factor(request: SupportRequest, policy: Policy) -> float:
    """What the requester's own ranking of its requests multiplies the fit by."""
    return policy.rank_factors[request.rank - 1]


def weights_of(policy: Policy) -> tuple[float, float, float, float, float]:
    """The policy weights in the order of a score's parts."""
    weights = policy.score_weights
    return weights.skills, weights.experience, weights.delivery, weights.nearness, weights.method


def weighted_sum(parts: tuple[float, float, float, float, float], policy: Policy) -> float:
    """The five criteria under the policy's weights, added in their fixed order."""
    total = 0.0
    for weight, part in zip(weights_of(policy), parts, strict=True):
        total += weight * part
    return total
