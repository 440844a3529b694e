"""Scenarios: what a person changes about a round's snapshot to see what would happen.

``changed`` gives the snapshot a scenario is solved on. It is stored like any other, so a scenario replays from
its own bytes; the changes stand beside it only to say what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, Share
from matcher.problem.partners import Delivery, HeldSkill, Partner, PartnerKind, Reach, SkillEvidence
from matcher.problem.policy import Policy
from matcher.problem.snapshot import Snapshot

INVENTED = "INVENTED-"
"""How the ids of invented partners begin; no partner of the register has such a reference."""


@dataclass(frozen=True, slots=True)
class WeightFactor:
    """The weight of a priority, times ``factor``."""

    priority: Identifier
    factor: Annotated[float, Between(0.01, 100)]


@dataclass(frozen=True, slots=True)
class MorePartners:
    """``count`` invented experts of a region, with one skill and the same days in each month."""

    count: Annotated[int, Between(1, 50)]
    skill: Identifier
    region: Identifier
    days_each_month: Annotated[int, Between(1, 31)]
    level: Annotated[int, Between(1, 4)] = 3


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in a scenario; a floor or a ladder that is not given stays as in the policy."""

    weights: Annotated[tuple[WeightFactor, ...], Between(0, 100)] = ()
    without: Annotated[tuple[Identifier, ...], Between(0, 50)] = ()
    more: Annotated[tuple[MorePartners, ...], Between(0, 10)] = ()
    priority_floor: Share | None = None
    region_floor: Share | None = None
    ladder: tuple[str, ...] = ()
    releases_reserve: bool = False

    @property
    def invents_partners(self) -> bool:
        """Whether its answer leans on partners that do not exist."""
        return bool(self.more)

    @property
    def changes_policy(self) -> bool:
        """Whether it stands on other values than the policy's."""
        floors = (self.priority_floor, self.region_floor)
        return bool(self.weights or self.ladder or self.releases_reserve) or floors != (None, None)


def changed(snapshot: Snapshot, changes: Changes) -> Snapshot:
    """The snapshot with the changes made, in canonical order. The reserve is left to who takes it."""
    made = replace(snapshot, policy=_policy(snapshot.policy, changes))
    if changes.without:
        made = _without(made, frozenset(changes.without))
    if changes.more:
        made = replace(made, partners=made.partners + _invented(made, changes.more))
    return made.canonical()


def _policy(policy: Policy, changes: Changes) -> Policy:
    factors = {each.priority: each.factor for each in changes.weights}
    priorities = tuple(
        replace(
            each,
            weight=each.weight * factors.get(each.code, 1.0),
            floor=each.floor if changes.priority_floor is None else changes.priority_floor,
        )
        for each in policy.priorities
    )
    regions = tuple(
        each if changes.region_floor is None else replace(each, floor=changes.region_floor)
        for each in policy.regions
    )
    ladder = changes.ladder or policy.ladder
    return replace(policy, priorities=priorities, regions=regions, ladder=ladder)


def _without(snapshot: Snapshot, gone: frozenset[str]) -> Snapshot:
    return replace(
        snapshot,
        partners=tuple(each for each in snapshot.partners if each.id not in gone),
        requests=tuple(
            replace(each, excluded=tuple(code for code in each.excluded if code not in gone))
            for each in snapshot.requests
        ),
        locked=tuple(each for each in snapshot.locked if each.partner not in gone),
        forbidden=tuple(pair for pair in snapshot.forbidden if pair[0] not in gone),
        previous=tuple(each for each in snapshot.previous if each.partner not in gone),
    )


def _invented(snapshot: Snapshot, wanted: tuple[MorePartners, ...]) -> tuple[Partner, ...]:
    kinds = [each for each in wanted for _ in range(each.count)]
    return tuple(
        Partner(
            id=f"{INVENTED}{number:03d}",
            kind=PartnerKind.EXPERT,
            organisation=None,
            region=each.region,
            icb=None,
            location=None,
            skills=(HeldSkill(each.skill, each.level, SkillEvidence.REFERENCE, snapshot.as_of.year),),
            capacity=(each.days_each_month,) * len(snapshot.months),
            max_concurrent=2,
            smallest_block=1,
            reach=Reach.REGION,
            delivery=Delivery.MIXED,
            interests_confirmed_on=snapshot.as_of,
            checked_on=snapshot.as_of,
        )
        for number, each in enumerate(kinds, start=1)
    )
