"""A support request as a run sees it: who needs what help, how much, when, and how urgently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, Share
from matcher.problem.partners import Delivery, Location

WEIGHT_TOLERANCE = 1e-9


class Shape(StrEnum):
    """The shape of support (PRODUCT.md section 3)."""

    ADVICE_CALL = "advice_call"
    PEER_REVIEW = "peer_review"
    DIAGNOSTIC = "diagnostic"
    COACHING = "coaching"
    HANDS_ON = "hands_on"
    TRAINING = "training"
    ANALYTICS = "analytics"
    BUDDYING = "buddying"
    COLLABORATIVE = "collaborative"


@dataclass(frozen=True, slots=True)
class WantedSkill:
    """A skill asked for at ``level``; the weights of one request add to 1."""

    skill: Identifier
    level: Annotated[int, Between(1, 4)]
    weight: Share
    essential: bool = False


@dataclass(frozen=True, slots=True)
class SupportRequest:
    """One support request.

    ``requester`` declared it, ``beneficiary`` is helped (an ICB asks for its practices; None: a body without
    a code). ``window`` names the first and last month by position. ``rank`` is the requester's own order of
    its open requests. ``waiting_credit`` rewards having waited since earlier rounds. ``collaborative`` names
    the group of requests that hope to share one partner.
    """

    id: Identifier
    requester: Identifier
    beneficiary: Identifier | None
    provider_type: Annotated[str, Between(1, 64)] | None
    region: Identifier
    icb: Identifier | None
    location: Location | None
    priority: Identifier
    topic: Identifier | None
    severity: Annotated[int, Between(1, 4)]
    rank: Annotated[int, Between(1, 3)]
    days: Annotated[int, Between(1, 10_000)]
    window: tuple[int, int]
    max_team: Annotated[int, Between(1, 1000)]
    shape: Shape
    delivery: Delivery
    skills: Annotated[tuple[WantedSkill, ...], Between(1, 5)]
    mandated: bool = False
    in_mandated_programme: bool = False
    methods: tuple[Identifier, ...] = ()
    excluded: tuple[Identifier, ...] = ()
    waiting_credit: Annotated[float, Between(0, 0.10)] = 0.0
    collaborative: Identifier | None = None

    def problems(self) -> Iterator[str]:
        wanted = [each.skill for each in self.skills]
        if len(set(wanted)) < len(wanted):
            yield f"skills: {next(each for each in wanted if wanted.count(each) > 1)} is given twice"
        total = sum(each.weight for each in self.skills)
        if abs(total - 1) > WEIGHT_TOLERANCE:
            yield f"skills: weights add to {total:g}, not to 1"
        if self.window[1] < self.window[0]:
            yield f"window: {self.window[0]} is after {self.window[1]}"
