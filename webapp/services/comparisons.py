"""Two runs of a round side by side, from what is stored with them: no solver, a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from matcher.problem.scenario import INVENTED
from matcher.problem.strict_json import parse_json
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import benefit_beside, run_documents
from webapp.services.failures import NotFound
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

UNSTATED = "unstated"
GROUPINGS = ("region", "priority", "provider_type")


@dataclass(frozen=True, slots=True)
class RequestChange:
    """A request that gets other days or other partners; ``gain`` is in days, from first to second."""

    id: UUID
    reference: str
    title: str
    organisation: str
    region: str
    priority: str
    provider_type: str
    severity: int
    wanted: int
    first: int
    second: int
    partners_first: tuple[str, ...]
    partners_second: tuple[str, ...]

    @property
    def gain(self) -> int:
        """Days gained, below zero lost."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """A partner that gives other days; one that is invented has no profile."""

    id: UUID | None
    reference: str
    name: str
    first: int
    second: int

    @property
    def gain(self) -> int:
        """Days more, below zero fewer."""
        return self.second - self.first


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One group of requests in both runs."""

    grouping: str
    code: str
    wanted: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two finished runs; ``matches`` and ``days`` are totals of both."""

    requests: tuple[RequestChange, ...]
    partners: tuple[PartnerChange, ...]
    groups: tuple[GroupChange, ...]
    matches: tuple[int, int]
    days: tuple[int, int]
    wanted: int
    added: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs of one round, and what differs once both are finished.

    ``alike``: both count the benefit with the same values. Where not, ``benefit`` is that of both counted with the
    values of the first; None where the second proposes pairs that the first knew nothing of, or the round is large.
    """

    first: Run
    second: Run
    comparison: Comparison | None
    alike: bool = True
    benefit: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Facts:
    id: UUID
    title: str
    days: int
    severity: int
    priority: str
    region: str
    provider_type: str
    organisation: str


Given = Mapping[tuple[str, str], int]
"""Days by (partner, request)."""


def pair(unit: UnitOfWork, *, actor: AnyActor, first_id: UUID, second_id: UUID) -> Pair:
    """Two runs of the same round; raises ``NotFound`` where they are not."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(Run).where(Run.id.in_((first_id, second_id)))
    rows = {
        row.id: row
        for row in unit.session.scalars(query.options(joinedload(Run.round), joinedload(Run.policy)))
    }
    first, second = rows.get(first_id), rows.get(second_id)
    if first is None or second is None or first.round_id != second.round_id:
        raise NotFound("no two such runs of one round")
    finished = first.state is second.state is RunState.FINISHED
    if not finished:
        return Pair(first, second, None)
    alike = benefit_beside.are_alike(first, second)
    benefit = None if alike else benefit_beside.under_the_first(unit.session, first, second)
    return Pair(first, second, _compared(unit, first, second), alike, benefit)


def finished(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[Run, ...]:
    """The newest hundred finished runs of a round, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(Run).where(Run.round_id == round_id, Run.state == RunState.FINISHED)
    return tuple(unit.session.scalars(query.order_by(Run.number.desc()).limit(100)))


def _compared(unit: UnitOfWork, first: Run, second: Run) -> Comparison:
    before, asked_before = _result(unit, first)
    after, asked_after = _result(unit, second)
    facts = _facts(unit, first.round_id, asked_before | asked_after)
    sums = _by_request(before), _by_request(after)
    return Comparison(
        requests=tuple(_request_changes(facts, (before, after), sums)),
        partners=_partner_changes(unit, before, after),
        groups=tuple(_group_changes(facts, sums)),
        matches=(len(before), len(after)),
        days=(sum(before.values()), sum(after.values())),
        wanted=sum(each.days for each in facts.values()),
        added=len(after.keys() - before.keys()),
        dropped=len(before.keys() - after.keys()),
    )


