"""A confirmed policy."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories.accounts import person
from webapp.authority.roles import Role
from webapp.services import policies
from webapp.services.policies import PolicyDraft, ServiceRules
from webapp.store.policies import Policy
from webapp.store.unit_of_work import UnitOfWork


def draft(unit: UnitOfWork, **values: object) -> PolicyDraft:
    """What an administrator may propose as it is."""
    given: dict[str, object] = {
        "name": "Winter",
        "reason": "The board's priorities",
        "effective_from": date(2026, 1, 1),
        "parameters": policies.plain_parameters(unit),
        "rules": ServiceRules(),
        **values,
    }
    return PolicyDraft(**given)


def confirmed_policy(unit: UnitOfWork, **values: object) -> Policy:
    """A policy that one administrator proposed and another confirmed."""
    row = policies.propose(unit, actor=_admin(unit.session), draft=draft(unit, **values))
    return policies.decide(
        unit, actor=_admin(unit.session), policy_id=row.id, confirm=True, expected_version=row.version
    )


def _admin(session: Session):
    return person(session, Role.NATIONAL_ADMIN)
