"""Policies: proposed by one person with a reason, confirmed by another, then never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from matcher.problem.policy import Policy as MatchingPolicy
from matcher.problem.records import RecordError, decode, encode
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, priority_list
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import (
    NotAllowedNow,
    NotFound,
    Problem,
    StaleVersion,
    check_version,
    stop_at,
)
from webapp.services.priority_list import is_in_use
from webapp.services.service_rules import ServiceRules as ServiceRules
from webapp.services.states import advance
from webapp.store import policies as store
from webapp.store import taxonomy
from webapp.store.accounts import names_of
from webapp.store.organisations import OrganisationKind, RegionNeighbour, listed
from webapp.store.policies import POLICY_TRANSITIONS, Policy, PolicyState
from webapp.store.taxonomy import NodeKind
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Settings:
    """All that one version says: the matcher's policy and the service's own rules."""

    matching: MatchingPolicy
    rules: ServiceRules


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """What a person proposes. ``parameters`` are the matcher's policy without ``version`` and date."""

    name: str
    reason: str
    effective_from: date
    parameters: Mapping[str, Any]
    rules: ServiceRules = field(default_factory=ServiceRules)


def propose(
    unit: UnitOfWork, *, actor: Actor, draft: PolicyDraft, expected_latest: int | None = None
) -> Policy:
    """Put a new version up for a second person; raises ``Rejected`` with each parameter that is wrong.

    ``expected_latest`` is the newest version's number when the person began: another one proposed since
    raises ``StaleVersion``.
    """
    require(actor, Action.POLICY_PROPOSE, hidden=False)
    latest = latest_number(unit)
    if expected_latest is not None and expected_latest != latest:
        raise StaleVersion(f"began from version {expected_latest}, the newest is {latest}")
    number = latest + 1
    name, reason = free_text.clean(draft.name), free_text.clean(draft.reason)
    matching = checked(draft, number)
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
    unit: UnitOfWork,
    *,
    actor: Actor,
    policy_id: UUID,
    confirm: bool,
    expected_version: int,
    compared_with: int | None = None,
) -> Policy:
    """Confirm or refuse a proposed version, as another person than the one who proposed it.

    ``compared_with`` is the number of the version in force whose differences the person saw (0: none).
    """
    require(actor, Action.POLICY_CONFIRM, hidden=False)
    row = policy(unit, actor=actor, policy_id=policy_id)
    check_version(row, expected_version)
    standing = in_force(unit)
    if compared_with is not None and compared_with != (standing.number if standing else 0):
        raise StaleVersion("another version came into force meanwhile")
    if row.proposed_by == actor.user_id:
        raise NotAllowedNow("Another person than the one who proposed a policy confirms it.")
    before = content_of(row)
    with answering_for(unit):
        advance(row, PolicyState.CONFIRMED if confirm else PolicyState.REFUSED, POLICY_TRANSITIONS, "policy")
        row.decided_by, row.decided_at = actor.user_id, unit.now
        if confirm:
            priority_list.write(unit.session, rules_of(row).priority_dates)
    _record(unit, actor, Action.POLICY_CONFIRM, row, before=before)
    return row


def policy(unit: UnitOfWork, *, actor: AnyActor, policy_id: UUID) -> Policy:
    """One version; raises ``NotFound``."""
    require(actor, Action.POLICY_READ, hidden=False)
    row = unit.session.get(Policy, policy_id)
    if row is None:
        raise NotFound("no such policy")
    return row


def by_number(unit: UnitOfWork, *, actor: AnyActor, text: str | None) -> Policy | None:
    """The version of a number as typed; the one in force where there is no such version."""
    require(actor, Action.POLICY_READ, hidden=False)
    if text and text.isascii() and text.isdigit() and len(text) <= 7:
        found = unit.session.scalar(select(Policy).where(Policy.number == int(text)))
        if found is not None:
            return found
    return in_force(unit)


def versions(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Policy, ...]:
    """Every version, the newest first."""
    require(actor, Action.POLICY_READ, hidden=False)
    return tuple(unit.session.scalars(store.newest_first()))


def in_force(unit: UnitOfWork) -> Policy | None:
    """The version in force today: public, as the priorities and weights are."""
    return store.in_force(unit.session, unit.now.date())


def latest_number(unit: UnitOfWork) -> int:
    """The number of the newest version, confirmed or not; 0 before the first."""
    return unit.session.scalar(select(func.max(Policy.number))) or 0


def settings_of(row: Policy) -> Settings:
    """All that a version says."""
    return Settings(matching_policy(row), rules_of(row))


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
        if is_in_use(node, today)
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


def starting_settings(unit: UnitOfWork, row: Policy | None) -> Settings:
    """What a new version starts from: those of ``row``, with priorities and regions that have come since.

    Where nothing was ever confirmed, everything is plain.
    """
    plain = plain_parameters(unit)
    given: dict[str, Any] = (
        dict(row.parameters) if row else {"version": 1, "effective_from": unit.now.date().isoformat()}
    )
    for kind in ("priorities", "regions"):
        there = list(given.get(kind, []))
        known = {each["code"] for each in there}
        given[kind] = there + [each for each in plain[kind] if each["code"] not in known]
        if not given[kind]:
            raise NotAllowedNow(f"There are no {kind} yet. Load the reference data first.")
    return Settings(decode(MatchingPolicy, given), rules_of(row) if row else ServiceRules())


def names(unit: UnitOfWork, *, actor: AnyActor, rows: Iterable[Policy]) -> Mapping[UUID, str]:
    """Who proposed and who decided on the versions, by account."""
    require(actor, Action.POLICY_READ, hidden=False)
    people = {each for row in rows for each in (row.proposed_by, row.decided_by) if each is not None}
    return names_of(unit.session, people)


def words(unit: UnitOfWork, *, actor: AnyActor) -> Mapping[str, str]:
    """The labels of all priorities and the names of all regions, by code."""
    require(actor, Action.POLICY_READ, hidden=False)
    nodes = unit.session.scalars(taxonomy.nodes((NodeKind.PRIORITY,)))
    regions = unit.session.scalars(listed(kind=OrganisationKind.REGION))
    return {**{node.code: node.label for node in nodes}, **{row.code: row.name for row in regions}}


def checked(draft: PolicyDraft, number: int) -> MatchingPolicy:
    """The matcher's policy of a draft; raises ``Rejected`` with each thing that is wrong."""
    name, reason = free_text.clean(draft.name), free_text.clean(draft.reason)
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
        rules = decode(ServiceRules, encode(draft.rules))
        matching = decode(MatchingPolicy, plain)
        problems += _unknown_in(rules, matching)
    except RecordError as error:
        problems += [Problem(line.partition(":")[0], line) for line in error.problems]
    stop_at(problems)
    return matching


def _unknown_in(rules: ServiceRules, matching: MatchingPolicy) -> list[Problem]:
    priorities = {each.code for each in matching.priorities}
    regions = {each.code for each in matching.regions}
    named = [(each.region, regions) for each in rules.reserves if each.region]
    named += [(each.priority, priorities) for each in rules.reserves if each.priority]
    named += [(each.code, priorities) for each in rules.priority_dates]
    return [Problem(None, f"{code} is not in this version") for code, known in named if code not in known]


def _record(
    unit: UnitOfWork, actor: AnyActor, action: Action, row: Policy, before: Mapping[str, Any] | None
) -> None:
    audit.record(unit, actor, action, audit.Subject("policy", row.id), before=before, after=content_of(row))
