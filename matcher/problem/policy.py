"""The policy: weights, floors, caps and switches of one dated version; all of it data."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, Share
from matcher.problem.instance import DEFAULT_LADDER

LEVELS = ("mandated", "floors", "worst_group", "worst_request", "value", "change", "travel")
_SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class PriorityPolicy:
    """A national priority: its weight and the least share of its wanted days to be met."""

    code: Identifier
    weight: Annotated[float, Between(sys.float_info.min, 1000)]
    floor: Share = 0.0


@dataclass(frozen=True, slots=True)
class RegionPolicy:
    """A region, the least share of its wanted days to be met, and the regions next to it."""

    code: Identifier
    floor: Share = 0.0
    neighbours: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreWeights:
    """How much each criterion of the score counts; they add to 1 (MODEL.md section 1)."""

    skills: Share = 0.60
    experience: Share = 0.15
    delivery: Share = 0.10
    nearness: Share = 0.10
    method: Share = 0.05

    def problems(self) -> Iterator[str]:
        total = self.skills + self.experience + self.delivery + self.nearness + self.method
        if abs(total - 1) > _SUM_TOLERANCE:
            yield f"skills: the five score weights add to {total:g}, not to 1"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy.

    Interests confirmed over ``stale_interest_months`` ago block matching; a candidate whose fit is below
    ``low_fit`` is flagged for review, and a pair whose fit is below ``least_fit`` is no candidate (0: no rule).
    """

    version: Annotated[int, Between(1, 1_000_000)]
    effective_from: date
    priorities: Annotated[tuple[PriorityPolicy, ...], Between(1, 100)]
    regions: Annotated[tuple[RegionPolicy, ...], Between(1, 100)]
    mandated_share: Share = 0.5
    skill_bonus: Annotated[float, Between(0, 100)] = 0.5
    essential_is_hard: bool = False
    ladder: tuple[str, ...] = DEFAULT_LADDER
    score_weights: ScoreWeights = ScoreWeights()
    rank_factors: tuple[Share, Share, Share] = (1.0, 0.95, 0.90)
    stale_interest_months: Annotated[int, Between(1, 120)] = 12
    paid_offers_allowed: bool = False
    missing_release_blocks: bool = False
    same_icb_allowed: bool = True
    public_context: bool = False
    low_fit: Share = 0.4
    least_fit: Share = 0.0

    def problems(self) -> Iterator[str]:
        """Repeated codes, neighbours that are no region, levels that are unknown or repeated."""
        for name, codes in (
            ("priorities", [each.code for each in self.priorities]),
            ("regions", [each.code for each in self.regions]),
            ("ladder", list(self.ladder)),
        ):
            yield from (
                f"{name}: {code} is given twice" for code in sorted({c for c in codes if codes.count(c) > 1})
            )
        known = {each.code for each in self.regions}
        for position, region in enumerate(self.regions):
            for code in sorted(set(region.neighbours) - known):
                yield f"regions[{position}].neighbours: {code} is not a region"
        yield from (f"ladder: {name} is not a level" for name in self.ladder if name not in LEVELS)
        if not self.ladder:
            yield "ladder: is empty"

    def neighbours_of(self, region: str) -> frozenset[str]:
        """The regions next to one, in either direction of the data; empty for an unknown region."""
        near = {code for each in self.regions if each.code == region for code in each.neighbours}
        return frozenset(near | {each.code for each in self.regions if region in each.neighbours})
