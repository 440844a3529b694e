"""An engagement from its draft to its end: one version for both, days kept right, ratings that wait for each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.factories.engagements import AGREEMENT, Pair, accepted, agreed, offered, started
from tests.factories.offers import DAYS, promised
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.services import (
    early_ends,
    engagement_course,
    engagement_days,
    engagement_lists,
    engagement_reviews,
    engagements,
)
from webapp.services.engagement_days import DaysWorked
from webapp.services.engagement_lists import EngagementFilter, EngagementOrder
from webapp.services.engagement_reviews import Better, CheckInSaid, OutcomeSaid, Progress
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.paging import Paging
from webapp.store.engagement_reviews import CheckIn, Phase
from webapp.store.engagements import Engagement, EngagementState
from webapp.store.offers import OfferState, Side
from webapp.store.unit_of_work import UnitOfWork

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PLAN = {"2027-01": 1, "2027-02": 2, "2027-03": 1}


@pytest.fixture
def pair(unit: UnitOfWork, country: Country) -> Pair:
    return offered(unit, country.organisations["T3"], country.lead)


def seen(row: Engagement) -> dict[str, object]:
    return {"engagement_id": row.id, "expected_version": row.version}


class TestAgreement:
    def test_both_accept_the_same_version_and_an_edit_starts_anew(self, unit: UnitOfWork, pair: Pair) -> None:
        row = accepted(unit, pair)
        engagements.accept_agreement(unit, actor=pair.lead, **seen(row))
        assert row.has_accepted(Side.REQUESTER)
        engagements.edit_agreement(unit, actor=pair.expert, agreement=AGREEMENT, **seen(row))
        assert not row.has_accepted(Side.REQUESTER)
        engagements.accept_agreement(unit, actor=pair.expert, **seen(row))
        with pytest.raises(NotAllowedNow, match="already"):
            engagements.accept_agreement(unit, actor=pair.expert, **seen(row))
        assert row.state is EngagementState.DRAFTED
        engagements.accept_agreement(unit, actor=pair.lead, **seen(row))
        assert (row.state, row.agreement_version) == (EngagementState.AGREED, 2)
        with pytest.raises(NotAllowedNow):
            engagements.edit_agreement(
                unit, actor=pair.lead, agreement=replace(AGREEMENT, aim="Another"), **seen(row)
            )

    @ONE_ENGINE
    def test_a_stale_page_nobody_else_and_nothing_empty(
        self, unit: UnitOfWork, pair: Pair, country: Country
    ) -> None:
        row = accepted(unit, pair)
        old = seen(row)
        row.partner_lead = ""
        unit.flush()
        with pytest.raises(Rejected) as failure:
            engagements.accept_agreement(unit, actor=pair.expert, **seen(row))
        assert [each.field for each in failure.value.problems] == ["partner_lead"]
        with pytest.raises(StaleVersion):
            engagements.edit_agreement(unit, actor=pair.lead, agreement=AGREEMENT, **old)
        wrong = replace(AGREEMENT, aim=" ", partner_email="nobody", sponsor="943 476 5919")
        with pytest.raises(Rejected) as failure:
            engagements.edit_agreement(unit, actor=pair.lead, agreement=wrong, **seen(row))
        assert [each.field for each in failure.value.problems] == ["aim", "sponsor", "partner_email"]
        for actor in (country.other_lead, country.reviewer):
            with pytest.raises(AccessDenied):
                engagements.edit_agreement(unit, actor=actor, agreement=AGREEMENT, **seen(row))
        with pytest.raises(AccessDenied):  # a member edits, and does not accept
            engagements.accept_agreement(unit, actor=country.member, **seen(row))
        assert engagements.page(unit, actor=country.reviewer, engagement_id=row.id)[1] is None


class TestDays:
    @ONE_ENGINE
    def test_the_log_stays_within_the_plan(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        today = unit.now.date()
        entry = DaysWorked(today, 2, "Asha Patel", "First visit")
        made = engagement_days.log(unit, actor=pair.expert, engagement_id=row.id, entry=entry)
        for wrong, field in (
            (replace(entry, days=2), "days"),
            (replace(entry, days=0), "days"),
            (replace(entry, days=10**9), "days"),
            (replace(entry, worked_on=date(2026, 11, 3)), "worked_on"),
            (replace(entry, worked_on=date(2026, 11, 1)), "worked_on"),
            (replace(entry, worked_by=""), "worked_by"),
        ):
            with pytest.raises(Rejected) as failure:
                engagement_days.log(unit, actor=pair.lead, engagement_id=row.id, entry=wrong)
            assert failure.value.problems[0].field == field, wrong
        with pytest.raises(NotAllowedNow, match="side that made"):
            engagement_days.take_out(unit, actor=pair.lead, engagement_id=row.id, entry_id=made.id)
        engagement_days.take_out(unit, actor=pair.expert, engagement_id=row.id, entry_id=made.id)
        with pytest.raises(NotAllowedNow, match="already"):
            engagement_days.take_out(unit, actor=pair.expert, engagement_id=row.id, entry_id=made.id)
        engagement_days.log(unit, actor=pair.lead, engagement_id=row.id, entry=replace(entry, days=3))

    def test_a_change_moves_promised_days_once_both_agree(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        made = propose(unit, pair, row, PLAN)
        assert promised(unit, pair.partner) == DAYS
        with pytest.raises(NotAllowedNow, match="other side"):
            answer(unit, pair.expert, made)
        with pytest.raises(NotAllowedNow, match="waits"):
            propose(unit, pair, row, {"2027-01": 2, "2027-02": 2})
        answer(unit, pair.lead, made)
        assert row.days_by_month == promised(unit, pair.partner) == PLAN
        with pytest.raises(NotAllowedNow):
            answer(unit, pair.lead, made)

    def test_days_that_are_gone_leave_the_plan_as_it_was(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        made = propose(unit, pair, row, {"2027-01": 1, "2027-02": 3})
        with pytest.raises(NotAllowedNow, match="too few days left in February 2027"):
            answer(unit, pair.lead, made)
        assert (row.days_by_month, promised(unit, pair.partner)) == (DAYS, DAYS)

    @ONE_ENGINE
    def test_refused_or_taken_back_it_changes_nothing(self, unit: UnitOfWork, pair: Pair) -> None:
        row = agreed(unit, pair)
        answer(unit, pair.lead, propose(unit, pair, row, PLAN), agree=False)
        made = propose(unit, pair, row, PLAN)
        with pytest.raises(NotAllowedNow):
            engagement_days.take_back(unit, actor=pair.lead, change_id=made.id, expected_version=made.version)
        engagement_days.take_back(unit, actor=pair.expert, change_id=made.id, expected_version=made.version)
        assert (row.days_by_month, promised(unit, pair.partner)) == (DAYS, DAYS)
        for wrong in ({"2027-01": 0, "2027-02": 0}, {"2027-01": 1001}, DAYS):
            with pytest.raises(Rejected):
                propose(unit, pair, row, wrong)


def propose(unit, pair, row, days):
    return engagement_days.propose_change(
        unit, actor=pair.expert, days_by_month=days, reason="More time is needed", **seen(row)
    )


def answer(unit, actor, made, *, agree=True):
    return engagement_days.answer_change(
        unit, actor=actor, change_id=made.id, agree=agree, expected_version=made.version
    )


class TestEnds:
    def test_pause_resume_and_end_give_back_what_was_not_worked(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        with pytest.raises(NotAllowedNow):
            engagement_course.resume(unit, actor=pair.lead, **seen(row))
        engagement_course.pause(unit, actor=pair.lead, words="Winter pressure", **seen(row))
        engagement_course.resume(unit, actor=pair.expert, **seen(row))
        unit.now = unit.now.replace(year=2027, month=1, day=20)
        entry = DaysWorked(date(2027, 1, 12), 1, "Asha Patel")
        engagement_days.log(unit, actor=pair.expert, engagement_id=row.id, entry=entry)
        engagement_course.end(unit, actor=pair.lead, words="Done", **seen(row))
        assert (row.state, row.ended_on) == (EngagementState.ENDED, date(2027, 1, 20))
        assert promised(unit, pair.partner) == {"2027-01": 1}
        assert row.days_by_month == DAYS
        for act in (engagement_course.pause, engagement_course.end):
            with pytest.raises(NotAllowedNow):
                act(unit, actor=pair.lead, words="Again", **seen(row))

    def test_called_off_before_its_start_the_offer_is_withdrawn_too(
        self, unit: UnitOfWork, pair: Pair
    ) -> None:
        row = agreed(unit, pair)
        stop = {"actor": pair.expert, "reason": "partner_unavailable"}
        with pytest.raises(Rejected):
            early_ends.end_early(unit, words="", **stop, **seen(row))
        early_ends.end_early(unit, words="A new post", **stop, **seen(row))
        assert (row.state, pair.offer.state) == (EngagementState.ENDED_EARLY, OfferState.WITHDRAWN)
        assert promised(unit, pair.partner) == {}


@ONE_ENGINE
class TestReviews:
    def test_check_ins_are_answered_once_by_each_side(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        first = unit.session.scalars(select(CheckIn).order_by(CheckIn.due_on)).first()
        assert first is not None
        badly = {"actor": pair.lead, "check_in_id": first.id, "said": CheckInSaid(Progress.BADLY)}
        for day, failure in ((29, NotAllowedNow), (30, Rejected)):
            unit.now = datetime(2026, 11, day, 12, tzinfo=UTC)
            with pytest.raises(failure):
                engagement_reviews.answer_check_in(unit, **badly)
        for actor in (pair.lead, pair.expert):
            said = {"actor": actor, "check_in_id": first.id, "said": CheckInSaid(Progress.WELL)}
            engagement_reviews.answer_check_in(unit, **said)
            with pytest.raises(NotAllowedNow):
                engagement_reviews.answer_check_in(unit, **said)
        assert row.state is EngagementState.ACTIVE

    def test_an_outcome_has_baseline_and_follow_up(self, unit: UnitOfWork, pair: Pair) -> None:
        row = started(unit, pair)
        point = {"actor": pair.lead, "engagement_id": row.id}
        with pytest.raises(NotAllowedNow, match="Name what is measured"):
            engagement_reviews.record_point(unit, measured_on=date(2026, 10, 1), thousandths=1, **point)
        said = OutcomeSaid("Days waited", "days", Better.LOWER)
        outcome = engagement_reviews.save_outcome(unit, said=said, expected_version=0, **point)
        for day, value in ((date(2026, 10, 1), 4250), (date(2026, 11, 2), 3000), (date(2026, 11, 2), 2900)):
            engagement_reviews.record_point(unit, measured_on=day, thousandths=value, **point)
        unit.session.refresh(outcome, ["points"])
        baseline = outcome.points[0].id
        assert [(each.thousandths, each.phase) for each in outcome.points] == [
            (4250, Phase.BASELINE),
            (2900, Phase.FOLLOW_UP),
        ]
        engagement_reviews.remove_point(unit, point_id=baseline, **point)
        with pytest.raises(Rejected):
            engagement_reviews.record_point(unit, measured_on=date(2026, 11, 3), thousandths=1, **point)
        with pytest.raises(StaleVersion):
            engagement_reviews.save_outcome(unit, said=said, expected_version=1, **point)
        with pytest.raises(NotFound):
            engagement_reviews.remove_point(unit, point_id=row.id, **point)

    def test_a_rating_is_read_by_the_other_side_once_both_have_rated(
        self, unit: UnitOfWork, pair: Pair
    ) -> None:
        row = started(unit, pair)
        with pytest.raises(NotAllowedNow):
            engagement_reviews.rate(unit, actor=pair.lead, engagement_id=row.id, score=5, words="")
        engagement_course.end(unit, actor=pair.lead, words="", **seen(row))
        mine = engagement_reviews.rate(unit, actor=pair.lead, engagement_id=row.id, score=5, words="Good")
        with pytest.raises(NotAllowedNow):
            engagement_reviews.rate(unit, actor=pair.lead, engagement_id=row.id, score=1, words="")
        assert engagement_reviews.ratings_shown([mine], Side.PARTNER) == ()
        assert engagement_reviews.ratings_shown([mine], Side.REQUESTER) == (mine,)
        theirs = engagement_reviews.rate(unit, actor=pair.expert, engagement_id=row.id, score=3, words="")
        assert len(engagement_reviews.ratings_shown([mine, theirs], Side.PARTNER)) == 2


@ONE_ENGINE
def test_each_reads_their_own_and_the_national_team_all(
    unit: UnitOfWork, pair: Pair, country: Country
) -> None:
    row = accepted(unit, pair)
    for actor, wanted in (
        (pair.lead, 1),
        (country.member, 1),
        (pair.expert, 1),
        (country.other_lead, 0),
        (country.reviewer, 1),
    ):
        listed = engagement_lists.listing(unit, actor=actor, wanted=EngagementFilter(), paging=Paging())
        assert listed.total == len(listed.rows) == wanted, actor.role
    with pytest.raises(AccessDenied):
        engagements.page(unit, actor=country.other_lead, engagement_id=row.id)


def test_lists_are_searched_and_sorted_on_either_engine(unit: UnitOfWork, pair: Pair) -> None:
    row = accepted(unit, pair)
    for order in EngagementOrder:
        for descending in (False, True):
            wanted = EngagementFilter(row.request.reference, row.state, order, descending=descending)
            assert engagement_lists.every(unit, actor=pair.lead, wanted=wanted) == (row,)
    for text, found in ((row.partner.name.upper(), 1), (f"{row.request.reference} nowhere", 0), ("%", 0)):
        wanted = EngagementFilter(text)
        assert len(engagement_lists.every(unit, actor=pair.lead, wanted=wanted)) == found, text
