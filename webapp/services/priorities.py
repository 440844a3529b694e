"""National priorities with their dates and weights over time; each change is a policy version that a second
person confirms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from matcher.problem.records import encode
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import free_text, policies
from webapp.services.failures import NotFound, Problem, Rejected, stop_at
from webapp.services.policies import Policy, PolicyDraft, Settings
from webapp.services.service_rules import PriorityDates, with_values
from webapp.store import policies as store
from webapp.store import taxonomy
from webapp.store.organisations import Organisation, OrganisationKind, listed
from webapp.store.policies import PolicyState
from webapp.store.taxonomy import NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

CODE_TAKEN = "Another word of the taxonomy has this code. Choose another one"


@dataclass(frozen=True, slots=True)
class Period:
    """A priority's weight and floor from ``first`` until the day before the next period, or for good."""

    first: date
    last: date | None
    weight: float
    floor: float


@dataclass(frozen=True, slots=True)
class Priority:
    """One priority: from when to when requests may name it, and its weights over time."""

    code: str
    label: str
    valid_from: date | None
    valid_to: date | None
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a priority is to weigh, from when, and why; ``ends`` is the last day for new requests."""

    weight: float
    floor: float
    starts: date
    ends: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class NewPriority:
    """A priority that is not there yet, with its first topics."""

    code: str
    label: str
    topics: tuple[str, ...]


def every(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Priority, ...]:
    """All priorities, in the order of the taxonomy."""
    require(actor, Action.POLICY_READ, hidden=False)
    query = select(Policy).where(Policy.state == PolicyState.CONFIRMED)
    versions = list(unit.session.scalars(query.order_by(Policy.effective_from, Policy.number)))
    nodes = unit.session.scalars(taxonomy.nodes((NodeKind.PRIORITY,)))
    return tuple(
        Priority(node.code, node.label, node.valid_from, node.valid_to, _periods(node.code, versions))
        for node in nodes
    )


def one(unit: UnitOfWork, *, actor: AnyActor, code: str) -> Priority:
    """The priority of a code; raises ``NotFound``."""
    found = next((each for each in every(unit, actor=actor) if each.code == code), None)
    if found is None:
        raise NotFound("no such priority")
    return found


def regions(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Organisation, ...]:
    """All regions, by name; their dates come with the organisations' own data."""
    require(actor, Action.POLICY_READ, hidden=False)
    return tuple(unit.session.scalars(listed(kind=OrganisationKind.REGION)))


def propose_terms(
    unit: UnitOfWork, *, actor: Actor, code: str, terms: Terms, expected_latest: int | None = None
) -> Policy:
    """Propose another weight, floor or last day for a priority, from a day on."""
    there = one(unit, actor=actor, code=code)
    dates = PriorityDates(code, there.label, there.valid_from, terms.ends)
    name = f"{there.label} from {terms.starts.isoformat()}"
    return _propose(unit, actor, (dates, terms, name), expected_latest)


def propose_new(
    unit: UnitOfWork, *, actor: Actor, new: NewPriority, terms: Terms, expected_latest: int | None = None
) -> Policy:
    """Propose a priority that is not there yet; it is made, with its topics, when the version is confirmed."""
    topics = tuple(each for each in map(free_text.clean, new.topics) if each)
    label = free_text.clean(new.label)
    stop_at(_problems_of(unit, new.code, label, topics))
    dates = PriorityDates(new.code, label, terms.starts, terms.ends, topics)
    return _propose(unit, actor, (dates, terms, f"{label} added"), expected_latest)


def _propose(
    unit: UnitOfWork, actor: Actor, wanted: tuple[PriorityDates, Terms, str], expected_latest: int | None
) -> Policy:
    dates, terms, name = wanted
    if terms.ends is not None and terms.ends < terms.starts:
        raise Rejected("ends", "The last day must be on or after the first day")
    base = policies.starting_settings(unit, store.in_force(unit.session, terms.starts))
    kept = [each for each in base.rules.priority_dates if each.code != dates.code]
    rules = with_values(base.rules, {"priority_dates": encode([*kept, dates])})
    draft = PolicyDraft(
        name=name[:200],
        reason=terms.reason,
        effective_from=terms.starts,
        parameters=_parameters(base, dates.code, terms),
        rules=rules,
    )
    return policies.propose(unit, actor=actor, draft=draft, expected_latest=expected_latest)


def _parameters(base: Settings, code: str, terms: Terms) -> dict[str, Any]:
    plain: dict[str, Any] = encode(base.matching)
    others = [each for each in plain["priorities"] if each["code"] != code]
    changed = {"code": code, "weight": terms.weight, "floor": terms.floor}
    places = {each["code"]: place for place, each in enumerate(plain["priorities"])}
    ordered = sorted([*others, changed], key=lambda each: places.get(each["code"], len(places)))
    return {**plain, "priorities": ordered}


def _problems_of(unit: UnitOfWork, code: str, label: str, topics: tuple[str, ...]) -> Iterable[Problem]:
    if not (code.isascii() and code.isalpha() and code.isupper() and 2 <= len(code) <= 10):
        yield Problem("code", "The code must be 2 to 10 capital letters, like MAT")
    elif unit.session.scalar(select(func.count()).where(TaxonomyNode.code.like(f"{code}%"))):
        yield Problem("code", CODE_TAKEN)
    yield from free_text.problems("label", label, most=200, one_line=True)
    if not topics:
        yield Problem("topics", "Enter at least one topic")
    if len(topics) > 20:
        yield Problem("topics", "Enter 20 topics or fewer")
    for topic in topics:
        yield from free_text.problems("topics", topic, most=200, one_line=True)


def _periods(code: str, versions: Iterable[Policy]) -> tuple[Period, ...]:
    """Stretches of time in which weight and floor stay the same; a later version of a day replaces it."""
    by_day: dict[date, tuple[float, float] | None] = {}
    for row in versions:
        matching = policies.matching_policy(row)
        terms = {each.code: (each.weight, each.floor) for each in matching.priorities}
        by_day[row.effective_from] = terms.get(code)
    found: list[Period] = []
    for first, held in by_day.items():
        if found and held == (found[-1].weight, found[-1].floor) and found[-1].last is None:
            continue
        if found and found[-1].last is None:
            found[-1] = replace(found[-1], last=first - timedelta(days=1))
        if held is not None:
            found.append(Period(first, None, *held))
    return tuple(found)
