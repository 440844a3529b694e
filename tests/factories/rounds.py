"""A round that takes requests."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.factories.policies import confirmed_policy
from webapp.authority.actor import SystemActor
from webapp.services import rounds
from webapp.services.rounds import RoundPlan
from webapp.store.rounds import Round
from webapp.store.unit_of_work import UnitOfWork

JOB = SystemActor("test")


def plan(policy_id: UUID, **values: object) -> RoundPlan:
    """January to June 2027, requests until the end of November 2026."""
    given: dict[str, object] = {
        "name": "Winter round",
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2026, 11, 30),
        "first_month": "2027-01",
        "horizon_months": 6,
        "policy_id": policy_id,
        **values,
    }
    return RoundPlan(**given)


def open_round(unit: UnitOfWork, **values: object) -> Round:
    """A round that is open now."""
    row = rounds.create(unit, actor=JOB, plan=plan(confirmed_policy(unit).id, **values))
    return rounds.open_round(unit, actor=JOB, round_id=row.id, expected_version=row.version)
