"""Deciding on matches by the pages: words kept, the other reviewer's decision shown, a second person's yes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest

from tests.webapp.national.conftest import DECIDE, MOST_QUERIES, Desk, copy_of
from webapp.authority.roles import Role
from webapp.store.accounts import Membership
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Partner
from webapp.store.rounds import Round
from webapp.store.support_requests import SupportRequest
from webapp.ui.formats import month

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def mark(desk: Desk, reference: str, *, flags: Sequence[str] = (), is_close: bool = False) -> None:
    """Put flags on a match, or say that it is a close call."""
    with desk.database.unit(writing=True, request_id="mark") as unit:
        match = unit.session.get_one(ProposedMatch, desk.matches[reference])
        match.flags, match.flag_count, match.is_close = list(flags), len(flags), is_close


@ONE_ENGINE
class TestDecision:
    def test_it_is_kept_with_its_reason(self, desk: Desk) -> None:
        given = {"kind": "approve", "reason": "The region agrees"}
        visit = desk.reviewer.submit(desk.match(), given, form=DECIDE)
        assert (visit.status, visit.location) == (303, desk.match("R-3"))
        assert desk.decisions() == [("approve", "The region agrees")]
        assert "2 left to decide." in desk.reviewer.get(desk.match("R-3")).page.get_text(" ")
        shown = desk.second_reviewer.get(desk.match()).text
        assert "Approved by A national reviewer" in shown
        assert "The region agrees" in shown
        assert "2 not decided" in desk.reviewer.get(f"{desk.run}/review").text

    def test_without_a_reason_nothing_is_decided_and_the_answers_stay(self, desk: Desk) -> None:
        visit = desk.reviewer.submit(desk.match(), {"kind": "lock", "reason": " "}, form=DECIDE)
        assert visit.status == 422
        assert visit.errors == ["Choose a common reason, or enter one in your own words"]
        assert visit.page.select_one('.nhsuk-error-summary a[href="#reason"]')
        assert visit.page.select_one('input[name="kind"][value="lock"][checked]')
        assert desk.decisions() == []

    def test_without_a_choice_the_words_stay(self, desk: Desk) -> None:
        visit = desk.reviewer.submit(desk.match(), {"reason": "Near, and free in May"}, form=DECIDE)
        assert (visit.status, visit.errors) == (422, ["Choose a decision"])
        assert visit.page.select_one('textarea[name="reason"]').get_text().strip() == "Near, and free in May"

    def test_a_decision_of_another_reviewer_is_shown_beside_ones_own_words(self, desk: Desk) -> None:
        other = desk.second_reviewer
        older = {**other.get(desk.match()).values(), "kind": "reject", "reason": "Too far from them"}
        desk.decide("R-1", "approve")
        visit = other.post(desk.match(), older)
        assert visit.status == 409
        assert "Somebody else changed this while you were writing" in visit.text
        assert "Approved by A national reviewer" in visit.text
        assert visit.page.select_one('textarea[name="reason"]').get_text().strip() == "Too far from them"
        assert visit.page.select_one('input[name="kind"][value="reject"][checked]')
        assert [kind for kind, _ in desk.decisions()] == ["approve"]
        again = other.post(desk.match(), visit.values())
        assert again.status == 303
        assert sorted(kind for kind, _ in desk.decisions()) == ["approve", "reject"]

    @pytest.mark.parametrize("code", ["T1", "T2"])
    def test_a_reviewer_of_either_side_is_refused(self, desk: Desk, code: str) -> None:
        other = desk.reviewer
        own = desk.who(Role.NATIONAL_REVIEWER, code, organisation_id=desk.organisations[code])
        shown = own.get(desk.match())
        assert "A second reviewer decides on this match." in shown.text
        assert shown.page.select_one(DECIDE) is None
        values = own.get(f"{desk.run}/approve").values()
        fields = {**values, "kind": "approve", "reason": "Ours", "seen": "", "replacement_partner_id": ""}
        assert own.post(desk.match(), fields).status == 403
        assert desk.decisions() == []
        assert other.get(desk.match()).page.select_one(DECIDE)

    def test_a_common_reason_is_enough_and_own_words_follow_it(self, desk: Desk) -> None:
        given = {"kind": "reject", "reason_code": "too_far", "reason": "They asked for on site"}
        assert desk.reviewer.submit(desk.match(), given, form=DECIDE).status == 303
        assert desk.decisions() == [
            ("reject", "Too far, or the wrong way of working. They asked for on site")
        ]

    def test_the_next_match_comes_from_the_same_filter(self, desk: Desk) -> None:
        given = {"kind": "approve", "reason_code": "fits"}
        visit = desk.reviewer.submit(f"{desk.match()}?region=Y1", given, form=DECIDE)
        assert visit.location == f"{desk.match('R-3')}?region=Y1"
        visit = desk.reviewer.submit(f"{desk.match('R-3')}?region=Y1", given, form=DECIDE)
        assert visit.location == f"{desk.run}/review?region=Y1"

    def test_only_what_is_decided_can_be_opened_again(self, desk: Desk) -> None:
        reopen = 'input[name="kind"][value="reopen"]'
        assert desk.reviewer.get(desk.match()).page.select_one(reopen) is None
        desk.decide("R-1", "reject")
        assert desk.reviewer.get(desk.match()).page.select_one(reopen)

    def test_an_unknown_match_is_not_there(self, desk: Desk) -> None:
        assert desk.reviewer.get(f"/national/matches/{desk.round_id}").status == 404


@ONE_ENGINE
class TestMatch:
    def test_who_gives_the_other_days_and_what_stays_open(self, desk: Desk) -> None:
        assert ("The other days", "3 stay open.") in gist(desk)
        with desk.database.unit(writing=True, request_id="team") as unit:
            match = unit.session.get_one(ProposedMatch, desk.matches["R-1"])
            beside = {"partner_id": desk.partners["P-3"], "request_id": match.request_id, "days": 2}
            unit.session.add(copy_of(match, months=[], **beside))
            name = unit.session.get_one(Partner, desk.partners["P-3"]).name
        assert ("The other days", f"{name} gives 2. 1 stays open.") in gist(desk)
        with desk.database.unit(writing=True, request_id="team") as unit:
            unit.session.get_one(SupportRequest, desk.requests["R-1"]).days = 5
        assert ("The other days", f"{name} gives 2.") in gist(desk)

    def test_the_load_is_a_file_too_with_the_numbers_of_the_page(self, desk: Desk) -> None:
        (table,) = desk.reviewer.get(desk.match()).page.select("#load table")
        shown = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
        text = desk.reviewer.get(f"{desk.match()}/load.csv").response.get_data(as_text=True)
        assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == shown
        assert len(shown) > 1

    def test_no_swap_is_offered_with_somebody_who_gives_more_days_at_a_time(self, desk: Desk) -> None:
        assert desk.reviewer.get(desk.match()).page.select('a[href*="/swap/"]')
        with desk.database.unit(writing=True, request_id="block") as unit:
            unit.session.get_one(Partner, desk.partners["P-4"]).smallest_block_days = 4
        shown = desk.reviewer.get(desk.match())
        assert not shown.page.select('a[href*="/swap/"]')
        assert "Has days left; gives at least 4 days at a time" in shown.text


def gist(desk: Desk) -> list[tuple[str, str]]:
    """The answers that a match's page gives first."""
    rows = desk.reviewer.get(desk.match()).page.select(".nhsuk-summary-list__row")
    return [tuple(cell.get_text(" ", strip=True) for cell in row.select("dt, dd")) for row in rows]


