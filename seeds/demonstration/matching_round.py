"""The demonstration's policy and rounds: one that has closed and can be matched, one that takes requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seeds.demonstration import calibration
from seeds.demonstration.calendar import on
from seeds.reference import geography
from webapp.authority.actor import Actor
from webapp.services import policies, rounds
from webapp.services.policies import PolicyDraft
from webapp.services.rounds import RoundPlan
from webapp.store.policies import Policy
from webapp.store.rounds import Round
from webapp.store.unit_of_work import UnitOfWork


def set_policy(unit: UnitOfWork, proposer: Actor, confirmer: Actor) -> Policy:
    """The first policy, proposed by one person and confirmed by another."""
    on(unit, calibration.POLICY_SET)
    draft = PolicyDraft(
        name="Winter 2026 to 2027",
        reason="Priorities of the demonstration: urgent care first in winter, and a floor for every region.",
        effective_from=calibration.ROUND_OPENED,
        parameters=parameters(),
    )
    row = policies.propose(unit, actor=proposer, draft=draft)
    return policies.decide(
        unit, actor=confirmer, policy_id=row.id, confirm=True, expected_version=row.version
    )


def parameters() -> Mapping[str, Any]:
    """Weights and floors of priorities, floors and neighbours of regions, the levels; the rest by default."""
    return {
        "priorities": [
            {"code": code, "weight": weight, "floor": calibration.PRIORITY_FLOOR}
            for code, weight in sorted(calibration.PRIORITY_WEIGHTS.items())
        ],
        "regions": [
            {"code": region.code, "floor": calibration.REGION_FLOOR, "neighbours": list(region.neighbours)}
            for region in geography.regions()
        ],
        "ladder": list(calibration.LADDER),
    }


def open_first(unit: UnitOfWork, actor: Actor, policy: Policy) -> Round:
    """The round that the demonstration's requests go into."""
    on(unit, calibration.ROUND_OPENED)
    plan = RoundPlan(
        name="Round 3: December 2026 to May 2027",
        opens_on=calibration.ROUND_OPENED,
        closes_on=calibration.AS_OF,
        first_month=calibration.MONTHS[0],
        horizon_months=len(calibration.MONTHS),
        policy_id=policy.id,
    )
    row = rounds.create(unit, actor=actor, plan=plan)
    return rounds.open_round(unit, actor=actor, round_id=row.id, expected_version=row.version)


def close(unit: UnitOfWork, actor: Actor, row: Round) -> Round:
    """Close that round, so that it can be matched."""
    on(unit, calibration.AS_OF)
    return rounds.close(unit, actor=actor, round_id=row.id, expected_version=row.version)


def open_next(unit: UnitOfWork, actor: Actor, policy: Policy) -> Round:
    """A round that takes requests now, so that a trust can try to declare one."""
    plan = RoundPlan(
        name="Round 4: March to August 2027",
        opens_on=calibration.AS_OF,
        closes_on=calibration.NEXT_ROUND_CLOSES,
        first_month="2027-03",
        horizon_months=6,
        policy_id=policy.id,
    )
    row = rounds.create(unit, actor=actor, plan=plan)
    return rounds.open_round(unit, actor=actor, round_id=row.id, expected_version=row.version)
