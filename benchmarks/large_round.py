"""A large round with a stored run, written set by set: what the times of pages are taken on.

No solver is asked: each request is given days that its partners have, so that every rule of the tables holds. The
reasons, the other candidates and the displaced requests of each match are as many as a real run keeps.
"""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks.stored_evidence import MONTHS, findings, match_evidence
from seeds.loaders import load_reference
from webapp.authority.roles import Role
from webapp.services import policies
from webapp.services.run_documents import add as add_document
from webapp.store.accounts import Membership, User
from webapp.store.capacity import CapacityMonth
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind
from webapp.store.partners import Partner, PartnerKind, PartnerSkill, PartnerState, Release, ReleaseState
from webapp.store.policies import Policy, PolicyState
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.sign_ins import SignIn, token_hash
from webapp.store.support_requests import MOST_OPEN, RequestedSkill, RequestState, Shape, SupportRequest
from webapp.store.taxonomy import NodeKind, TaxonomyNode
from webapp.store.unit_of_work import Database, UnitOfWork

FLAGS = ("low_fit", "same_icb", "release_missing", "mandated_programme", "former_employer")
TOKEN = "a-sign-in-for-the-benchmark-only"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Large:
    """What the pages are asked for."""

    round_id: uuid.UUID
    run_id: uuid.UUID
    match_id: uuid.UUID
    request_id: uuid.UUID
    unmet_id: uuid.UUID
    other_run_id: uuid.UUID
    matches: int


def make(database: Database, *, requests: int, partners: int, seed: int = 0) -> Large:
    """Fill an empty, migrated database; the same seed gives the same numbers."""
    with database.unit(writing=True, request_id="large-round") as unit:
        load_reference(unit)
        return Maker(unit, random.Random(seed)).fill(requests, partners)  # no secret