@ONE_ENGINE
def test_a_reviewer_removed_while_deciding_is_told_and_decides_nothing(desk: Desk) -> None:
    form = {**desk.reviewer.get(desk.match()).values(), "kind": "approve", "reason": "Looked at"}
    with desk.database.unit(writing=False) as unit:
        held = unit.session.query(Membership).filter_by(user_id=desk.reviewer.actor.user_id).one().id
    remove = 'form[action$="/remove"]'
    assert desk.admin.submit(f"/national/users/{held}", form=remove).status == 303
    sent_away = desk.reviewer.post(desk.match(), form)
    assert sent_away.location.startswith("/sign-in?next=")
    said = desk.reviewer.get(sent_away.location).text
    assert "Nothing was saved: your sign-in had ended, or your role was changed or taken away." in said
    assert "Nothing was saved" not in desk.reviewer.get("/sign-in?next=/national").text
    assert desk.decisions() == []


@ONE_ENGINE
class TestApproveUnflagged:
    def test_flagged_matches_are_left_for_a_look(self, desk: Desk) -> None:
        page = f"{desk.run}/approve"
        assert "2 matches without a mark" in desk.reviewer.get(page).text
        refused = desk.reviewer.submit(page, {"reason": ""})
        assert (refused.status, refused.errors) == (422, ["Enter the reason for your decision"])
        assert desk.reviewer.submit(page, {"reason": "No flags"}).location == f"{desk.run}/review"
        assert desk.decisions() == [("approve", "No flags")] * 2
        listed = desk.reviewer.get(f"{desk.run}/review")
        assert "2 matches approved. 1 still need a look, one by one." in listed.page.get_text(" ")
        assert desk.reviewer.get(page).page.select_one('main form textarea[name="reason"]') is None

    def test_what_only_informs_comes_along_when_the_reviewer_says_so(self, desk: Desk) -> None:
        mark(desk, "R-1", flags=["same_icb"])
        mark(desk, "R-3", is_close=True)
        page = f"{desk.run}/approve"
        offered = desk.reviewer.get(page).page.select('main [name="also[]"]')
        assert [each["value"] for each in offered] == ["close", "same_icb"]
        desk.reviewer.submit(page, {"reason": "Looked over", "also[]": "same_icb"})
        assert desk.decisions() == [("approve", "Looked over")]
        desk.reviewer.submit(page, {"reason": "Either use is good", "also[]": "close"})
        assert [kind for kind, _ in desk.decisions()] == ["approve", "approve"]

    def test_a_match_that_a_region_has_commented_on_is_left(self, desk: Desk) -> None:
        region = desk.who(Role.REGIONAL_READER, region_code="Y1")
        region.submit(f"{desk.match('R-1')}/comment", {"words": "Please wait"})
        desk.reviewer.submit(f"{desk.run}/approve", {"reason": "No flags"})
        assert len(desk.decisions()) == 1
        (first, *_) = desk.reviewer.get(f"{desk.run}/review").page.select("main tbody a")
        assert str(first["href"]) == desk.match("R-1")


