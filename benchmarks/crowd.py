"""A crowd: a large round under review, one published before it, and one of everything with far more rows than a page.

Every role has somebody whose lists are long: a trust with hundreds of requests, experts and members, a partner with as
many offers and engagements, a plan at its limit, thousands of messages and of audit rows. No solver is asked.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from benchmarks.crowd_engagements import EngagementMaker
from benchmarks.crowd_links import TOKENS, LinkMaker
from benchmarks.crowd_people import PeopleMaker
from benchmarks.crowd_publications import PublicationMaker
from benchmarks.crowd_questions import QuestionMaker
from benchmarks.crowd_service import ServiceMaker
from benchmarks.row_writer import Rows
from seeds.loaders import load_reference
from webapp.services.interests import MOST_INTERESTS
from webapp.store.adoptions import Adoption, AdoptionState
from webapp.store.comments import ProposalComment
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import UnmetRequest
from webapp.store.partners import Interest, InterestKind, Partner, PartnerKind
from webapp.store.plans import MOST_ACTIONS, ActionState, PlanAction, PlanEvent
from webapp.store.plans import EventKind as PlanEventKind
from webapp.store.rounds import Round
from webapp.store.runs import Run
from webapp.store.support_requests import Exclusion, RequestState, Shape, SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork

Ids = dict[str, list[uuid.UUID]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Identifiers to ask pages for, by the name of a route's parameter: the busiest first."""

    ids: Ids = field(default_factory=dict)
    words: dict[str, list[object]] = field(default_factory=dict)


def make(database: Database, *, requests: int, partners: int, most: int, seed: int = 0) -> Crowd:
    """Fill an empty, migrated database; ``most`` is how long the lists of one person or body become."""
    with database.unit(writing=True, request_id="crowd") as unit:
        load_reference(unit)
        maker = _CrowdMaker(unit, random.Random(seed))  # no secret
        return maker.crowd(requests, partners, most)


