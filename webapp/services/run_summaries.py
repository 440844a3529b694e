"""The evidence of a run as plain values for the run's page: coverage by group, and sets short of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from matcher.problem.strict_json import parse_json
from webapp.authority.actor import AnyActor
from webapp.services import runs
from webapp.store.runs import DocumentKind
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
class RunEvidence:
    """What a run's evidence says of the round as a whole."""

    days_wanted: int
    days_met: int
    share: float
    coverage: tuple[Coverage, ...]
    starved: tuple[Starved, ...]
    reasons_out: tuple[tuple[str, int], ...]


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
    )


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
