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
from benchmarks.crowd_service import ServiceMaker
from benchmarks.large_round import Rows
from benchmarks.stored_evidence import MONTHS
from seeds.loaders import load_reference
from webapp.authority.roles import Role
from webapp.services.interests import MOST_INTERESTS
from webapp.store.accounts import Membership, User
from webapp.store.comments import ProposalComment
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.partners import Interest, InterestKind, Partner, PartnerKind
from webapp.store.plans import MOST_ACTIONS, ActionState, PlanAction, PlanEvent
from webapp.store.plans import EventKind as PlanEventKind
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.sign_ins import SignIn, token_hash
from webapp.store.support_requests import Exclusion, RequestState, SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork

Ids = dict[str, list[uuid.UUID]]
TOKEN = "a-sign-in-for-the-benchmark-only-{}"
ROLES = tuple(role for role in Role if role is not Role.ANONYMOUS)


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


class _CrowdMaker(EngagementMaker, ServiceMaker):
    def __init__(self, unit: UnitOfWork, chance: random.Random) -> None:
        super().__init__(unit, chance)
        self.home = self.trusts[0]
        self.other_home = self.trusts[1]

    def crowd(self, requests: int, partners: int, most: int) -> Crowd:
        """All of it, each part on those before."""
        self.add_places(requests // 2)
        self._reviewer()
        review, run = self._round()
        able = self._partners(partners)
        self.busy = able[0]
        self._busy_partner(able, most)
        self.team = self._team(able[0])
        asked = self._requests(requests // 2, review)
        matches = self._matches(run, able, asked)
        other = self.second_run(run, matches)
        done, offers = self._published(requests - requests // 2, able, most)
        self._engagements(offers, most)
        self._review_rows(review, run, matches, most)
        self._drafts(most)
        self._plan(most)
        self._service_rows(review, most)
        self._people(most)
        mine = [row["id"] for row in asked if row["requester_id"] == self.home.id]
        short = self._ids_of(UnmetRequest.request_id, UnmetRequest.run_id == run.id)
        self._note(
            round_id=[review.id, done.id],
            run_id=[run.id, *self._ids_of(Run.id, Run.round_id == done.id)],
            first=[run.id],
            second=[other.id],
            match_id=[matches[0]["id"]],
            request_id=[*mine, *self.ids["request_id"], *short],
            partner_id=[self.busy["id"], able[1]["id"], *(row["id"] for row in able[-3:])],
            policy_id=[self.policy_id],
            organisation_id=[self.other_home.id],
        )
        self.session.flush()
        return Crowd(self.ids, {"code": [self.topics[0][0], self.skills[0]], "number": [1]})

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
        self._write(
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
        self._note(interest_id=self._ids_of(Interest.id, Interest.partner_id == self.busy["id"]))

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
        self._write(Partner, [row])
        return row

    def _published(self, requests: int, able: Rows, most: int) -> tuple[Round, Rows]:
        """A published round, and ended ones in which the busy trust and the busy partner met again and again."""
        done, run = self.another_round(2, RoundState.PUBLISHED)
        asked = self._requests(requests, done)
        matches = self._matches(run, able, asked)
        publication = self._publication(done, run)
        offers = [self._offer(publication, match, number) for number, match in enumerate(matches)]
        for number in range(3, 3 + -(-most // 3)):
            past, its = self.another_round(number, RoundState.ENDED)
            again = self._requests(3, past, only=self.home)
            pairs = [
                self._match(its, partner, row, {MONTHS[0]: 2}, ["P-1"], ["R-1"])
                for partner in (self.busy, self.team)
                for row in again
            ]
            self._write(ProposedMatch, pairs)
            self._write(
                MatchMonth, [{"match_id": each["id"], "month": MONTHS[0], "days": 2} for each in pairs]
            )
            put = self._publication(past, its)
            kept = [self._offer(put, match, number) for match in pairs]
            offers = [*kept, *offers]
            self.ids["request_id"] = [*self.ids.get("request_id", []), *(row["id"] for row in again)][:9]
        self._write(Offer, offers)
        self._note(offer_id=[row["id"] for row in offers[:6]])
        return done, offers

    def _publication(self, round_: Round, run: Run) -> Publication:
        row = Publication(
            round_id=round_.id,
            run_id=run.id,
            state=PublicationState.CONFIRMED,
            proposed_by=self.user_id,
            proposed_at=self.unit.now,
            decided_by=self.second_user_id,
            decided_at=self.unit.now,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def _offer(self, publication: Publication, match: Mapping[str, Any], number: int) -> dict[str, Any]:
        states = (OfferState.OFFERED, OfferState.ACCEPTED, OfferState.ACCEPTED, OfferState.DECLINED)
        state, today = states[number % 4], self.unit.now.date()
        return {
            "id": self.new_id(),
            "publication_id": publication.id,
            "match_id": match["id"],
            "partner_id": match["partner_id"],
            "request_id": match["request_id"],
            "state": state,
            "instance_sha256": "0" * 64,
            "offered_on": today,
            "lapses_on": today + timedelta(days=7),
            "declined_by": Side.PARTNER if state is OfferState.DECLINED else None,
            "decline_reason": "no_time" if state is OfferState.DECLINED else "",
            **self.stamped,
        }

    def _review_rows(self, review: Round, run: Run, matches: Rows, most: int) -> None:
        kinds = (DecisionKind.APPROVE, DecisionKind.REJECT, DecisionKind.HOLD)
        pair = [
            {"round_id": review.id, "request_id": m["request_id"], "partner_id": m["partner_id"]}
            for m in matches
        ]
        self._write(
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
        self._write(
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
                **self.stamped,
            }
            for number in range(most)
        ]
        self._write(SupportRequest, drafts)
        left_out = self._ids_of(Partner.id, Partner.state == "active", most)
        self._write(
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
        self._write(PlanAction, actions)
        self._write(
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
        self._note(action_id=[actions[0]["id"]])

    def _people(self, most: int) -> None:
        """Somebody signed in for each role, and as many colleagues of theirs as a page has no room for."""
        scopes: dict[Role, dict[str, Any]] = {
            Role.TRUST_MEMBER: {"organisation_id": self.home.id},
            Role.TRUST_LEAD: {"organisation_id": self.home.id},
            Role.PARTNER_EXPERT: {"partner_id": self.busy["id"]},
            Role.PARTNER_MANAGER: {"organisation_id": self.home.id},
            Role.REGIONAL_READER: {"region_code": self.home.region_code},
        }
        for role in ROLES:
            held = [
                self._person(f"{role.value}-{number}", role, scopes.get(role, {})) for number in range(most)
            ]
            self.ids.setdefault("membership_id", []).append(held[1].id)
            self.ids.setdefault("user_id", []).append(held[1].user_id)
            if role is Role.PARTNER_EXPERT:
                expert = update(Partner).where(Partner.id == self.busy["id"])
                self.session.execute(expert.values(user_id=held[0].user_id))
            self._sign_in(held[0], TOKEN.format(role.value))

    def _person(self, name: str, role: Role, scope: Mapping[str, Any]) -> Membership:
        user = User(id=self.new_id(), email=f"{name}@example.org", name=name, password=None)
        held = Membership(id=self.new_id(), user=user, user_id=user.id, role=role, **scope)
        self.session.add_all((user, held))
        return held

    def _sign_in(self, held: Membership, token: str) -> None:
        self.session.flush()
        now = self.unit.now
        self.session.add(
            SignIn(
                token_hash=token_hash(token),
                user_id=held.user_id,
                membership_id=held.id,
                role_epoch=1,
                complete=True,
                created_at=now,
                last_seen_at=now,
                proven_at=now,
            )
        )
