"""A run under review without a solver: rows as a finished run leaves them, and people at the door."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.factories.accounts import person
from tests.factories.organisations import add_network
from tests.factories.partners import active_partner
from tests.factories.rounds import open_round
from tests.factories.support_requests import submitted
from tests.factories.taxonomy import add_taxonomy
from tests.site import Person
from webapp.authority.roles import Role
from webapp.services import run_documents
from webapp.store.decisions import Decision
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork

MOST_QUERIES = 12
MOST_BYTES = 100_000
FLAGS = ["low_fit"]
LEVELS = [{"name": "value", "value": 9.0, "bound": 9.0, "gap": 0.0, "seconds": 0.1}]
ADDS = {"mandated": 4, "floors": 0, "value": 7.5}
THIN = {
    "requests": ["R-2", "R-3"],
    "partners": [{"partner": "P-1", "days": 4}],
    "days_wanted": 12,
    "days_available": 4,
    "days_short": 8,
    "skills": [],
    "regions": [],
}
EVIDENCE: dict[str, Any] = {
    "fairness": {
        "days_wanted": 18,
        "days_met": 9,
        "share": 0.5,
        "groups": [
            {
                "grouping": "region",
                "code": code,
                "requests": 2,
                "helped": 1,
                "days_wanted": 9,
                "days_met": 5,
                "share": 0.5,
                "floor": None,
            }
            for code in ("Y1", "Y2")
        ],
    },
    "bottlenecks": {"days_deliverable": 12, "starved": [THIN]},
    "reasons_out": [],
}


@dataclass
class Desk:
    """A run with a plain match in the north (T1), a flagged one in the south (T3), another plain one (T1)."""

    database: Database
    round_id: UUID
    run_id: UUID
    matches: dict[str, UUID]
    requests: dict[str, UUID]
    partners: dict[str, UUID]
    organisations: dict[str, UUID]
    sign_in: Callable[..., Person]
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def policy_id(self) -> UUID:
        """The policy of the round."""
        with self.database.unit(writing=False) as unit:
            return unit.session.get_one(Round, self.round_id).policy_id

    @property
    def run(self) -> str:
        """The address of the run's page."""
        return f"/national/runs/{self.run_id}"

    @property
    def round(self) -> str:
        """The address of the round's page."""
        return f"/national/rounds/{self.round_id}"

    def match(self, reference: str = "R-1") -> str:
        """The address of the match of a request."""
        return f"/national/matches/{self.matches[reference]}"

    def who(self, role: Role, which: str = "", **scope: Any) -> Person:
        """Somebody signed in with this role, the same one for the same ``which``."""
        key = f"{role}{which}"
        if key not in self.people:
            self.people[key] = self.sign_in(role, **scope)
        return self.people[key]

    @property
    def reviewer(self) -> Person:
        """The first reviewer."""
        return self.who(Role.NATIONAL_REVIEWER)

    @property
    def second_reviewer(self) -> Person:
        """Another reviewer."""
        return self.who(Role.NATIONAL_REVIEWER, "second")

    @property
    def admin(self) -> Person:
        """The first administrator."""
        return self.who(Role.NATIONAL_ADMIN)

    @property
    def second_admin(self) -> Person:
        """Another administrator."""
        return self.who(Role.NATIONAL_ADMIN, "second")

    def decide(self, reference: str, kind: str, by: Person | None = None, **fields: str) -> None:
        """Decide by the page, as the first reviewer unless told."""
        given = {"kind": kind, "reason": "Looked at", **fields}
        visit = (by or self.reviewer).submit(self.match(reference), given, form=DECIDE)
        assert visit.status == 303, visit.text

    def decisions(self) -> list[tuple[str, str]]:
        """Kind and reason of all decisions, oldest first."""
        with self.database.unit(writing=False) as unit:
            rows = unit.session.query(Decision).order_by(Decision.decided_at, Decision.id)
            return [(row.kind.value, row.reason) for row in rows]


DECIDE = 'form:has([name="kind"])'


@pytest.fixture
def desk(database: Database, signed_in: Callable[..., Person]) -> Desk:
    """The run, committed."""
    with database.unit(writing=True, request_id="desk") as unit:
        return _desk(unit, database, signed_in)


def _desk(unit: UnitOfWork, database: Database, signed_in: Callable[..., Person]) -> Desk:
    bodies = add_network(unit.session)
    add_taxonomy(unit.session)
    round_ = open_round(unit)
    north, south = (
        person(unit.session, Role.TRUST_LEAD, organisation_id=bodies[code].id) for code in ("T1", "T3")
    )
    requests = {
        "R-1": submitted(unit, north, reference="R-1", title="=HYPERLINK(1)"),
        "R-2": submitted(unit, south, reference="R-2"),
        "R-3": submitted(unit, north, reference="R-3", rank=2, severity=1),
    }
    partners = {name: active_partner(unit, bodies["T2"], name) for name in ("P-1", "P-2", "P-3", "P-4")}
    round_.state = RoundState.IN_REVIEW
    run = _finished_run(unit, round_)
    matches = {
        "R-1": _match(run, partners["P-1"], requests["R-1"]),
        "R-2": _match(run, partners["P-2"], requests["R-2"], flags=FLAGS),
        "R-3": _match(run, partners["P-3"], requests["R-3"]),
    }
    unit.session.add_all(matches.values())
    unit.session.add(_unmet(run.id, requests["R-2"].id))
    unit.flush()
    ids = [{name: row.id for name, row in rows.items()} for rows in (matches, requests, partners, bodies)]
    return Desk(database, round_.id, run.id, *ids, signed_in)


