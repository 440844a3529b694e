"""Who could help and who asks: the places, partners and requests of a large round."""

from __future__ import annotations

import random

from sqlalchemy import select

from benchmarks.row_writer import Rows, RowWriter
from benchmarks.stored_evidence import MONTHS
from webapp.store.capacity import CapacityMonth
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind
from webapp.store.partners import Partner, PartnerKind, PartnerSkill, PartnerState, Release, ReleaseState
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import MOST_OPEN, RequestedSkill, RequestState, Shape, SupportRequest
from webapp.store.taxonomy import NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork


class NetworkMaker(RowWriter):
    """Writes them by chance, on the trusts and the taxonomy of the reference data."""

    def __init__(self, unit: UnitOfWork, chance: random.Random) -> None:
        super().__init__(unit, chance)
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

    def add_partners(self, number: int) -> Rows:
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
        self.write(Partner, rows)
        self.write(
            PartnerSkill,
            [
                {"partner_id": row["id"], "skill_code": code, "level": chance.randint(1, 4), **self.stamped}
                for row in rows
                for code in chance.sample(self.skills, 4)
            ],
        )
        self.write(
            CapacityMonth,
            [
                {"partner_id": row["id"], "month": month, "days": chance.choice((2, 4, 8)), **self.stamped}
                for row in rows
                for month in MONTHS
            ],
        )
        given = {"state": ReleaseState.GIVEN, "asked_on": self.unit.now.date(), **self.stamped}
        self.write(
            Release,
            [{"partner_id": row["id"], "organisation_id": row["organisation_id"], **given} for row in rows],
        )
        return rows

    def add_requests(self, number: int, round_: Round, *, only: Organisation | None = None) -> Rows:
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
        self.write(SupportRequest, rows)
        self.write(
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