@ONE_ENGINE
class TestWorkList:
    def test_what_needs_judgement_comes_first(self, desk: Desk) -> None:
        visit = desk.reviewer.get(f"{desk.run}/review")
        links = [str(link["href"]) for link in visit.page.select("main tbody a")]
        assert links[0] == desk.match("R-2")
        assert sorted(links) == sorted(desk.match(name) for name in ("R-1", "R-2", "R-3"))

    def test_what_only_informs_stands_apart_and_moves_nothing_up(self, desk: Desk) -> None:
        mark(desk, "R-3", flags=["same_icb"])
        mark(desk, "R-1", is_close=True)
        page = desk.reviewer.get(f"{desk.run}/review").page
        lines = [
            [cell.get_text(strip=True) for cell in row.select("td")] for row in page.select("main tbody tr")
        ]
        assert [line[6] for line in lines] == ["Close call", "Low fit", "to know: Same integrated care board"]
        assert "1 flagged for judgement" in desk.reviewer.get(f"{desk.run}/review").text
        plain = desk.reviewer.get(f"{desk.run}/review?look=plain").page.select("main tbody a")
        assert [str(link["href"]) for link in plain] == [f"{desk.match('R-3')}?look=plain"]

    def test_filters(self, desk: Desk) -> None:
        desk.decide("R-3", "hold")
        found = desk.reviewer.get(f"{desk.run}/review?decision=undecided&region=Y1")
        assert [str(link["href"]) for link in found.page.select("main tbody a")] == [
            f"{desk.match('R-1')}?decision=undecided&region=Y1"
        ]

    def test_the_file_holds_all_and_no_formula(self, crowd: Desk) -> None:
        visit = crowd.reviewer.get(f"{crowd.run}/review.csv")
        assert visit.response.mimetype == "text/csv"
        rows = list(csv.DictReader(io.StringIO(visit.response.get_data(as_text=True))))
        assert len(rows) == 43
        (titled,) = [row for row in rows if row["Reference"] == "R-1"]
        assert titled["Request"] == "'=HYPERLINK(1)"

    def test_requests_short_of_days_have_reason_and_remedy(self, desk: Desk) -> None:
        visit = desk.reviewer.get(f"{desk.run}/unmet")
        assert visit.heading == "Requests short of days"
        assert f"{desk.run}/unmet/{desk.requests['R-2']}" in str(visit.page)
        assert "more months to choose from (2 days)" in visit.text

    def test_who_was_near_says_who_has_their_days_and_what_a_day_adds_on_both_sides(self, desk: Desk) -> None:
        visit = desk.reviewer.get(f"{desk.run}/unmet/{desk.requests['R-2']}")
        assert visit.queries <= MOST_QUERIES
        (table,) = [each for each in visit.page.select("table") if "Who has their days" in each.get_text()]
        cells = [cell.get_text(" ", strip=True) for cell in table.select("tbody td")]
        assert cells[:2] == ["Partner P-1", "0.60"]
        assert cells[3:] == ["2.0", "3 days for =HYPERLINK(1), Body T1 (2.5 a day)"]

    def test_a_match_says_what_it_adds_and_what_its_days_would_add_elsewhere(self, desk: Desk) -> None:
        visit = desk.reviewer.get(desk.match())
        assert (
            "4 severity points (mandated support first), 7.5 points of benefit. So much at most" in visit.text
        )
        assert "A day adds 2.5 points of benefit here" in visit.text
        (table,) = [each for each in visit.page.select("table") if "A day adds" in each.get_text()]
        assert [row.select("td")[-1].get_text(strip=True) for row in table.select("tbody tr")] == [
            "1.3",
            "1.3",
        ]

    def test_what_would_have_to_change_says_how_many_days_it_brings_and_whose(self, desk: Desk) -> None:
        page = desk.reviewer.get(f"{desk.run}/unmet/{desk.requests['R-2']}").page
        (table,) = [each for each in page.select("table") if "Brings" in each.get_text()]
        cells = [cell.get_text(" ", strip=True) for cell in table.select("tbody td, tbody th")]
        with desk.database.unit(writing=False) as unit:
            name = unit.session.get_one(Partner, desk.partners["P-4"]).name
            first, last = (month(each) for each in unit.session.get_one(Round, desk.round_id).months[1:3])
        assert cells == [f"More months to choose from, {first} to {last}", "2 of 3 days", name]
