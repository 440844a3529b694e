"""The evidence of a run as plain values for the run's page: coverage by group, and sets short of days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from matcher.problem.strict_json import parse_json
from webapp.authority.actor import AnyActor
from webapp.services import runs
from webapp.store.matches import UnmetRequest
from webapp.store.organisations import Organisation
from webapp.store.runs import DocumentKind
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Coverage:
    """One group of requests: days wanted and met, its share, its floor where the policy sets one."""

    grouping: str
    code: str
    requests: int
    helped: int
    days_wanted: int
    days_met: int
    share: float
    floor: float | None


@dataclass(frozen=True, slots=True)
class Starved:
    """Requests whose candidates with the essential skills have too few days, and the skills that lack most."""

    requests: int
    partners: int
    days_wanted: int
    days_available: int
    days_short: int
    skills: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FloorShort:
    """A region or priority below its floor: what its requests lack by the rule that binds, in days.

    ``available`` are all the days that its candidates have, where even these are fewer than it asks for.
    """

    grouping: str
    code: str
    floor: float
    floor_days: int
    days_met: int
    days_short: int
    reasons: tuple[tuple[str, int], ...]
    available: int | None


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """What a run's evidence says of the round as a whole; ``deliverable`` are the days that could be given at most,
    every rule but days and months left out."""

    days_wanted: int
    days_met: int
    share: float
    coverage: tuple[Coverage, ...]
    starved: tuple[Starved, ...]
    reasons_out: tuple[tuple[str, int], ...]
    floors_short: tuple[FloorShort, ...] = ()
    deliverable: int | None = None


def evidence_of(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> RunEvidence:
    """Read the stored evidence of a finished run."""
    plain: Mapping[str, Any] = parse_json(
        runs.document(unit, actor=actor, run_id=run_id, kind=DocumentKind.EVIDENCE)
    )
    fairness = plain["fairness"]
    return RunEvidence(
        days_wanted=fairness["days_wanted"],
        days_met=fairness["days_met"],
        share=fairness["share"],
        coverage=tuple(
            Coverage(
                grouping=each["grouping"],
                code=each["code"],
                requests=each["requests"],
                helped=each["helped"],
                days_wanted=each["days_wanted"],
                days_met=each["days_met"],
                share=each["share"],
                floor=each["floor"],
            )
            for each in fairness["groups"]
        ),
        starved=tuple(_starved(each) for each in plain["bottlenecks"]["starved"]),
        reasons_out=tuple((each["reason"], each["partners"]) for each in plain["reasons_out"]),
        floors_short=tuple(_floors_short(unit, run_id, plain)),
        deliverable=plain["bottlenecks"].get("days_deliverable"),
    )


def _floors_short(unit: UnitOfWork, run_id: UUID, plain: Mapping[str, Any]) -> Iterable[FloorShort]:
    """Groups below their floor; runs of before floors were counted by group have none."""
    below = [each for each in plain["fairness"]["groups"] if each.get("days_short_of_floor")]
    if not below:
        return
    lacking = _lacking(unit, run_id)
    thin = {
        (each["kind"], each["region"]): each["days_available"]
        for each in plain["bottlenecks"]["groups"]
        if each["kind"] == "region"
    }
    for each in below:
        key = (each["grouping"], each["code"])
        yield FloorShort(
            *key,
            floor=each["floor"],
            floor_days=each["days_met"] + each["days_short_of_floor"],
            days_met=each["days_met"],
            days_short=each["days_short_of_floor"],
            reasons=tuple(sorted(lacking.get(key, {}).items(), key=lambda pair: (-pair[1], pair[0]))),
            available=thin.get(key),
        )


def _lacking(unit: UnitOfWork, run_id: UUID) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """Days that requests lack, by region and by priority, and by the reason that binds."""
    requester, helped = aliased(Organisation), aliased(Organisation)
    region = func.coalesce(helped.region_code, requester.region_code)
    query = (
        select(UnmetRequest.reason, UnmetRequest.days_short, SupportRequest.priority_code, region)
        .join(UnmetRequest.request)
        .join(requester, requester.id == SupportRequest.requester_id)
        .join(helped, helped.id == SupportRequest.beneficiary_id)
        .where(UnmetRequest.run_id == run_id)
        .order_by(UnmetRequest.id)
    )
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for reason, days, priority, code in unit.session.execute(query):
        found["priority", priority or ""][reason] += days
        found["region", code or ""][reason] += days
    return found


def _starved(plain: Mapping[str, Any]) -> Starved:
    return Starved(
        requests=len(plain["requests"]),
        partners=len(plain["partners"]),
        days_wanted=plain["days_wanted"],
        days_available=plain["days_available"],
        days_short=plain["days_short"],
        skills=tuple((each["code"], each["days"]) for each in plain["skills"]),
        regions=tuple((each["code"], each["days"]) for each in plain["regions"]),
    )