def _result(unit: UnitOfWork, run: Run) -> tuple[Given, set[str]]:
    """Days by pair, and every request that the run read."""
    plain: dict[str, Any] = parse_json(run_documents.content(unit.session, run.id, DocumentKind.RESULT))
    given = {(each["partner"], each["request"]): sum(each["days"]) for each in plain["engagements"]}
    asked = {request for _, request in given} | {each["request"] for each in plain["unmet"]}
    return given, asked


def _facts(unit: UnitOfWork, round_id: UUID, asked: Iterable[str]) -> dict[str, _Facts]:
    requester, helped = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            SupportRequest.reference,
            SupportRequest.id,
            SupportRequest.title,
            func.coalesce(SupportRequest.days, 0),
            func.coalesce(SupportRequest.severity, 0),
            func.coalesce(SupportRequest.priority_code, ""),
            func.coalesce(helped.region_code, requester.region_code),
            helped.provider_type,
            helped.name,
        )
        .join(requester, requester.id == SupportRequest.requester_id)
        .join(helped, helped.id == SupportRequest.beneficiary_id)
        .where(SupportRequest.round_id == round_id)
        .order_by(SupportRequest.reference)
    )
    wanted = set(asked)
    return {
        reference: _Facts(key, title, days, severity, priority, region or "", kind or UNSTATED, name)
        for reference, key, title, days, severity, priority, region, kind, name in unit.session.execute(query)
        if reference in wanted
    }


def _by_request(given: Given) -> Mapping[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (_, request), days in given.items():
        sums[request] += days
    return sums


def _teams(given: Given) -> Mapping[str, tuple[str, ...]]:
    teams: dict[str, list[str]] = defaultdict(list)
    for partner, request in sorted(given):
        teams[request].append(partner)
    return {request: tuple(team) for request, team in teams.items()}


def _request_changes(
    facts: Mapping[str, _Facts], given: tuple[Given, Given], sums: tuple[Mapping[str, int], Mapping[str, int]]
) -> Iterable[RequestChange]:
    teams = _teams(given[0]), _teams(given[1])
    for reference, each in facts.items():
        first, second = sums[0].get(reference, 0), sums[1].get(reference, 0)
        team_first, team_second = teams[0].get(reference, ()), teams[1].get(reference, ())
        if first == second and team_first == team_second:
            continue
        yield RequestChange(
            id=each.id,
            reference=reference,
            title=each.title,
            organisation=each.organisation,
            region=each.region,
            priority=each.priority,
            provider_type=each.provider_type,
            severity=each.severity,
            wanted=each.days,
            first=first,
            second=second,
            partners_first=team_first,
            partners_second=team_second,
        )


def _partner_changes(unit: UnitOfWork, before: Given, after: Given) -> tuple[PartnerChange, ...]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, given in enumerate((before, after)):
        for (partner, _), days in given.items():
            sums[partner][place] += days
    changed = {partner: days for partner, days in sums.items() if days[0] != days[1]}
    query = select(Partner.reference, Partner.id, Partner.name).where(Partner.reference.in_(changed))
    known = {reference: (key, name) for reference, key, name in unit.session.execute(query)}
    found = []
    for partner, (first, second) in sorted(changed.items()):
        key, name = known.get(partner, (None, _invented(partner)))
        found.append(PartnerChange(key, partner, name, first, second))
    return tuple(found)


def _invented(reference: str) -> str:
    number = reference.removeprefix(INVENTED)
    return f"Invented partner {int(number)}" if number.isdigit() else reference


def _group_changes(
    facts: Mapping[str, _Facts], sums: tuple[Mapping[str, int], Mapping[str, int]]
) -> Iterable[GroupChange]:
    for grouping in GROUPINGS:
        groups: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for reference, each in facts.items():
            group = groups[getattr(each, grouping)]
            group[0] += each.days
            group[1] += sums[0].get(reference, 0)
            group[2] += sums[1].get(reference, 0)
        for code, (wanted, first, second) in sorted(groups.items()):
            yield GroupChange(grouping, code, wanted, first, second)
