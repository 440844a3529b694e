"""Drafting, submitting, editing and withdrawing a support request."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.accounts import person
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted, whole_draft
from tests.services.conftest import Country
from webapp.authority.actor import Actor
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import request_allowance, request_lists, request_triage, rounds, support_requests
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.paging import Paging
from webapp.services.request_lists import RequestFilter, RequestOrder
from webapp.services.request_steps import Aim, Need, Skills, SkillWanted, Step, Urgency
from webapp.store.outbox import OutboxMessage
from webapp.store.rounds import points_spent
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork


def fields(failure: pytest.ExceptionInfo[Rejected]) -> list[str | None]:
    return [problem.field for problem in failure.value.problems]


def refused_fields(unit: UnitOfWork, lead: Actor, step: Step) -> list[str | None]:
    """The fields at which a step of a new draft is refused."""
    row = support_requests.start(unit, actor=lead)
    with pytest.raises(Rejected) as failure:
        support_requests.save_step(
            unit, actor=lead, request_id=row.id, step=step, expected_version=row.version
        )
    return fields(failure)


class TestDraft:
    def test_a_member_may_draft_but_not_submit(self, unit: UnitOfWork, country: Country) -> None:
        row = whole_draft(unit, country.member)
        assert support_requests.gaps(unit, actor=country.member, request_id=row.id) == ()
        with pytest.raises(AccessDenied):
            support_requests.submit(
                unit, actor=country.member, request_id=row.id, expected_version=row.version
            )

    def test_a_draft_says_what_it_lacks(self, unit: UnitOfWork, country: Country) -> None:
        row = support_requests.start(unit, actor=country.lead)
        with pytest.raises(Rejected) as failure:
            support_requests.submit(unit, actor=country.lead, request_id=row.id, expected_version=row.version)
        assert {"title", "days", "skills", "sponsor_name", "severity"} <= set(fields(failure))

    def test_another_organisation_finds_nothing(self, unit: UnitOfWork, country: Country) -> None:
        row = whole_draft(unit, country.lead)
        step = Aim("Theirs", "No")
        with pytest.raises(AccessDenied) as failure:
            support_requests.save_step(
                unit, actor=country.other_lead, request_id=row.id, step=step, expected_version=row.version
            )
        assert failure.value.hidden
        with pytest.raises(AccessDenied):
            request_lists.request_page(unit, actor=country.reviewer, request_id=row.id)

    def test_an_old_version_is_refused(self, unit: UnitOfWork, country: Country) -> None:
        row = support_requests.start(unit, actor=country.lead)
        seen = row.version
        support_requests.save_step(
            unit, actor=country.lead, request_id=row.id, step=Aim("One", "x"), expected_version=seen
        )
        with pytest.raises(StaleVersion):
            support_requests.save_step(
                unit, actor=country.member, request_id=row.id, step=Aim("Two", "x"), expected_version=seen
            )

    @pytest.mark.parametrize(
        "number", ["943 476 5919", "943-476-5919", "9434765919", "943\u2013476\u20135919"]
    )
    def test_an_nhs_number_is_refused(self, unit: UnitOfWork, country: Country, number: str) -> None:
        assert refused_fields(unit, country.lead, Aim(f"As for {number}, who waited", "x")) == ["aim"]

    def test_a_topic_must_belong_to_its_priority(self, unit: UnitOfWork, country: Country) -> None:
        assert refused_fields(unit, country.lead, Need("Title", "UEC", "MEH-FLO")) == ["topic_code"]

    def test_skills_are_of_the_taxonomy(self, unit: UnitOfWork, country: Country) -> None:
        assert refused_fields(unit, country.lead, Skills((SkillWanted("UEC", 2),))) == ["skills"]


class TestSubmit:
    def test_it_takes_place_and_points(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, rank=2, severity=4)
        left = request_allowance.allowance(unit, actor=country.member)
        assert (left.points_left, left.ranks_left) == (2, (1, 3))

    def test_six_points_and_no_more(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, rank=1, severity=4)
        row = whole_draft(unit, country.lead, rank=2, severity=3)
        with pytest.raises(Rejected) as failure:
            support_requests.submit(unit, actor=country.lead, request_id=row.id, expected_version=row.version)
        assert fields(failure) == ["severity"]
        assert row.state is RequestState.DRAFT

    def test_a_place_is_taken_once(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, rank=1, severity=1)
        with pytest.raises(Rejected) as failure:
            submitted(unit, country.lead, rank=1, severity=1)
        assert fields(failure) == ["rank"]

    def test_three_at_most(self, unit: UnitOfWork, country: Country) -> None:
        for rank in (1, 2, 3):
            submitted(unit, country.lead, rank=rank, severity=1)
        with pytest.raises(Rejected) as failure:
            submitted(unit, country.lead, rank=3, severity=1)
        assert fields(failure) == ["rank"]

    def test_a_window_outside_the_horizon(self, unit: UnitOfWork, country: Country) -> None:
        with pytest.raises(Rejected) as failure:
            submitted(unit, country.lead, window_first="2026-12", window_last="2027-02")
        assert fields(failure) == ["window_first"]

    def test_no_open_round(self, unit: UnitOfWork, country: Country) -> None:
        row = whole_draft(unit, country.lead)
        held_in = country.round
        rounds.close(unit, actor=JOB, round_id=held_in.id, expected_version=held_in.version)
        with pytest.raises(NotAllowedNow):
            support_requests.submit(unit, actor=country.lead, request_id=row.id, expected_version=row.version)

    def test_the_beneficiary_hosts_only_so_many(self, unit: UnitOfWork, country: Country) -> None:
        t2, b1 = country.organisations["T2"], country.organisations["B1"].id
        board = person(unit.session, Role.TRUST_LEAD, organisation_id=b1)
        for lead in (board, country.other_lead):
            for rank in (1, 2):
                submitted(unit, lead, rank=rank, severity=1, beneficiary_id=t2.id)
        with pytest.raises(Rejected) as failure:
            submitted(unit, board, rank=3, severity=1, beneficiary_id=t2.id)
        assert fields(failure) == [None]


class TestReceipt:
    def test_the_organisation_is_told_once_for_each_time_it_submits(
        self, unit: UnitOfWork, country: Country
    ) -> None:
        row = submitted(unit, country.lead, reference="R-77")
        row = request_triage.return_for_more(
            unit,
            actor=country.reviewer,
            request_id=row.id,
            reason="Which wards?",
            expected_version=row.version,
        )
        support_requests.submit(unit, actor=country.lead, request_id=row.id, expected_version=row.version)
        query = select(OutboxMessage).where(OutboxMessage.kind == "request.submitted")
        receipts = list(unit.session.scalars(query))
        assert len(receipts) == 2
        assert {receipt.organisation_id for receipt in receipts} == {country.lead.organisation_id}
        assert {receipt.content["reference"] for receipt in receipts} == {"R-77"}
        assert {receipt.content["closes_on"] for receipt in receipts} == {"2026-11-30"}


class TestAfterSubmission:
    def test_a_lead_edits_and_the_budget_follows(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.lead, severity=2)
        support_requests.save_step(
            unit, actor=country.lead, request_id=row.id, step=Urgency(2, 4), expected_version=row.version
        )
        assert points_spent(unit.session, country.round.id, row.requester_id) == 4

    def test_a_member_no_longer_edits(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.lead)
        with pytest.raises(AccessDenied):
            support_requests.save_step(
                unit,
                actor=country.member,
                request_id=row.id,
                step=Urgency(2, 4),
                expected_version=row.version,
            )

    def test_nothing_changes_once_the_round_is_closed(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.lead)
        rounds.close(unit, actor=JOB, round_id=country.round.id, expected_version=country.round.version)
        with pytest.raises(NotAllowedNow):
            support_requests.save_step(
                unit, actor=country.lead, request_id=row.id, step=Urgency(2, 2), expected_version=row.version
            )

    def test_a_withdrawal_frees_place_and_points(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.lead, severity=4)
        support_requests.withdraw(
            unit, actor=country.lead, request_id=row.id, reason="Solved", expected_version=row.version
        )
        left = request_allowance.allowance(unit, actor=country.lead)
        assert (left.points_left, left.ranks_left) == (6, (1, 2, 3))
        with pytest.raises(NotAllowedNow):
            support_requests.withdraw(
                unit, actor=country.lead, request_id=row.id, reason="", expected_version=row.version
            )

    def test_the_national_team_returns_it_for_more(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.lead, severity=3)
        request_triage.return_for_more(
            unit,
            actor=country.reviewer,
            request_id=row.id,
            reason="Which ward?",
            expected_version=row.version,
        )
        assert row.state is RequestState.RETURNED
        support_requests.submit(unit, actor=country.lead, request_id=row.id, expected_version=row.version)
        assert points_spent(unit.session, country.round.id, row.requester_id) == 3


class TestLists:
    def test_each_sees_what_is_theirs(self, unit: UnitOfWork, country: Country) -> None:
        ours = submitted(unit, country.lead)
        draft = support_requests.start(unit, actor=country.lead)
        theirs = submitted(unit, country.other_lead)

        def seen(actor: object) -> set[object]:
            page = request_lists.listing(unit, actor=actor, wanted=RequestFilter(), paging=Paging())
            return {row.id for row in page.rows}

        assert seen(country.member) == {ours.id, draft.id}
        assert seen(country.reviewer) == {ours.id, theirs.id}

    @pytest.mark.parametrize("order", list(RequestOrder))
    def test_filters_and_orders(self, unit: UnitOfWork, country: Country, order: RequestOrder) -> None:
        for number, lead in enumerate((country.lead, country.other_lead), start=1):
            submitted(unit, lead, title=f"100% of {number}", severity=number)
        wanted = RequestFilter(text="100%", region_code="Y1", state=RequestState.SUBMITTED, order=order)
        page = request_lists.listing(unit, actor=country.reviewer, wanted=wanted, paging=Paging(2, 1))
        assert (page.total, page.pages, page.number, len(page.rows)) == (2, 2, 2, 1)

    def test_an_unknown_request_is_not_found(self, unit: UnitOfWork, country: Country) -> None:
        with pytest.raises(NotFound):
            request_lists.request_page(unit, actor=country.lead, request_id=country.round.id)
