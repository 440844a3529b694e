"""What the rounds have taught: the ledger of overruled matches, offers, waits, unmet need, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.webapp.national.conftest import Desk
from webapp.store.accounts import User
from webapp.store.engagement_reviews import Better, Outcome, OutcomePoint, Phase, Rating
from webapp.store.engagements import Engagement, EngagementState
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.publications import Publication, PublicationState
from webapp.store.support_requests import RequestedSkill, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


def rows(desk: Desk, path: str, caption: str) -> list[list[str]]:
    """The cells of a table, by its caption."""
    visit = desk.reviewer.get(path)
    assert visit.status == 200, visit.text
    page = visit.page
    table = next(each for each in page.select("table") if each.caption.get_text(strip=True) == caption)
    return [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]


def ledger(desk: Desk) -> list[list[str]]:
    return rows(desk, "/national/learn/overruled", "Overruled matches")


def somebody(unit: UnitOfWork) -> tuple[UUID, UUID]:
    """Two people with an account."""
    first, second = unit.session.scalars(select(User.id).order_by(User.id).limit(2))
    return first, second


def offer(unit: UnitOfWork, desk: Desk, reference: str, state: OfferState) -> Offer:
    """An offer of a match of the desk, made ten days after the request was sent in."""
    match = unit.session.get_one(ProposedMatch, desk.matches[reference])
    request = unit.session.get_one(SupportRequest, match.request_id)
    assert request.submitted_at is not None
    offered_on = request.submitted_at.date() + timedelta(days=10)
    publication = unit.session.query(Publication).first()
    if publication is None:
        first, second = somebody(unit)
        publication = Publication(
            round_id=desk.round_id,
            run_id=desk.run_id,
            state=PublicationState.CONFIRMED,
            proposed_by=first,
            proposed_at=unit.now,
            decided_by=second,
            decided_at=unit.now,
        )
        unit.session.add(publication)
        unit.session.flush()
    made = Offer(
        publication_id=publication.id,
        match_id=match.id,
        partner_id=match.partner_id,
        request_id=match.request_id,
        state=state,
        instance_sha256="0" * 64,
        offered_on=offered_on,
        lapses_on=offered_on + timedelta(days=7),
    )
    unit.session.add(made)
    unit.session.flush()
    return made


def ended(unit: UnitOfWork, desk: Desk, reference: str, values: tuple[int, int]) -> None:
    """An engagement that has ended, its measure at ``values`` before and after, rated 4 by the requester."""
    made = offer(unit, desk, reference, OfferState.ACCEPTED)
    engagement = Engagement(
        offer_id=made.id,
        partner_id=made.partner_id,
        request_id=made.request_id,
        state=EngagementState.ENDED,
        agreed_at=unit.now,
        ended_on=unit.now.date(),
    )
    unit.session.add(engagement)
    unit.session.flush()
    outcome = Outcome(engagement_id=engagement.id, measure="Hours waited", better=Better.LOWER)
    rating = Rating(engagement_id=engagement.id, side=Side.REQUESTER, score=4, rated_by=somebody(unit)[0])
    unit.session.add_all([outcome, rating])
    unit.session.flush()
    for place, (phase, value) in enumerate(zip(Phase, values, strict=True)):
        day = unit.now.date() + timedelta(days=place)
        unit.session.add(
            OutcomePoint(
                outcome_id=outcome.id,
                measured_on=day,
                thousandths=value * 1000,
                phase=phase,
                recorded_by=somebody(unit)[0],
            )
        )


def price(desk: Desk, losses: Mapping[str, float]) -> None:
    """What each level would lose without the match of R-1."""
    with desk.database.unit(writing=True, request_id="price") as unit:
        match = unit.session.get_one(ProposedMatch, desk.matches["R-1"])
        contribution = [{"level": level, "loss": loss} for level, loss in losses.items()]
        match.evidence = {**match.evidence, "contribution": contribution}


class TestLedger:
    def test_an_overruled_match_has_its_reason_its_price_and_what_came_of_it(self, desk: Desk) -> None:
        price(desk, {"mandated": 0, "value": 12.5})
        desk.decide("R-1", "reject")
        desk.decide("R-2", "approve")
        (line,) = ledger(desk)
        assert line[4:] == [
            "Rejected",
            "Looked at",
            "The most benefit from the days: 12.5 points of benefit",
            "Nobody has been offered since",
        ]

    def test_whoever_was_offered_since_is_named_with_how_it_stands(self, desk: Desk) -> None:
        price(desk, {"mandated": 0, "value": 0})
        desk.decide("R-1", "forbid")
        with desk.database.unit(writing=True, request_id="since") as unit:
            ended(unit, desk, "R-1", (8, 4))
        (line,) = ledger(desk)
        assert line[-1].endswith(": ended, Hours waited from 8.0 to 4.0 (better), rated 4.0 of 5")
        assert line[-2] == "Nothing on any level"

    def test_a_decision_that_was_changed_to_yes_leaves_the_ledger(self, desk: Desk) -> None:
        desk.decide("R-1", "reject")
        desk.decide("R-1", "approve")
        page = desk.reviewer.get("/national/learn/overruled").text
        assert "No proposed match has been overruled." in page


class TestLessons:
    def test_offers_are_counted_by_how_they_ended_and_waits_by_round(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="offers") as unit:
            offer(unit, desk, "R-1", OfferState.LAPSED)
            offer(unit, desk, "R-2", OfferState.LAPSED)
            declined = offer(unit, desk, "R-3", OfferState.OFFERED)
            declined.state, declined.declined_by = OfferState.DECLINED, Side.REQUESTER
            declined.decline_reason = "timing"
        assert rows(desk, "/national/learn", "How offers ended") == [
            ["Lapsed without an answer", "", "2"],
            ["Declined", "The months do not suit us", "1"],
        ]
        (waited,) = rows(desk, "/national/learn", "How long people waited")
        assert waited[1:3] == ["3", "10.0"]

    def test_the_override_rate_counts_what_is_settled_and_no_more(self, desk: Desk) -> None:
        for reference, kind in (("R-1", "approve"), ("R-2", "reject"), ("R-3", "hold")):
            desk.decide(reference, kind)
        caption = "How often people overruled the proposals"
        (line,) = rows(desk, "/national/learn", caption)
        assert line == ["Round 1", "2", "1", "0", "0", "1", "50.0%"]
        desk.decide("R-3", "forbid")
        (line,) = rows(desk, "/national/learn", caption)
        assert (line[1], line[-2], line[-1]) == ("3", "2", "66.7%")
        fold = desk.reviewer.get("/national/learn").page.select_one("details.app-fold[open]")
        assert "Round 1: 2 of 3, 67%." in fold.summary.get_text()

    def test_unmet_need_is_told_by_the_essential_skills_that_were_asked_for(self, desk: Desk) -> None:
        with desk.database.unit(writing=False) as unit:
            wanted = unit.session.query(RequestedSkill).filter_by(
                request_id=desk.requests["R-2"], essential=True
            )
            essential = wanted.count()
        found = rows(desk, "/national/learn", "Skills that were missing") if essential else []
        assert len(found) == essential
        assert all(row[1:] == ["1", "3"] for row in found)

    def test_an_outcome_counts_as_better_only_when_its_measure_moved_the_right_way(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="outcomes") as unit:
            ended(unit, desk, "R-1", (8, 4))
            ended(unit, desk, "R-2", (4, 8))
        (shape,) = rows(desk, "/national/learn", "Outcomes by shape of support")
        assert shape[1:] == ["2", "0", "2", "1", "4.0"]
        gists = [
            each.get_text() for each in desk.reviewer.get("/national/learn").page.select(".app-fold__gist")
        ]
        assert "The measure got better in 1 of 2." in gists
        assert any(
            each.startswith("Measured most often: ") and each.endswith(", better in 1 of 2.")
            for each in gists
        )


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestWaysOn:
    def test_the_page_leads_to_fairness_and_to_communities(self, desk: Desk) -> None:
        links = {str(each["href"]) for each in desk.reviewer.get("/national/learn").page.select("main a")}
        assert {"/national/fairness", f"{desk.round}/communities"} <= links

    def test_each_table_is_there_as_a_file_of_both_kinds(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="offers") as unit:
            ended(unit, desk, "R-1", (8, 4))
        page = desk.reviewer.get("/national/learn").page
        links = [str(each["href"]) for each in page.select('main a[href*="list.csv"]')]
        assert len(links) == 2 * len(page.select("main table"))
        assert {desk.reviewer.get(link).status for link in links} == {200}
        lines = desk.reviewer.get("/national/learn/shapes/list.csv").response.get_data(as_text=True)
        assert len(lines.splitlines()) == 2
        assert desk.reviewer.get("/national/learn/nothing/list.csv").status == 404


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_with_nothing_to_learn_from_it_says_so(desk: Desk) -> None:
    text = desk.reviewer.get("/national/learn").text
    assert "No offer has been made yet." in text
    assert "No engagement has ended yet." in text
