"""A support partner as a run sees it: skills, capacity by month, reach, interests, release and cost basis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, Share

MonthlyDays = Annotated[int, Between(0, 1000)]


class PartnerKind(StrEnum):
    """A person with a home organisation, or a team with a pooled capacity."""

    EXPERT = "expert"
    SUPPORT_ORGANISATION = "support_organisation"


class Reach(StrEnum):
    """How far from home a partner serves."""

    ICB = "icb"
    REGION = "region"
    NEIGHBOURING = "neighbouring"
    NATIONAL = "national"


class Delivery(StrEnum):
    """Where the work is done."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    MIXED = "mixed"


class SkillEvidence(StrEnum):
    """What stands behind a declared skill, weakest first."""

    SELF_DECLARED = "self_declared"
    REFERENCE = "reference"
    QUALIFICATION = "qualification"
    EMPLOYER_ENDORSED = "employer_endorsed"
    PUBLISHED_OUTCOME = "published_outcome"


class Release(StrEnum):
    """Whether the employer lets the partner go for the days offered."""

    NOT_NEEDED = "not_needed"
    GIVEN = "given"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"


class CostBasis(StrEnum):
    """Who pays for what; a contract is the paid commercial offer."""

    FREE = "free"
    EXPENSES = "expenses"
    BACKFILL = "backfill"
    CONTRACT = "contract"


class InterestKind(StrEnum):
    """Why a partner may not support an organisation."""

    EMPLOYMENT = "employment"
    CONTRACT = "contract"
    FINANCIAL = "financial"
    FAMILY = "family"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Location:
    """Degrees; read to two decimals (about a kilometre), which is all that distances use."""

    latitude: Annotated[float, Between(-90, 90)]
    longitude: Annotated[float, Between(-180, 180)]


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill at level 1 learning, 2 has done it, 3 has led it, 4 teaches it."""

    skill: Identifier
    level: Annotated[int, Between(1, 4)]
    evidence: SkillEvidence = SkillEvidence.SELF_DECLARED
    year_last_used: Annotated[int, Between(1950, 2200)] | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """A declared interest in an organisation; ``confirmed_on`` is when it was last said to be right."""

    organisation: Identifier
    kind: InterestKind
    declared_on: date
    confirmed_on: date

    def problems(self) -> Iterator[str]:
        if self.confirmed_on < self.declared_on:
            yield f"confirmed_on: {self.confirmed_on} is before it was declared ({self.declared_on})"


@dataclass(frozen=True, slots=True)
class FormerEmployer:
    """An organisation that employed the partner until ``left_on``."""

    organisation: Identifier
    left_on: date


@dataclass(frozen=True, slots=True)
class Partner:
    """One support partner.

    ``organisation`` is the employer of an expert or the code of a support organisation. ``capacity`` is
    whole days for each month of the horizon. ``interests_confirmed_on`` is when the whole declaration,
    an empty one too, was last confirmed (None: never). ``outcome_credit`` (0..1) stands for published
    stories and outcomes. ``checked_on`` is when the profile was last confirmed as right.
    """

    id: Identifier
    kind: PartnerKind
    organisation: Identifier | None
    region: Identifier
    icb: Identifier | None
    location: Location | None
    skills: Annotated[tuple[HeldSkill, ...], Between(0, 200)]
    capacity: tuple[MonthlyDays, ...]
    max_concurrent: Annotated[int, Between(1, 1000)] | None
    smallest_block: Annotated[int, Between(1, 10_000)]
    reach: Reach
    delivery: Delivery
    interests_confirmed_on: date | None
    interests: tuple[Interest, ...] = ()
    former_employers: tuple[FormerEmployer, ...] = ()
    release: Release = Release.NOT_NEEDED
    cost_basis: CostBasis = CostBasis.FREE
    methods: tuple[Identifier, ...] = ()
    outcome_credit: Share = 0.0
    checked_on: date | None = None

    def problems(self) -> Iterator[str]:
        held = [each.skill for each in self.skills]
        if len(set(held)) < len(held):
            yield f"skills: {next(each for each in held if held.count(each) > 1)} is given twice"
