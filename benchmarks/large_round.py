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

from sqlalchemy import select

from benchmarks.network import NetworkMaker
from benchmarks.row_writer import Rows
from benchmarks.signed_in import add_sign_in
from benchmarks.stored_evidence import MONTHS, findings, match_evidence
from seeds.loaders import load_reference
from webapp.authority.roles import Role
from webapp.services import policies
from webapp.services.run_documents import add as add_document
from webapp.store.accounts import Membership, User
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.partners import Partner
from webapp.store.policies import Policy, PolicyState
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import Database

FLAGS = ("low_fit", "same_icb", "release_missing", "mandated_programme", "former_employer")
TOKEN = "a-sign-in-for-the-benchmark-only"


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


class Maker(NetworkMaker):
    """Writes a round with a stored run over the network."""

    def fill(self, requests: int, partners: int) -> Large:
        self.add_places(requests)
        self.add_reviewer()
        round_, run = self.first_round()
        able = self.add_partners(partners)
        asked = self.add_requests(requests, round_)
        given = self.add_matches(run, able, asked)
        other = self.second_run(run, given)
        short = self.session.scalars(select(UnmetRequest.request_id).order_by(UnmetRequest.id).limit(1)).one()
        first = given[0]
        return Large(round_.id, run.id, first["id"], first["request_id"], short, other.id, len(given))

    def add_reviewer(self) -> None:
        user = User(email="reviewer@example.org", name="Reviewer", password=None)
        self.session.add(user)
        self.session.flush()
        held = Membership(user_id=user.id, role=Role.NATIONAL_REVIEWER)
        self.session.add(held)
        add_sign_in(self.unit, held, TOKEN)
        self.user_id = user.id

    def first_round(self) -> tuple[Round, Run]:
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
        self.write(ProposedMatch, list(kept.values()))
        self._documents(run, matches)
        self._documents(other, list(kept.values()))
        return other

    def add_matches(self, run: Run, partners: Rows, requests: Rows) -> Rows:
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
                match = self.match_row(
                    run, partner, row, days, chance.sample(names, 6), chance.sample(wanted, 5)
                )
                matches.append(match)
                months += [{"match_id": match["id"], "month": month, "days": n} for month, n in days.items()]
            if given < row["days"]:
                unmet.append(self._unmet(run, row, row["days"] - given, chance.sample(names, 5)))
        self.write(ProposedMatch, matches)
        self.write(MatchMonth, months)
        self.write(UnmetRequest, unmet)
        return matches

    def match_row(
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