def _finished_run(unit: UnitOfWork, round_: Round) -> Run:
    run = Run(
        round_id=round_.id,
        number=1,
        policy_id=round_.policy_id,
        state=RunState.FINISHED,
        is_current=True,
        queued_at=unit.now,
        finished_at=unit.now,
        certificate_passed=True,
        solver_status="optimal",
        levels=LEVELS,
        summary={"days": 9, "seconds": 0.1},
    )
    unit.session.add(run)
    unit.flush()
    run_documents.add(unit.session, run.id, DocumentKind.EVIDENCE, json.dumps(EVIDENCE).encode())
    run_documents.add(unit.session, run.id, DocumentKind.INSTANCE, b"{}")
    return run


def _match(
    run: Run, partner: Partner, request: SupportRequest, *, flags: list[str] | None = None
) -> ProposedMatch:
    others = [
        {
            "partner": name,
            "fit": 0.5,
            "rank": rank,
            "standing": "room_left",
            "days_possible": 9,
            "holdings": [],
        }
        for rank, name in enumerate(("P-4", "P-9"), start=2)
    ]
    return ProposedMatch(
        run_id=run.id,
        partner_id=partner.id,
        request_id=request.id,
        days=3,
        fit=0.65,
        distance_km=42.0,
        covers=[],
        flags=flags or [],
        flag_count=len(flags or []),
        months=[MatchMonth(month="2027-01", days=2), MatchMonth(month="2027-02", days=1)],
        evidence={
            "fit": 0.65,
            "rank": 1,
            "candidates": 3,
            "covers": [],
            "distance_km": 42.0,
            "score": {"parts": [], "skills": []},
            "alternatives": others,
            "displaced": [
                {"request": name, "days_short": 2, "fit": 0.5, "worth_per_day": 1.3}
                for name in ("R-2", "R-3")
            ],
            "worth_per_day": 2.5,
            "contribution": [{"level": name, "loss": loss} for name, loss in ADDS.items()],
        },
    )


def _unmet(run_id: UUID, request_id: UUID) -> UnmetRequest:
    return UnmetRequest(
        run_id=run_id,
        request_id=request_id,
        days_short=3,
        reason="no_capacity_left",
        evidence={
            "changes": [{"changes": ["longer_window"], "days": 2, "partners": ["P-4"], "window": [1, 2]}],
            "best_candidates": [
                {
                    "partner": "P-1",
                    "fit": 0.6,
                    "worth_per_day": 2.0,
                    "standing": "concurrency_reached",
                    "holdings": [{"request": "R-1", "days": 3, "worth_per_day": 2.5}],
                }
            ],
        },
    )


@pytest.fixture
def crowd(desk: Desk) -> Desk:
    """The same desk with many of everything: rounds, runs, partners, requests, matches, unmet requests."""
    with desk.database.unit(writing=True, request_id="crowd") as unit:
        _add_crowd(unit, desk)
    return desk


def _add_crowd(unit: UnitOfWork, desk: Desk) -> None:
    session = unit.session
    round_, run = session.get_one(Round, desk.round_id), session.get_one(Run, desk.run_id)
    request = session.get_one(SupportRequest, desk.requests["R-2"])
    partner = session.get_one(Partner, desk.partners["P-2"])
    match = session.get_one(ProposedMatch, desk.matches["R-2"])
    trust = session.get_one(Organisation, desk.organisations["T3"])
    months = [(each.month, each.days) for each in match.months]
    for number in range(2, 42):
        body = copy_of(trust, code=f"X{number}", name=f"Trust {number}")
        session.add_all([body, copy_of(round_, number=number, state=RoundState.ENDED)])
        session.add(copy_of(run, number=number, is_current=False))
        session.flush()
        asked = copy_of(request, reference=f"X-{number}", requester_id=body.id, beneficiary_id=body.id)
        able = copy_of(partner, reference=f"XP-{number}", organisation_id=body.id)
        session.add_all([asked, able])
        session.flush()
        held = [MatchMonth(month=month, days=days) for month, days in months]
        session.add(copy_of(match, partner_id=able.id, request_id=asked.id, months=held))
        session.add(_unmet(run.id, asked.id))


def copy_of(row: Any, **changes: Any) -> Any:
    """A new row with the same values, but for those that identify it."""
    left_out = {"id", "version", "created_at", "updated_at"}
    keys = {each.key for each in type(row).__mapper__.column_attrs} - left_out
    return type(row)(**{**{key: getattr(row, key) for key in keys}, **changes})
