"""What anybody may know of the policy in force: priorities, weights, the order of the levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from matcher.evidence.fairness import CREDIT_LIMIT
from webapp.services import policies
from webapp.services.priority_list import is_in_use
from webapp.store import taxonomy
from webapp.store.taxonomy import NodeKind
from webapp.store.unit_of_work import UnitOfWork

SWITCHES = (
    "paid_offers_allowed",
    "missing_release_blocks",
    "same_icb_allowed",
    "public_context",
    "essential_is_hard",
)


@dataclass(frozen=True, slots=True)
class Priority:
    """A national priority with its weight and floor, where a policy is in force."""

    label: str
    weight: float | None
    floor: float | None


@dataclass(frozen=True, slots=True)
class Credits:
    """What having waited adds to fit: for each round, for a group left behind, and at most in all."""

    each_round: float
    each_group: float
    most: float = CREDIT_LIMIT


@dataclass(frozen=True, slots=True)
class PublicPolicy:
    """The settings of the version in force."""

    effective_from: date
    ladder: tuple[str, ...]
    score_weights: Mapping[str, float]
    switches: Mapping[str, bool]
    least_fit: float
    credits: Credits


@dataclass(frozen=True, slots=True)
class Facts:
    """What the open pages show; ``policy`` is ``None`` before the first one is confirmed."""

    priorities: tuple[Priority, ...]
    policy: PublicPolicy | None


@dataclass(frozen=True, slots=True)
class Switches:
    """What the policy in force insists on of a partner; as without a policy, nothing, and no paid offers."""

    missing_release_blocks: bool = False
    paid_offers_allowed: bool = False


def switches(unit: UnitOfWork) -> Switches:
    """Read the switches of the policy in force."""
    row = policies.in_force(unit)
    if row is None:
        return Switches()
    matching = policies.matching_policy(row)
    return Switches(matching.missing_release_blocks, matching.paid_offers_allowed)


def credits_of(row: policies.Policy | None) -> Credits:
    """The credits of a version of the policy, or those without one."""
    rules = policies.rules_of(row) if row else policies.ServiceRules()
    return Credits(rules.waiting_credit_each_round, rules.lagging_group_credit)


def facts(unit: UnitOfWork) -> Facts:
    """Read today's priorities and the policy in force."""
    today = unit.now.date()
    row = policies.in_force(unit)
    matching = policies.matching_policy(row) if row else None
    weights = {each.code: each for each in matching.priorities} if matching else {}
    nodes = unit.session.scalars(taxonomy.nodes((NodeKind.PRIORITY,)))
    current = [node for node in nodes if is_in_use(node, today)]
    return Facts(
        priorities=tuple(
            Priority(
                node.label,
                weights[node.code].weight if node.code in weights else None,
                weights[node.code].floor if node.code in weights else None,
            )
            for node in current
        ),
        policy=PublicPolicy(
            row.effective_from,
            matching.ladder,
            {
                part.name: getattr(matching.score_weights, part.name)
                for part in fields(matching.score_weights)
            },
            {name: getattr(matching, name) for name in SWITCHES},
            matching.least_fit,
            credits_of(row),
        )
        if row and matching
        else None,
    )
