"""Policy by the pages: proposed by one administrator, decided on by another, refused field by field."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.services import policies
from webapp.store.policies import Policy, PolicyState
from webapp.store.runs import Run
from webapp.store.taxonomy import TaxonomyNode

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NEW = "/national/policy/new"
GOOD = {
    "name": "Spring",
    "reason": "The board met",
    "effective_from-day": "2",
    "effective_from-month": "11",
    "effective_from-year": "2026",
}
ABSURD = [str(2**62), "0", "nan", "inf", "-1", "1e3", "\u0661", "1,5", "", "1.234"]
PRIORITIES = "/national/policy/priorities"
TERMS = {"reason": "The board met", "starts-day": "1", "starts-month": "4", "starts-year": "2027"}


def rows(desk: Desk) -> list[Policy]:
    with desk.database.unit(writing=False) as unit:
        return list(unit.session.scalars(select(Policy).order_by(Policy.number)))


def proposed(desk: Desk, **fields: str) -> str:
    """The address of a version that the first administrator proposed."""
    visit = desk.admin.submit(NEW, {**GOOD, **fields})
    assert visit.status == 303, visit.errors
    return visit.location


@ONE_ENGINE
def test_a_run_of_floors_that_cannot_be_met_says_so(desk: Desk) -> None:
    assert "floors of the policy" not in desk.reviewer.get(desk.run).text
    with desk.database.unit(writing=True, request_id="floors") as unit:
        run = unit.session.get_one(Run, desk.run_id)
        run.levels = [{"name": "floors", "value": 12.0, "bound": 10.0, "seconds": 0.1}, *(run.levels or ())]
    said = desk.reviewer.get(desk.run).text
    assert "The floors of the policy cannot all be met: 12 days are missing here, and at least 10" in said


class TestProposing:
    def test_another_person_confirms_what_differs(self, desk: Desk) -> None:
        version = proposed(desk, weight_MEH="2.5", place_floors="", place_value="1", place_mandated="2")
        own = desk.admin.get(version)
        assert "You proposed it. Another administrator confirms or refuses it." in own.text
        shown = desk.second_admin.get(version)
        table = shown.page.select_one("main table")
        assert table is not None
        lines = [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
        assert ["Priority weights", "Priority MEH", "1", "2.5"] in lines
        assert ["Order of the levels", "No priority or region left out", "2", "Not used"] in lines
        visit = desk.second_admin.submit(f"{version}/decide", {"answer": "confirm"})
        assert visit.status == 303, visit.errors
        assert "Version 2: Spring" in desk.reviewer.get("/national/policy").text
        assert rows(desk)[1].state is PolicyState.CONFIRMED

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_sections_say_what_they_hold_and_open_where_something_is_to_be_mended(self, desk: Desk) -> None:
        def sections(visit) -> dict[str, tuple[str, bool]]:
            return {
                each.h2.get_text(): (each.select_one("summary span").get_text(), each.has_attr("open"))
                for each in visit.page.select("main details")
            }

        before = sections(desk.admin.get(NEW))
        assert not any(is_open for _, is_open in before.values())
        assert before["Days held back for later waves"][0] == "Nothing is held back"
        assert ", low fit below 0.4, least fit 0, " in before["Caps and other values"][0]
        after = sections(desk.admin.submit(NEW, {**GOOD, "weight_MEH": "2.5", "score_skills": "x"}))
        assert "Priority MEH 2.5" in after["Priorities"][0]
        assert {title for title, (_, is_open) in after.items() if is_open} == {"Score"}

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_a_least_fit_is_confirmed_and_told_to_everybody(self, desk: Desk) -> None:
        assert "whose fit is below" not in desk.admin.get("/how-matching-works").text
        assert desk.admin.submit(NEW, {**GOOD, "least_fit": "1.5"}).status == 422
        version = proposed(desk, least_fit="0.3")
        assert "Least fit for a match None 0.3" in desk.second_admin.get(version).text
        desk.second_admin.submit(f"{version}/decide", {"answer": "confirm"})
        assert policies.matching_policy(rows(desk)[1]).least_fit == 0.3
        assert "A partner whose fit is below 0.3 is not matched" in desk.admin.get("/how-matching-works").text

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_the_proposer_may_not_decide(self, desk: Desk) -> None:
        version = proposed(desk)
        assert desk.admin.submit(f"{version}/decide", {"answer": "confirm"}).status == 409
        assert rows(desk)[1].state is PolicyState.PROPOSED

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_differences_that_were_not_seen_are_not_confirmed(self, desk: Desk) -> None:
        first, page = proposed(desk), None
        second = proposed(desk, name="Later")
        page = desk.second_admin.get(f"{second}/decide").values()
        desk.second_admin.submit(f"{first}/decide", {"answer": "confirm"})
        visit = desk.second_admin.post(f"{second}/decide", {**page, "answer": "confirm"})
        assert visit.status == 409
        assert rows(desk)[2].state is PolicyState.PROPOSED

    def test_of_two_forms_the_second_is_told_and_keeps_its_words(self, desk: Desk) -> None:
        late = {**desk.second_admin.get(NEW).values(), **GOOD, "name": "Mine", "weight_MEH": "7"}
        proposed(desk)
        visit = desk.second_admin.post(NEW, late)
        assert visit.status == 409
        assert visit.values()["name"] == "Mine"
        assert visit.values()["weight_MEH"] == "7"
        assert "2: Spring" in visit.text
        assert desk.second_admin.post(NEW, {**visit.values(), "name": "Mine"}).status == 303
        assert [row.name for row in rows(desk)] == ["Winter", "Spring", "Mine"]


@ONE_ENGINE
class TestRefusing:
    @pytest.mark.parametrize("weight", ABSURD)
    def test_absurd_weights_are_refused_on_their_field(self, desk: Desk, weight: str) -> None:
        visit = desk.admin.submit(NEW, {**GOOD, "weight_UEC": weight})
        assert visit.status == 422
        assert visit.page.select_one('.nhsuk-error-summary a[href="#weight_UEC"]') is not None
        assert visit.values()["weight_UEC"] == weight
        assert len(rows(desk)) == 1

    def test_score_levels_and_reserves_are_checked_together(self, desk: Desk) -> None:
        wrong = {
            "score_skills": "50",
            "place_value": "1",
            "reserve_1_amount": "12",
            "reserve_1_unit": "days",
            "lapse_working_days": "0",
        }
        visit = desk.admin.submit(NEW, {**GOOD, **wrong})
        said = " ".join(visit.errors)
        assert "add up to 90%" in said
        assert "another level has place 1 already" in said
        assert "choose a region or a priority" in said
        assert "choose until when" in said
        assert "The working days must be a whole number from 1 to 60" in said

    def test_a_policy_without_levels_is_refused(self, desk: Desk) -> None:
        empty = {name: "" for name in desk.admin.get(NEW).values() if name.startswith("place_")}
        visit = desk.admin.submit(NEW, {**GOOD, **empty})
        assert visit.errors == ["Give at least one level a place"]


@ONE_ENGINE
class TestReserve:
    def test_it_is_told_in_a_sentence_and_released_by_another_version(self, desk: Desk) -> None:
        held = {
            "reserve_1_region": "Y2",
            "reserve_1_priority": "MEH",
            "reserve_1_amount": "12",
            "reserve_1_until": "2027-03",
        }
        version = proposed(desk, **held)
        desk.second_admin.submit(f"{version}/decide", {"answer": "confirm"})
        board = desk.who(Role.BOARD_MEMBER).get("/national/policy")
        assert "12 days a month in South held for priority meh until the end of March 2027." in board.text
        released = proposed(
            desk,
            name="Released",
            reserve_1_region="",
            reserve_1_priority="",
            reserve_1_amount="",
            reserve_1_until="",
        )
        shown = desk.second_admin.get(released)
        assert "12 days a month" in shown.text
        assert "Not there" in shown.text
        assert "No days are held back" in shown.text


@ONE_ENGINE
class TestPriorities:
    def test_a_new_one_comes_with_its_topics_when_confirmed(self, desk: Desk) -> None:
        new = {**TERMS, "label": "Maternity", "code": "MAT", "topics": "Culture\nTriage", "weight": "1.5"}
        visit = desk.admin.submit(f"{PRIORITIES}/new", new)
        assert visit.status == 303, visit.errors
        assert "Maternity" not in desk.admin.get(PRIORITIES).text
        desk.second_admin.submit(f"{visit.location}/decide", {"answer": "confirm"})
        with desk.database.unit(writing=False) as unit:
            topics = unit.session.scalars(select(TaxonomyNode).where(TaxonomyNode.parent_code == "MAT"))
            assert [node.label for node in topics] == ["Culture", "Triage"]
        shown = desk.admin.get(PRIORITIES).text
        assert "Weight 1.5, from 1 April 2027 on" in shown

    def test_one_that_ends_takes_no_more_requests(self, desk: Desk) -> None:
        end = {
            "ends-day": "1",
            "ends-month": "12",
            "ends-year": "2026",
            "starts-day": "2",
            "starts-month": "11",
            "starts-year": "2026",
        }
        visit = desk.admin.submit(f"{PRIORITIES}/MEH", {**TERMS, **end, "weight": "2"})
        desk.second_admin.submit(f"{visit.location}/decide", {"answer": "confirm"})
        assert "Weight 2, from 2 November 2026 on" in desk.admin.get(PRIORITIES).text
        with desk.database.unit(writing=False) as unit:
            node = unit.session.scalars(select(TaxonomyNode).where(TaxonomyNode.code == "MEH")).one()
            assert str(node.valid_to) == "2026-12-01"
            assert policies.in_force(unit).number == 2

    @pytest.mark.parametrize(
        ("field", "value"), [("code", "UEC"), ("code", "mat"), ("topics", " "), ("weight", "nan")]
    )
    def test_bad_ones_come_back_by_field(self, desk: Desk, field: str, value: str) -> None:
        new = {
            **TERMS,
            "label": "Maternity",
            "code": "MAT",
            "topics": "Culture",
            "weight": "1.5",
            field: value,
        }
        visit = desk.admin.submit(f"{PRIORITIES}/new", new)
        assert visit.status == 422
        assert visit.page.select_one(f'.nhsuk-error-summary a[href="#{field}"]') is not None

    def test_an_unknown_priority_is_not_there(self, desk: Desk) -> None:
        assert desk.admin.get(f"{PRIORITIES}/NONE").status == 404