class Maker:
    """Writes the rows of a round, set by set."""

    def __init__(self, unit: UnitOfWork, chance: random.Random) -> None:
        self.unit, self.session, self.chance = unit, unit.session, chance
        self.ids: dict[str, list[uuid.UUID]] = {}
        self.stamped = {"created_at": unit.now, "updated_at": unit.now}
        self.trusts = list(
            self.session.scalars(
                select(Organisation)
                .where(Organisation.kind == OrganisationKind.TRUST, Organisation.close_date.is_(None))
                .order_by(Organisation.code)
            )
        )
        nodes = list(self.session.scalars(select(TaxonomyNode).order_by(TaxonomyNode.code)))
        self.skills = [node.code for node in nodes if node.kind is NodeKind.SKILL]
        self.topics = [(node.parent_code, node.code) for node in nodes if node.kind is NodeKind.TOPIC]

    def fill(self, requests: int, partners: int) -> Large:
        self.add_places(requests)
        self._reviewer()
        round_, run = self._round()
        able = self._partners(partners)
        asked = self._requests(requests, round_)
        given = self._matches(run, able, asked)
        other = self.second_run(run, given)
        short = self.session.scalars(select(UnmetRequest.request_id).order_by(UnmetRequest.id).limit(1)).one()
        first = given[0]
        return Large(round_.id, run.id, first["id"], first["request_id"], short, other.id, len(given))

    def add_places(self, requests: int) -> None:
        """Places beside the trusts, so that each asks for at most three: a rank is for one request only."""
        near = self.trusts[:]
        for number in range(-(-requests // MOST_OPEN) - len(near)):
            self.trusts.append(
                Organisation(
                    id=self.new_id(),
                    code=f"PL-{number:05d}",
                    code_source=CodeSource.OURS,
                    name=f"Place {number:05d}",
                    kind=OrganisationKind.PLACE,
                    region_code=near[number % len(near)].region_code,
                    icb_code=near[number % len(near)].icb_code,
                )
            )
        self.session.add_all(self.trusts)
        self.session.flush()

    def _reviewer(self) -> None:
        now = self.unit.now
        user = User(email="reviewer@example.org", name="Reviewer", password=None)
        self.session.add(user)
        self.session.flush()
        held = Membership(user_id=user.id, role=Role.NATIONAL_REVIEWER)
        self.session.add(held)
        self.session.flush()
        self.session.add(
            SignIn(
                token_hash=token_hash(TOKEN),
                user_id=user.id,
                membership_id=held.id,
                role_epoch=user.role_epoch,
                complete=True,
                created_at=now,
                last_seen_at=now,
                proven_at=now,
            )
        )
        self.user_id = user.id

    def _round(self) -> tuple[Round, Run]:
        other = User(email="admin@example.org", name="Administrator", password=None)
        self.session.add(other)
        self.session.flush()
        self.second_user_id = other.id
        policy = Policy(
            number=1,
            name="Large",
            reason="A benchmark",
            effective_from=date(2026, 1, 1),
            parameters={
                "version": 1,
                "effective_from": "2026-01-01",
                **policies.plain_parameters(self.unit),
            },
            service_rules={},
            state=PolicyState.CONFIRMED,
            proposed_by=self.user_id,
            proposed_at=self.unit.now,
            decided_by=other.id,
            decided_at=self.unit.now,
        )
        self.session.add(policy)
        self.session.flush()
        self.policy_id = policy.id
        return self.another_round(1, RoundState.IN_REVIEW)

    def another_round(self, number: int, state: RoundState) -> tuple[Round, Run]:
        """A round that was solved, with its current run."""
        round_ = Round(
            number=number,
            name=f"Large round {number}",
            state=state,
            opens_on=date(2026, 10, 1),
            closes_on=date(2026, 11, 1),
            first_month=MONTHS[0],
            horizon_months=len(MONTHS),
            policy_id=self.policy_id,
        )
        self.session.add(round_)
        self.session.flush()
        return round_, self._run(round_.id, 1)

    def _run(self, round_id: uuid.UUID, number: int) -> Run:
        run = Run(
            round_id=round_id,
            number=number,
            policy_id=self.policy_id,
            state=RunState.FINISHED,
            is_current=number == 1,
            queued_at=self.unit.now,
            finished_at=self.unit.now,
            certificate_passed=True,
            solver_status="optimal",
            levels=[{"name": "value", "value": 9.0, "bound": 9.0, "gap": 0.0, "seconds": 1.0}],
            summary={"days": 0, "seconds": 1.0},
        )
        self.session.add(run)
        self.session.flush()
        return run

    def second_run(self, run: Run, matches: Rows) -> Run:
        """Another run of the round, with a third of the partners changed; both with their results."""
        other = self._run(run.round_id, 2)
        changed = [
            {**row, "id": self.new_id(), "run_id": other.id, "partner_id": turned["partner_id"]}
            for row, turned in zip(matches, [*matches[::3], *matches, *matches], strict=False)
        ]
        kept = {(row["partner_id"], row["request_id"]): row for row in changed}
        self._write(ProposedMatch, list(kept.values()))
        self._documents(run, matches)
        self._documents(other, list(kept.values()))
        return other

    def _partners(self, number: int) -> Rows:
        chance, rows = self.chance, []
        for each in range(number):
            home = chance.choice(self.trusts)
            rows.append(
                {
                    "id": self.new_id(),
                    "reference": f"P-{each:05d}",
                    "kind": PartnerKind.EXPERT,
                    "state": PartnerState.ACTIVE,
                    "name": f"Partner {each:05d}",
                    "organisation_id": home.id,
                    "region_code": home.region_code,
                    "icb_code": home.icb_code,
                    "interests_confirmed_on": self.unit.now.date(),
                    "max_concurrent": 3,
                    **self.stamped,
                }
            )
        self._write(Partner, rows)
        self._write(
            PartnerSkill,
            [
                {"partner_id": row["id"], "skill_code": code, "level": chance.randint(1, 4), **self.stamped}
                for row in rows
                for code in chance.sample(self.skills, 4)
            ],
        )
        self._write(
            CapacityMonth,
            [
                {"partner_id": row["id"], "month": month, "days": chance.choice((2, 4, 8)), **self.stamped}
                for row in rows
                for month in MONTHS
            ],
        )
        given = {"state": ReleaseState.GIVEN, "asked_on": self.unit.now.date(), **self.stamped}
        self._write(
            Release,
            [{"partner_id": row["id"], "organisation_id": row["organisation_id"], **given} for row in rows],
        )
        return rows

    def _requests(self, number: int, round_: Round, *, only: Organisation | None = None) -> Rows:
        chance, rows = self.chance, []
        states = {RoundState.IN_REVIEW: RequestState.SUBMITTED}
        for each in range(number):
            bodies = [only] if only else self.trusts
            home, (priority, topic) = bodies[each % len(bodies)], chance.choice(self.topics)
            rows.append(
                {
                    "id": self.new_id(),
                    "reference": f"R-{round_.number}-{each:05d}",
                    "state": states.get(round_.state, RequestState.MATCHED),
                    "round_id": round_.id,
                    "requester_id": home.id,
                    "beneficiary_id": home.id,
                    "title": f"Help with a steady problem of the service {each:05d}",
                    "aim": "Patients wait too long. We want to see where, and change how we start. " * 4,
                    "priority_code": priority,
                    "topic_code": topic,
                    "days": chance.choice((4, 8, 12, 24)),
                    "window_first": MONTHS[0],
                    "window_last": MONTHS[-1],
                    "max_team": 2,
                    "delivery": "mixed",
                    "shape": Shape.COACHING,
                    "sponsor_name": "A sponsor",
                    "rank": each // len(bodies) + 1,
                    "severity": chance.randint(1, 4),
                    "submitted_at": self.unit.now,
                    **self.stamped,
                }
            )
        self._write(SupportRequest, rows)
        self._write(
            RequestedSkill,
            [
                {
                    "request_id": row["id"],
                    "skill_code": code,
                    "position": place,
                    "level": 2,
                    "essential": False,
                }
                for row in rows
                for place, code in enumerate(chance.sample(self.skills, 3), start=1)
            ],
        )
        return rows

    def _matches(self, run: Run, partners: Rows, requests: Rows) -> Rows:
        chance, matches, months, unmet = self.chance, [], [], []
        free = iter(chance.sample(partners, len(partners)))
        names = [row["reference"] for row in partners]
        wanted = [row["reference"] for row in requests]
        for row in requests:
            given = 0
            for partner in [next(free, None) for _ in range(chance.choice((0, 1, 2, 2)))]:
                if partner is None or row["days"] - given < 2:
                    continue
                days = {month: 1 for month in chance.sample(MONTHS, min(6, row["days"] - given))}
                given += sum(days.values())
                match = self._match(
                    run, partner, row, days, chance.sample(names, 6), chance.sample(wanted, 5)
                )
                matches.append(match)
                months += [{"match_id": match["id"], "month": month, "days": n} for month, n in days.items()]
            if given < row["days"]:
                unmet.append(self._unmet(run, row, row["days"] - given, chance.sample(names, 5)))
        self._write(ProposedMatch, matches)
        self._write(MatchMonth, months)
        self._write(UnmetRequest, unmet)
        return matches

    def _match(
        self, run: Run, partner: dict[str, Any], row: dict[str, Any], days: dict[str, int], *near: list[str]
    ) -> dict[str, Any]:
        chance, (names, wanted) = self.chance, near
        fit = round(chance.uniform(0.2, 1.0), 4)
        flags = chance.sample(FLAGS, chance.choice((0, 0, 0, 1, 1, 2)))
        skills = chance.sample(self.skills, 3)
        return {
            "id": self.new_id(),
            "run_id": run.id,
            "partner_id": partner["id"],
            "request_id": row["id"],
            "days": sum(days.values()),
            "fit": fit,
            "distance_km": 40.0,
            "covers": skills[:2],
            "flags": flags,
            "flag_count": len(flags),
            "is_close": chance.random() < 0.2,
            "is_locked": False,
            "evidence": match_evidence(fit, skills, days, names, wanted),
        }

    def _unmet(self, run: Run, row: dict[str, Any], short: int, names: list[str]) -> dict[str, Any]:
        near = [{"partner": name, "fit": 0.5, "standing": "concurrency_reached"} for name in names]
        evidence = {"best_candidates": near, "candidates": 40, "changes": [{"changes": ["longer_window"]}]}
        return {
            "id": self.new_id(),
            "run_id": run.id,
            "request_id": row["id"],
            "days_short": short,
            "reason": "outranked",
            "evidence": evidence,
        }

    def _documents(self, run: Run, matches: Rows) -> None:
        partners = dict(self.session.execute(select(Partner.id, Partner.reference)).all())
        requests = dict(self.session.execute(select(SupportRequest.id, SupportRequest.reference)).all())
        given = [
            {
                "partner": partners[row["partner_id"]],
                "request": requests[row["request_id"]],
                "days": [row["days"]],
            }
            for row in matches
        ]
        short = self.session.scalars(select(UnmetRequest.request_id).where(UnmetRequest.run_id == run.id))
        result = {"engagements": given, "unmet": [{"request": requests[each]} for each in short]}
        regions = sorted({each.region_code for each in self.trusts if each.region_code})
        add_document(self.session, run.id, DocumentKind.INSTANCE, b"{}")
        add_document(self.session, run.id, DocumentKind.EVIDENCE, json.dumps(findings(regions)).encode())
        add_document(self.session, run.id, DocumentKind.RESULT, json.dumps(result).encode())
        self.session.flush()

    def _note(self, **ids: list[uuid.UUID]) -> None:
        """Keep identifiers to ask pages for."""
        self.ids.update(ids)

    def _ids_of(self, column: Any, condition: Any, most: int = 3) -> list[uuid.UUID]:
        return list(self.session.scalars(select(column).where(condition).order_by(column).limit(most)))

    def new_id(self) -> uuid.UUID:
        """The next identifier of the seed."""
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)

    def _write(self, table: Any, rows: Rows) -> None:
        for start in range(0, len(rows), 5000):
            _insert(self.session, table, rows[start : start + 5000])


def _insert(session: Session, table: Any, rows: Rows) -> None:
    session.execute(insert(table), rows)
