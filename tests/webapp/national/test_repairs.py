"""Repairs by the pages: what waits is named, one button repairs, each repair says what it was made for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matcher.evidence.repair_changes import RepairEvent
from tests.webapp.national.conftest import MOST_QUERIES, Desk
from webapp.authority.roles import Role
from webapp.services import repairs
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run, RunState
from webapp.store.support_requests import RequestState

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def published(desk: Desk) -> Desk:
    """One offer is with both sides."""
    for reference, kind in (("R-1", "approve"), ("R-2", "reject"), ("R-3", "reject")):
        desk.decide(reference, kind)
    desk.admin.submit(f"{desk.run}/publication", {"note": ""})
    desk.second_admin.submit(f"{desk.run}/publish", {"answer": "publish"})
    return desk


@pytest.fixture
def declined(published: Desk) -> Desk:
    """Its partner has said no."""
    with published.database.unit(writing=True) as unit:
        offer = unit.session.scalars(select(Offer)).one()
        offer.state, offer.declined_by, offer.decline_reason = OfferState.DECLINED, Side.PARTNER, "no_time"
        offer.answered_at = unit.now
    return published


@ONE_ENGINE
class TestRepairs:
    def test_a_published_run_is_no_longer_called_under_review(self, published: Desk) -> None:
        rows = published.reviewer.get(published.round).page.select("main table tbody tr")
        assert "Published" in rows[0].get_text()
        assert "Under review" not in rows[0].get_text()

    def test_where_nothing_happened_there_is_no_button(self, published: Desk) -> None:
        visit = published.reviewer.get(f"{published.round}/repairs")
        assert "Nothing waits for a repair." in visit.text
        assert "The round has not been repaired." in visit.text
        assert visit.page.select_one("main form") is None

    def test_a_round_in_review_is_not_repaired(self, desk: Desk) -> None:
        assert "Only a published round is repaired." in desk.reviewer.get(f"{desk.round}/repairs").text

    def test_what_waits_is_named_with_its_day_and_one_button_repairs(self, declined: Desk) -> None:
        links = declined.reviewer.get(declined.round).page.select(f'a[href="{declined.round}/repairs"]')
        assert links
        visit = declined.reviewer.get(f"{declined.round}/repairs")
        assert visit.queries <= MOST_QUERIES
        cells = [cell.get_text(strip=True) for cell in visit.page.select("main tbody td")]
        assert cells[:3] == ["An offer was declined", "Partner P-1", "=HYPERLINK(1)"]
        assert "Not recorded" not in cells[:4]
        asked = declined.reviewer.submit(f"{declined.round}/repairs", form='form[action$="/repair"]')
        assert asked.status == 303
        after = declined.reviewer.get(f"{declined.round}/repairs")
        assert "A repair is under way" in after.text
        assert after.page.select_one('main form[action$="/repair"]') is None
        assert "It has not begun" in after.text
        assert "Repair 2" in after.text
        with declined.database.unit(writing=True) as unit:
            unit.session.scalars(select(Run).where(Run.number == 2)).one().state = RunState.CANCELLED
        assert "It was stopped before it had begun" in declined.reviewer.get(f"{declined.round}/repairs").text

    def test_a_decline_keeps_its_moment_when_the_request_is_withdrawn_later(self, declined: Desk) -> None:
        def moment(page: str) -> str:
            return (
                declined.reviewer.get(page)
                .page.select("main tbody tr")[0]
                .select("td")[3]
                .get_text(strip=True)
            )

        page = f"{declined.round}/repairs"
        said = moment(page)
        with declined.database.unit(writing=True) as unit:
            request = unit.session.scalars(select(Offer)).one().request
            request.withdrawn_at = unit.now + timedelta(days=3)
        assert moment(page) == said
        with declined.database.unit(writing=True) as unit:
            unit.session.scalars(select(Offer)).one().request.state = RequestState.WITHDRAWN
        assert "The request was withdrawn" in declined.reviewer.get(page).text
        assert moment(page) not in (said, "Not recorded")

    def test_an_auditor_reads_and_has_no_button(self, declined: Desk) -> None:
        visit = declined.who(Role.AUDITOR).get(f"{declined.round}/repairs")
        assert "An offer was declined" in visit.text
        assert visit.page.select_one("main form") is None

    def test_the_run_of_a_repair_says_what_it_was_made_for(self, declined: Desk) -> None:
        events = (RepairEvent("offer_declined", "P-1", "R-1"), RepairEvent("capacity_cut", "P-2"))
        with declined.database.unit(writing=True) as unit:
            first = unit.session.get_one(Run, declined.run_id)
            repair = Run(
                round_id=first.round_id,
                number=2,
                policy_id=first.policy_id,
                repairs_id=first.id,
                repair=repairs.told(events),
                state=RunState.CANCELLED,
                queued_at=unit.now,
                finished_at=unit.now,
            )
            unit.session.add(repair)
            unit.session.flush()
            page = f"/national/runs/{repair.id}"
            unit.session.get_one(Round, declined.round_id).state = RoundState.REPAIR_REVIEW
        visit = declined.reviewer.get(page)
        rows = [
            [cell.get_text(strip=True) for cell in row.select("td")]
            for row in visit.page.select("#events ~ div tbody tr")
        ]
        assert [row[0] for row in rows[:2]] == ["The partner has too few days left", "An offer was declined"]
        assert rows[0][2:] == [
            "All of the partner's",
            "2 November 2026 at 9:00am",
            "The service itself (test)",
        ]
        assert rows[1][3] != "Not recorded"
        assert visit.page.select_one("#changed") is None
        history = declined.reviewer.get(f"{declined.round}/repairs")
        assert "The partner has too few days left; An offer was declined" in history.text
        assert history.queries <= MOST_QUERIES

    def test_the_run_of_a_repair_says_what_it_changed_and_why(self, declined: Desk) -> None:
        changes = [
            {"partner": "P-1", "request": "R-1", "before": 3, "after": 0, "why": "offer_declined"},
            {"partner": "P-2", "request": "R-1", "before": 0, "after": 3, "why": "fills_gap"},
        ]
        with declined.database.unit(writing=True) as unit:
            run = unit.session.get_one(Run, declined.run_id)
            run.summary = {**run.summary, "changes": changes}
        visit = declined.reviewer.get(declined.run)
        assert visit.queries <= MOST_QUERIES
        rows = [
            [cell.get_text(strip=True) for cell in row.select("td")]
            for row in visit.page.select_one("#changed")
            .find_next("table", class_="nhsuk-table")
            .select("tbody tr")
        ]
        assert [row[2:] for row in rows] == [
            ["3", "0", "An offer was declined"],
            ["0", "3", "It fills a gap in the request"],
        ]
        assert rows[0][0] == "Partner P-1"
        assert "2 matches are not as before: 1 gone, 1 new. Every other match stands." in visit.text
        file = declined.reviewer.get(f"{declined.run}/changes.csv")
        assert "An offer was declined" in file.response.get_data(as_text=True)
        with declined.database.unit(writing=True) as unit:
            run = unit.session.get_one(Run, declined.run_id)
            run.summary = {**run.summary, "changes": []}
        assert "Nothing else changed" in declined.reviewer.get(declined.run).text
        with declined.database.unit(writing=True) as unit:
            run = unit.session.get_one(Run, declined.run_id)
            run.summary = {key: value for key, value in run.summary.items() if key != "changes"}
        assert declined.reviewer.get(f"{declined.run}/changes.csv").status == 404
