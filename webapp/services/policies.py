"""Policies: proposed by one person with a reason, confirmed by another, then never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import func, select

from matcher.problem.bounds import Between
from matcher.problem.policy import Policy as MatchingPolicy
from matcher.problem.records import RecordError, decode, encode
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version
from webapp.services.states import advance
from webapp.store import policies as store
from webapp.store import taxonomy
from webapp.store.organisations import OrganisationKind, RegionNeighbour, listed
from webapp.store.policies import POLICY_TRANSITIONS, Policy, PolicyState
from webapp.store.taxonomy import NodeKind
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """What the service keeps outside the solve: caps on beneficiaries, deadlines, the credit for waiting."""

    beneficiary_cap: Annotated[int, Between(1, 100)] = 4
    lapse_working_days: Annotated[int, Between(1, 60)] = 5
    waiting_credit_each_round: Annotated[float, Between(0, 0.10)] = 0.04


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a person proposes. ``parameters`` are the matcher's policy without ``version`` and date."""

    name: str
    reason: str
    effective_from: date
    parameters: Mapping[str, Any]
    rules: ServiceRules = ServiceRules()


def propose(unit: UnitOfWork, *, actor: Actor, draft: PolicyDraft) -> Policy:
    """Put a new version up for a second person; raises ``Rejected`` with each parameter that is wrong."""
    require(actor, Action.POLICY_PROPOSE, hidden=False)
    number = (unit.session.scalar(select(func.max(Policy.number))) or 0) + 1
    name, reason = free_text.clean(draft.name), free_text.clean(draft.reason)
    matching = _checked(draft, number, name, reason)
    row = Policy(
        number=number,
        name=name,
        reason=reason,
        effective_from=draft.effective_from,
        parameters=encode(matching),
        service_rules=encode(draft.rules),
        proposed_by=actor.user_id,
        proposed_at=unit.now,
    )
    with answering_for(unit, {"uq_policies_number": NotAllowedNow("Another version was proposed just now.")}):
        unit.session.add(row)
    _record(unit, actor, Action.POLICY_PROPOSE, row, before=None)
    return row


def decide(
    unit: UnitOfWork, *, actor: Actor, policy_id: UUID, confirm: bool, expected_version: int
) -> Policy:
    """Confirm or refuse a proposed version, as another person than the one who proposed it."""
    require(actor, Action.POLICY_CONFIRM, hidden=False)
    row = policy(unit, actor=actor, policy_id=policy_id)
    check_version(row, expected_version)
    if row.proposed_by == actor.user_id:
        raise NotAllowedNow("Another person than the one who proposed a policy confirms it.")
    before = content_of(row)
    with answering_for(unit):
        advance(row, PolicyState.CONFIRMED if confirm else PolicyState.REFUSED, POLICY_TRANSITIONS, "policy")
        row.decided_by, row.decided_at = actor.user_id, unit.now
    _record(unit, actor, Action.POLICY_CONFIRM, row, before=before)
    return row


def policy(unit: UnitOfWork, *, actor: AnyActor, policy_id: UUID) -> Policy:
    """One version; raises ``NotFound``."""
    require(actor, Action.POLICY_READ, hidden=False)
    row = unit.session.get(Policy, policy_id)
    if row is None:
        raise NotFound("no such policy")
    return row


def versions(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Policy, ...]:
    """Every version, the newest first."""
    require(actor, Action.POLICY_READ, hidden=False)
    return tuple(unit.session.scalars(store.newest_first()))


def in_force(unit: UnitOfWork) -> Policy | None:
    """The version in force today: public, as the priorities and weights are."""
    return store.in_force(unit.session, unit.now.date())


def rules_of(row: Policy) -> ServiceRules:
    """The service's own rules of a version."""
    return decode(ServiceRules, row.service_rules)


def matching_policy(row: Policy) -> MatchingPolicy:
    """The matcher's policy of a version."""
    return decode(MatchingPolicy, row.parameters)


def plain_parameters(unit: UnitOfWork) -> dict[str, Any]:
    """Parameters to start from: today's priorities at weight 1, all regions with neighbours, no floors."""
    today = unit.now.date()
    priorities = [
        {"code": node.code, "weight": 1, "floor": 0}
        for node in unit.session.scalars(taxonomy.nodes((NodeKind.PRIORITY,)))
        if (node.valid_from or today) <= today <= (node.valid_to or today)
    ]
    near: dict[str, list[str]] = {}
    for pair in unit.session.scalars(
        select(RegionNeighbour).order_by(RegionNeighbour.region_code, RegionNeighbour.neighbour_code)
    ):
        near.setdefault(pair.region_code, []).append(pair.neighbour_code)
    regions = [
        {"code": row.code, "floor": 0, "neighbours": near.get(row.code, [])}
        for row in unit.session.scalars(listed(kind=OrganisationKind.REGION))
    ]
    return {"priorities": priorities, "regions": sorted(regions, key=lambda each: str(each["code"]))}


def _checked(draft: PolicyDraft, number: int, name: str, reason: str) -> MatchingPolicy:
    problems = [*free_text.problems("name", name, most=200, one_line=True)]
    problems += free_text.problems("reason", reason, most=1000)
    if not name:
        problems.append(Problem("name", "Enter a name for this version"))
    if not reason:
        problems.append(Problem("reason", "Enter why the policy changes"))
    plain = {
        **draft.parameters,
        "version": number,
        "effective_from": draft.effective_from.isoformat(),
    }
    try:
        decode(ServiceRules, encode(draft.rules))
        matching = decode(MatchingPolicy, plain)
    except RecordError as error:
        problems += [Problem(line.partition(":")[0], line) for line in error.problems]
    if problems:
        raise Rejected.several(problems)
    return matching


def _record(
    unit: UnitOfWork, actor: AnyActor, action: Action, row: Policy, before: Mapping[str, Any] | None
) -> None:
    audit.record(unit, actor, action, audit.Subject("policy", row.id), before=before, after=content_of(row))