class _CrowdMaker(EngagementMaker, PublicationMaker, PeopleMaker, LinkMaker, QuestionMaker, ServiceMaker):
    def __init__(self, unit: UnitOfWork, chance: random.Random) -> None:
        super().__init__(unit, chance)
        self.home = self.trusts[0]
        self.other_home = self.trusts[1]

    def crowd(self, requests: int, partners: int, most: int) -> Crowd:
        """All of it, each part on those before."""
        self.add_places(requests // 2)
        self.add_reviewer()
        review, run = self.first_round()
        able = self.add_partners(partners)
        self.busy = able[0]
        self._busy_partner(able, most)
        self.team = self._team(able[0])
        asked = self.add_requests(requests // 2, review)
        matches = self.add_matches(run, able, asked)
        other = self.second_run(run, matches)
        done, offers = self.add_publications(requests - requests // 2, able, most)
        self.add_engagements(offers, most)
        self._review_rows(review, run, matches, most)
        self._drafts(most)
        self._plan(most)
        self.add_service_rows(review, most)
        self.add_people(most)
        self.add_links()
        self.add_questions(run, matches, able[1], asked)
        self.add_check(review, asked)
        mine = [row["id"] for row in asked if row["requester_id"] == self.home.id]
        short = self.ids_of(UnmetRequest.request_id, UnmetRequest.run_id == run.id)
        self.note(
            round_id=[review.id, done.id],
            run_id=[
                run.id,
                *self.ids_of(Run.id, Run.round_id == done.id),
                *self.ids_of(Adoption.run_id, Adoption.state == AdoptionState.PROPOSED),
            ],
            first=[run.id],
            second=[other.id],
            match_id=[matches[0]["id"]],
            request_id=[*mine, *self.ids["request_id"], *short],
            partner_id=[self.busy["id"], able[1]["id"], *(row["id"] for row in able[-3:])],
            policy_id=[self.policy_id],
            organisation_id=[self.other_home.id],
        )
        self.session.flush()
        words = {"code": [self.topics[0][0], self.skills[0]], "number": [1], "token": TOKENS}
        return Crowd(self.ids, words)

    # ------------------------------------------------------------------------------- what is long for one

    def _busy_partner(self, able: Rows, most: int) -> None:
        """The first partner belongs to another trust than the busy one, as do enough experts to the busy one."""
        away = {"organisation_id": self.other_home.id, "region_code": self.other_home.region_code}
        self.session.execute(update(Partner).where(Partner.id == self.busy["id"]).values(**away))
        ours = [row["id"] for row in able[-min(most, len(able) // 3) :]]
        self.session.execute(
            update(Partner)
            .where(Partner.id.in_(ours))
            .values(organisation_id=self.home.id, region_code=self.home.region_code)
        )
        today = self.unit.now.date()
        self.write(
            Interest,
            [
                {
                    "id": self.new_id(),
                    "partner_id": self.busy["id"],
                    "organisation_id": body.id,
                    "kind": InterestKind.FINANCIAL,
                    "declared_on": today,
                    "confirmed_on": today,
                    **self.stamped,
                }
                for body in self.trusts[2 : min(most, MOST_INTERESTS) + 2]
            ],
        )
        self.note(interest_id=self.ids_of(Interest.id, Interest.partner_id == self.busy["id"]))

    def _team(self, like: Mapping[str, Any]) -> dict[str, Any]:
        """The team of the busy trust, so that its managers have one to look after."""
        kept = {name: like[name] for name in ("state", "interests_confirmed_on", "max_concurrent")}
        row = {
            "id": self.new_id(),
            "reference": "P-TEAM",
            "kind": PartnerKind.SUPPORT_ORGANISATION,
            "name": "A team",
            "organisation_id": self.home.id,
            "region_code": self.home.region_code,
            **kept,
            **self.stamped,
        }
        self.write(Partner, [row])
        return row

    def _review_rows(self, review: Round, run: Run, matches: Rows, most: int) -> None:
        kinds = (DecisionKind.APPROVE, DecisionKind.REJECT, DecisionKind.HOLD)
        pair = [
            {"round_id": review.id, "request_id": m["request_id"], "partner_id": m["partner_id"]}
            for m in matches
        ]
        self.write(
            Decision,
            [
                {
                    "id": self.new_id(),
                    **key,
                    "run_id": run.id,
                    "match_id": match["id"],
                    "kind": kinds[number % 3],
                    "reason": "Fits what the trust asked for",
                    "decided_by": self.user_id,
                    "decided_at": self.unit.now,
                }
                for number, (key, match) in enumerate(zip(pair, matches, strict=True))
                if number % 2
            ],
        )
        self.write(
            ProposalComment,
            [
                {
                    "id": self.new_id(),
                    **pair[0 if number < most else number % len(pair)],
                    "region_code": self.home.region_code,
                    "author_id": self.user_id,
                    "words": "We know both of them well and would say yes.",
                    "made_at": self.unit.now,
                }
                for number in range(2 * most)
            ],
        )

    def _drafts(self, most: int) -> None:
        """The busy trust's drafts, the first with as many partners that it cannot work with."""
        drafts = [
            {
                "id": self.new_id(),
                "reference": f"D-{number:05d}",
                "state": RequestState.DRAFT,
                "requester_id": self.home.id,
                "beneficiary_id": self.home.id,
                "title": f"A draft {number}",
                "priority_code": self.topics[0][0],
                "shape": Shape.COACHING,
                **self.stamped,
            }
            for number in range(most)
        ]
        self.write(SupportRequest, drafts)
        left_out = self.ids_of(Partner.id, Partner.state == "active", most)
        self.write(
            Exclusion,
            [
                {"id": self.new_id(), "request_id": drafts[0]["id"], "partner_id": each, **self.stamped}
                for each in left_out
            ],
        )
        self.ids["request_id"] = [drafts[0]["id"], *self.ids["request_id"]]

    def _plan(self, most: int) -> None:
        """The busy trust's plan at its limit, its first action changed again and again."""
        actions = [
            {
                "id": self.new_id(),
                "organisation_id": self.home.id,
                "title": f"Look at what keeps patients waiting {number}",
                "owner": "An owner",
                "due_on": self.unit.now.date() + timedelta(days=number),
                "state": list(ActionState)[number % 4],
                **self.stamped,
            }
            for number in range(min(MOST_ACTIONS, 2 * most))
        ]
        self.write(PlanAction, actions)
        self.write(
            PlanEvent,
            [
                {
                    "id": self.new_id(),
                    "action_id": actions[0]["id"],
                    "number": number,
                    "at": self.unit.now,
                    "actor_id": self.user_id,
                    "kind": PlanEventKind.CHANGED,
                    "before": {"title": "Look"},
                    "after": {"title": "See"},
                }
                for number in range(1, most + 1)
            ],
        )
        self.note(action_id=[actions[0]["id"]])
