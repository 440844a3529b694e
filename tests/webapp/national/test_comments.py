"""Regions comment first: each on its own proposals, until the date; reviewers see who said what, and what is new."""

from __future__ import annotations

from datetime import date

import pytest

from tests.engines import Clock
from tests.site import Person
from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.store.rounds import Round

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def reader(desk: Desk, region: str = "Y1") -> Person:
    return desk.who(Role.REGIONAL_READER, region, region_code=region)


def comment_link(who: Person, desk: Desk) -> str:
    """Where the page of the match lets somebody comment, if it does."""
    found = who.get(desk.match()).page.select_one('main a[href$="/comment"]')
    return str(found["href"]) if found else ""


@ONE_ENGINE
class TestComments:
    def test_a_region_comments_on_its_match_and_the_reviewer_reads_it(self, desk: Desk) -> None:
        link = comment_link(reader(desk), desk)
        visit = reader(desk).submit(link, {"words": "They work together already."})
        assert (visit.status, visit.location) == (303, desk.match())
        shown = desk.reviewer.get(desk.match()).text
        assert "They work together already." in shown
        assert "A regional reader, 2 November 2026" in shown
        listed = desk.reviewer.get(f"{desk.run}/review")
        assert "Comments so far: North (1)." in listed.text
        file = listed.page.select_one('main a[href$="/comments.csv"]')
        lines = desk.reviewer.get(str(file["href"])).response.get_data(as_text=True).splitlines()
        assert lines[1].split(",")[1:3] == ["North", "A regional reader"]
        assert lines[1].endswith("They work together already.")

    def test_a_comment_after_the_decision_is_marked(self, desk: Desk, clock: Clock) -> None:
        desk.decide("R-1", "approve")
        clock.forward(minutes=5)
        reader(desk).submit(f"{desk.match()}/comment", {"words": "Please wait for the new director."})
        listed = desk.reviewer.get(f"{desk.run}/review?look=commented")
        assert [str(link["href"]).split("?")[0] for link in listed.page.select("main tbody a")] == [
            desk.match()
        ]
        assert "(after the decision)" in desk.reviewer.get(desk.match()).text

    def test_other_regions_and_other_roles_may_not(self, desk: Desk) -> None:
        assert reader(desk, "Y2").get(f"{desk.match()}/comment").status == 404
        assert desk.reviewer.get(f"{desk.match()}/comment").status == 404
        assert comment_link(desk.reviewer, desk) == ""

    def test_a_request_left_short_can_be_commented_on(self, desk: Desk) -> None:
        page = f"{desk.run}/unmet/{desk.requests['R-2']}"
        assert reader(desk, "Y1").get(page).status == 404
        visit = reader(desk, "Y2").submit(f"{page}/comment", {"words": "This cannot wait."})
        assert (visit.status, visit.location) == (303, page)
        assert "This cannot wait." in desk.reviewer.get(page).text

    def test_after_the_date_nobody_comments(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="date") as unit:
            unit.session.get_one(Round, desk.round_id).comments_until = date(2026, 11, 1)
        assert comment_link(reader(desk), desk) == ""
        assert reader(desk).submit(f"{desk.match()}/comment", {"words": "Too late"}).status == 409
        assert "may comment until 1 November 2026" in desk.reviewer.get(f"{desk.run}/review").text

    def test_the_date_is_set_on_the_page_of_the_round(self, desk: Desk) -> None:
        page = f"{desk.round}/comments-until"
        day = {"comments_until-day": "1", "comments_until-month": "12", "comments_until-year": "2026"}
        assert desk.reviewer.submit(page, day).location == desk.round
        assert "Regions may comment until 1 December 2026" in desk.reviewer.get(desk.round).text
        early = {**day, "comments_until-year": "2025"}
        assert desk.reviewer.submit(page, early).status == 422

    def test_an_empty_comment_comes_back(self, desk: Desk) -> None:
        visit = reader(desk).submit(f"{desk.match()}/comment", {"words": " "})
        assert (visit.status, visit.errors) == (422, ["Enter your comment"])
