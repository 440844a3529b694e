"""Drawing the partners and the requests of a synthetic instance, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.problem.instance import FloatArray, IntArray
from matcher.synthetic.geography import TRUSTS, Geography
from matcher.synthetic.scales import Reach, Scale

MONTHS: Final = 6
PRIORITIES: Final = 5

_ORGANISATIONS: Final = 0.15
_WITH_OWN_TRUST: Final = 0.7
_NATIONAL_ORGANISATIONS: Final = 0.25
_SCARCITY: Final = 0.08
_SKILL_EXPONENT: Final = 0.8
_SEVERE: Final = 4
_MANDATED: Final = 0.6

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Partners:
    """Columns of length P; ``capacity`` is P by months, ``levels`` a sparse table of P by skills (1 to 4).

    ``own_trust`` is the trust that may not be supported (-1: none); ``reach`` holds values of ``Reach``.
    """

    is_organisation: BoolArray
    home: IntArray
    region: IntArray
    icb: IntArray
    place: FloatArray
    capacity: IntArray
    first_month: IntArray
    last_month: IntArray
    max_concurrent: IntArray
    own_trust: IntArray
    levels: sparse.csr_array


@dataclass(frozen=True, eq=False)
class WantedSkills:
    """The skills of all requests, in order of request and skill; weights of a request add to 1."""

    request: IntArray
    skill: IntArray
    weight: FloatArray
    level: IntArray
    essential: BoolArray


@dataclass(frozen=True, eq=False)
class Requests:
    """Columns of length R, and the skills wanted."""

    trust: IntArray
    priority: IntArray
    severity: IntArray
    days: IntArray
    first_month: IntArray
    last_month: IntArray
    max_team: IntArray
    mandated: BoolArray
    skills: WantedSkills


@dataclass(frozen=True, eq=False)
class SkillChances:
    """How often each skill is held and how often it is asked for; some are asked for and hardly held."""

    held: FloatArray
    wanted: FloatArray


def draw_skill_chances(chance: np.random.Generator, skills: int) -> SkillChances:
    """Popularity falls by rank (Zipf); a sixth of the skills, at least two, are scarce."""
    popularity = 1 / np.arange(1, skills + 1) ** _SKILL_EXPONENT
    held = popularity.copy()
    held[chance.permutation(skills)[: max(2, skills // 6)]] *= _SCARCITY
    return SkillChances(held=held / held.sum(), wanted=popularity / popularity.sum())


def draw_partners(
    chance: np.random.Generator, scale: Scale, geography: Geography
) -> tuple[Partners, SkillChances]:
    """Organisations with heavy-tailed capacity, experts with a few days a month."""
    count = scale.partners
    is_organisation = chance.random(count) < _ORGANISATIONS
    home = chance.choice(TRUSTS, count)
    place = geography.place[home] + chance.normal(0, 0.08, (count, 2))
    pooled = np.minimum(2 + chance.pareto(1.3, count) * 2, 120)
    usual = np.where(is_organisation, pooled, chance.choice([1, 2, 3, 4], count, p=[0.4, 0.35, 0.15, 0.1]))
    first = chance.choice(MONTHS, count, p=[0.6, 0.15, 0.1, 0.05, 0.05, 0.05])
    length = chance.choice(MONTHS, count, p=[0.02, 0.08, 0.15, 0.2, 0.15, 0.4])
    last = np.minimum(MONTHS - 1, first + length)
    months = np.arange(MONTHS)
    present = (months >= first[:, None]) & (months <= last[:, None])
    days = np.floor(usual[:, None] * chance.uniform(1.0, 1.3, (count, MONTHS))).astype(np.int64)
    experts_at_once = chance.choice([1, 2, 3], count, p=[0.4, 0.4, 0.2])
    at_once = np.where(is_organisation, np.clip(usual / 4, 2, 40).astype(np.int64), experts_at_once)
    employed = chance.random(count) < _WITH_OWN_TRUST
    chances = draw_skill_chances(chance, scale.skills)
    partners = Partners(
        is_organisation=is_organisation,
        home=home,
        region=geography.region[home],
        icb=geography.icb[home],
        place=place,
        capacity=days * present,
        first_month=first,
        last_month=last,
        max_concurrent=at_once,
        own_trust=np.where(employed & ~is_organisation, home, -1),
        levels=_draw_levels(chance, is_organisation, chances.held),
    )
    return partners, chances


def _draw_levels(
    chance: np.random.Generator, is_organisation: BoolArray, held: FloatArray
) -> sparse.csr_array:
    """Experts hold 1 to 5 skills, organisations 4 to 12; a skill drawn twice adds up, to level 4 at most."""
    count = len(is_organisation)
    of_organisations = chance.integers(4, 13, count)
    skills_held = np.where(is_organisation, of_organisations, chance.integers(1, 6, count))
    owner = np.repeat(np.arange(count), skills_held)
    skill = chance.choice(len(held), skills_held.sum(), p=held)
    level = chance.integers(1, 5, skills_held.sum())
    levels = sparse.coo_array((level, (owner, skill)), shape=(count, len(held))).tocsr()
    levels.sum_duplicates()
    levels.data = np.minimum(levels.data, 4)
    levels.sort_indices()
    return levels


def draw_requests(chance: np.random.Generator, scale: Scale, wanted: FloatArray) -> Requests:
    """Requests of trusts, some of which ask far more often than others."""
    count = scale.requests
    appetite = chance.gamma(1.5, 1, TRUSTS)
    trust = chance.choice(TRUSTS, count, p=appetite / appetite.sum())
    priority = chance.choice(PRIORITIES, count, p=[0.35, 0.25, 0.2, 0.12, 0.08])
    severity = chance.choice([1, 2, 3, 4], count, p=[0.3, 0.4, 0.2, 0.1])
    days = np.clip(np.round(chance.lognormal(2.75, 0.6, count)), 4, 80).astype(np.int64)
    first = chance.choice(MONTHS, count, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.05])
    length = chance.choice(MONTHS, count, p=[0.05, 0.2, 0.3, 0.2, 0.1, 0.15])
    return Requests(
        trust=trust,
        priority=priority,
        severity=severity,
        days=days,
        first_month=first,
        last_month=np.minimum(MONTHS - 1, first + length),
        max_team=np.where(days > 25, 4, np.where(days > 10, 3, 2)),
        mandated=(severity == _SEVERE) & (chance.random(count) < _MANDATED),
        skills=_draw_wanted_skills(chance, count, wanted),
    )


def _draw_wanted_skills(chance: np.random.Generator, requests: int, wanted: FloatArray) -> WantedSkills:
    """One to four skills a request, weighing 1, 2 or 3 parts; the heaviest is essential."""
    number = chance.integers(1, 5, requests)
    drawn = np.repeat(np.arange(requests), number) * len(wanted) + chance.choice(
        len(wanted), number.sum(), p=wanted
    )
    request, skill = np.divmod(np.unique(drawn), len(wanted))
    parts = chance.choice([1.0, 2.0, 3.0], len(request))
    weight = parts / np.bincount(request, parts, requests)[request]
    level = chance.choice([1, 2, 3], len(request), p=[0.4, 0.4, 0.2])
    by_weight = np.lexsort((-weight, request))
    heaviest = by_weight[np.concatenate(([True], np.diff(request[by_weight]) > 0))]
    essential = np.zeros(len(request), dtype=np.bool_)
    essential[heaviest] = True
    return WantedSkills(request=request, skill=skill, weight=weight, level=level, essential=essential)


def draw_reach(chance: np.random.Generator, scale: Scale, is_organisation: BoolArray) -> IntArray:
    """How far each partner works; some organisations are national whatever was drawn."""
    reach = chance.choice(len(Reach), scale.partners, p=scale.reach)
    national = chance.random(scale.partners) < _NATIONAL_ORGANISATIONS
    if not scale.by_icb:
        reach[is_organisation & national] = Reach.NATIONAL
    return reach
