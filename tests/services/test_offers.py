"""Answering an offer: either order, once, in time, without a conflict; a no frees the days at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from tests.factories.engagements import Pair, accepted, offered
from tests.factories.offers import DAYS, promised
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import interests, offers, partners, suggestions, support_requests
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.interests import InterestDeclared
from webapp.services.offers import Refusal
from webapp.store.audit import AuditEntry
from webapp.store.engagements import Engagement, EngagementState
from webapp.store.offers import OfferState, Side
from webapp.store.outbox import OutboxMessage
from webapp.store.partners import InterestKind, PartnerState
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
CROSSED = [("sqlite", "expert"), ("postgresql", "lead")]
WRONG = (
    ({"reason": "found_help"}, "reason"),
    ({"reason": ""}, "reason"),
    ({"reason": "other"}, "words"),
    ({"words": "NHS number 943 476 5919"}, "words"),
    ({"words": "x" * 1001}, "words"),
    ({"colleague": "a\u202eb"}, "colleague"),
)
EDGES = (
    ("2026-11-09", "2026-11-09T23:59:59Z", "2026-11-10T00:00:00Z"),
    ("2026-03-28", "2026-03-28T23:59:59Z", "2026-03-29T00:00:00Z"),
    ("2026-03-29", "2026-03-29T22:59:59Z", "2026-03-29T23:00:00Z"),
    ("2026-10-24", "2026-10-24T22:59:59Z", "2026-10-24T23:00:00Z"),
    ("2026-10-25", "2026-10-25T23:59:59Z", "2026-10-26T00:00:00Z"),
)
"""The last day, the last second in time and the first one over, in UTC: winter time, and both changes of 2026."""


@pytest.fixture
def pair(unit: UnitOfWork, country: Country) -> Pair:
    return offered(unit, country.organisations["T3"], country.lead)


def kinds(unit: UnitOfWork) -> list[str]:
    """The messages, but for the receipt of the request itself."""
    receipt = "request.submitted"
    return sorted(unit.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind != receipt)))


def yes(unit: UnitOfWork, actor, pair: Pair, version: int | None = None):
    return offers.accept(
        unit, actor=actor, offer_id=pair.offer.id, expected_version=version or pair.offer.version
    )


def no(unit: UnitOfWork, actor, pair: Pair, **answer: str):
    return offers.decline(
        unit,
        actor=actor,
        offer_id=pair.offer.id,
        answer=Refusal(**{"reason": "conflict", **answer}),
        expected_version=pair.offer.version,
    )


class TestAccepting:
    @pytest.mark.parametrize(("engine_name", "first"), CROSSED, indirect=["engine_name"])
    def test_both_say_yes_in_either_order(self, unit: UnitOfWork, pair: Pair, first: str) -> None:
        order = [pair.expert, pair.lead] if first == "expert" else [pair.lead, pair.expert]
        waiting = OfferState.PARTNER_ACCEPTED if first == "expert" else OfferState.REQUESTER_ACCEPTED
        assert yes(unit, order[0], pair).state is waiting
        assert yes(unit, order[1], pair).state is OfferState.ACCEPTED
        made = unit.session.scalars(select(Engagement)).one()
        assert (made.state, made.days_by_month) == (EngagementState.DRAFTED, DAYS)
        assert (made.aim, made.requester_lead) == (pair.offer.request.aim, "A Lead")
        assert made.partner_email.endswith("@example.org")
        assert promised(unit, pair.partner) == DAYS
        other = "requester" if first == "expert" else "partner"
        assert kinds(unit) == ["engagement.made"] * 2 + [f"offer.other_side_accepted.{other}"]

    def test_a_second_answer_and_an_old_page_change_nothing(self, unit: UnitOfWork, pair: Pair) -> None:
        version = pair.offer.version
        yes(unit, pair.expert, pair)
        with pytest.raises(NotAllowedNow, match="already"):
            yes(unit, pair.expert, pair, version)
        with pytest.raises(NotAllowedNow, match="already"):
            no(unit, pair.expert, pair)
        with pytest.raises(StaleVersion):
            yes(unit, pair.lead, pair, version)
        unit.commit()
        query = select(func.count()).where(AuditEntry.action == "offer.answer")
        assert unit.session.scalar(query) == 1

    @ONE_ENGINE
    def test_it_is_nobody_elses_to_answer(self, unit: UnitOfWork, pair: Pair, country: Country) -> None:
        stranger = replace(pair.expert, partner_id=country.round.id)
        for actor in (country.other_lead, country.member, country.reviewer, stranger):
            with pytest.raises(AccessDenied):
                yes(unit, actor, pair)
        with pytest.raises(NotFound):
            offers.accept(unit, actor=pair.lead, offer_id=country.round.id, expected_version=1)

    @ONE_ENGINE
    def test_the_organisation_that_asked_answers_not_the_one_that_is_helped(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        pair.offer.request.beneficiary_id = country.organisations["T2"].id
        unit.flush()
        with pytest.raises(AccessDenied):
            yes(unit, country.other_lead, pair)


class TestConflicts:
    """RELIABILITY.md, I2: asked again at the last moment, also for what was declared after the solve."""

    def test_a_declared_conflict_withdraws_the_offer(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        declare(unit, pair, country)
        assert (pair.offer.state, pair.offer.decline_reason) == (OfferState.WITHDRAWN, "conflict_found")
        assert promised(unit, pair.partner) == {}
        assert pair.offer.request.state is RequestState.UNMATCHED
        assert kinds(unit) == ["offer.withdrawn.partner", "offer.withdrawn.requester"]
        with pytest.raises(NotAllowedNow):
            yes(unit, pair.expert, pair)

    @ONE_ENGINE
    def test_one_declared_after_both_accepted_ends_the_engagement(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        row = accepted(unit, pair)
        declare(unit, pair, country)
        assert (row.state, row.end_reason) == (EngagementState.ENDED_EARLY, "conflict_found")
        assert promised(unit, pair.partner) == {}

    @ONE_ENGINE
    def test_a_former_employer_withdraws_nothing(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        declare(unit, pair, country, InterestKind.FORMER_EMPLOYMENT, date(2025, 1, 1))
        assert pair.offer.state is OfferState.OFFERED

    @ONE_ENGINE
    def test_what_can_be_mended_is_said_and_waits(self, unit: UnitOfWork, pair: Pair) -> None:
        pair.partner.interests_confirmed_on = date(2025, 10, 1)
        unit.flush()
        row = partners.load(unit, pair.partner.id)
        version = {"expected_version": row.version}
        partners.move(unit, actor=pair.expert, partner_id=row.id, to=PartnerState.PAUSED, **version)
        with pytest.raises(Rejected, match="Take part again") as for_partner:
            yes(unit, pair.expert, pair)
        assert "Confirm your interests" in for_partner.value.problems[1].message
        with pytest.raises(Rejected, match="national team") as for_trust:
            yes(unit, pair.lead, pair)
        assert "interest" not in str(for_trust.value)
        assert pair.offer.state is OfferState.OFFERED


def declare(unit, pair, country, kind=InterestKind.FINANCIAL, left_on=None) -> None:
    body = country.organisations["T1"].id
    interests.declare_interests(
        unit,
        actor=pair.expert,
        partner_id=pair.partner.id,
        interests=[InterestDeclared(body, kind, left_on=left_on)],
        expected_version=partners.load(unit, pair.partner.id).version,
    )


class TestDeclining:
    @pytest.mark.parametrize(("engine_name", "who"), CROSSED, indirect=["engine_name"])
    def test_a_no_frees_the_days_and_tells_the_other(self, unit: UnitOfWork, pair: Pair, who: str) -> None:
        row = no(unit, getattr(pair, who), pair, words="Not this winter")
        side, other = (Side.PARTNER, "requester") if who == "expert" else (Side.REQUESTER, "partner")
        assert (row.state, row.declined_by, row.decline_words) == (
            OfferState.DECLINED,
            side,
            "Not this winter",
        )
        assert promised(unit, pair.partner) == {}
        assert row.request.state is RequestState.UNMATCHED
        assert kinds(unit) == [f"offer.declined.{other}"]

    @ONE_ENGINE
    def test_a_partner_suggests_a_colleague_and_the_national_team_reads_it(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        row = no(unit, pair.expert, pair, reason="no_time", colleague="Asha Patel, Body T3")
        assert row.suggested_colleague == "Asha Patel, Body T3"
        (said,) = suggestions.of_request(unit, actor=country.reviewer, request_id=row.request_id)
        assert (said.colleague, said.by, said.known) == ("Asha Patel, Body T3", pair.partner.name, ())
        pair.partner.name = "Asha Patel"
        unit.flush()
        (said,) = suggestions.of_request(unit, actor=country.reviewer, request_id=row.request_id)
        assert said.known == ((pair.partner.reference, "Asha Patel"),)
        assert suggestions.of_request(unit, actor=country.lead, request_id=row.request_id) == ()

    @ONE_ENGINE
    def test_what_is_wrong_is_said_on_its_field(self, unit: UnitOfWork, pair: Pair) -> None:
        for answer, field in WRONG:
            with pytest.raises(Rejected) as failure:
                no(unit, pair.expert, pair, **answer)
            assert failure.value.problems[0].field == field, answer
        assert promised(unit, pair.partner) == DAYS

    @ONE_ENGINE
    def test_one_of_two_partners_leaves_the_request_matched(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        other = offered(unit, country.organisations["T2"], country.lead, rank=2)
        other.offer.request_id = pair.offer.request_id
        unit.flush()
        no(unit, pair.expert, pair)
        assert pair.offer.request.state is RequestState.MATCHED

    @ONE_ENGINE
    def test_a_withdrawn_request_ends_the_engagement_too(self, unit: UnitOfWork, pair: Pair) -> None:
        row = accepted(unit, pair)
        request = pair.offer.request
        support_requests.withdraw(
            unit, actor=pair.lead, request_id=request.id, reason="", expected_version=request.version
        )
        assert (pair.offer.state, row.state) == (OfferState.WITHDRAWN, EngagementState.ENDED_EARLY)
        assert promised(unit, pair.partner) == {}


class TestLastDay:
    """The last day ends at midnight in London, in summer and winter time."""

    pytestmark = ONE_ENGINE

    def test_a_second_before_it_is_in_time(self, unit: UnitOfWork, pair: Pair) -> None:
        for lapses_on, last, over in EDGES:
            pair.offer.lapses_on = date.fromisoformat(lapses_on)
            pair.offer.offered_on = pair.offer.lapses_on.replace(day=1)
            unit.now = datetime.fromisoformat(over)
            with pytest.raises(NotAllowedNow, match="lapsed at the end of"):
                yes(unit, pair.expert, pair)
            unit.now = datetime.fromisoformat(last)
            assert offers.answerable(unit, actor=pair.expert, offer_id=pair.offer.id)[0] is pair.offer

    def test_a_manager_answers_for_the_team_alone(self, unit: UnitOfWork, pair: Pair) -> None:
        assert pair.partner.organisation_id is not None
        manager = replace(
            pair.expert,
            role=Role.PARTNER_MANAGER,
            partner_id=None,
            organisation_id=pair.partner.organisation_id,
        )
        with pytest.raises(AccessDenied):
            yes(unit, manager, pair)
