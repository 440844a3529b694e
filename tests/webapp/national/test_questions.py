"""The page of a question: it waits, it says a rule, it compares levels, it shows what days are worth."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.webapp.national.conftest import MOST_QUERIES, Desk
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.national.presenters import questions as pages
from webapp.services.questions import QuestionKind, QuestionState, RunQuestion
from webapp.store.accounts import User
from webapp.store.runs import Run

ID = UUID(int=1)
REVIEWER = Actor(UUID(int=2), Role.NATIONAL_REVIEWER)


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "url_for", lambda endpoint, **values: f"/{endpoint}")


def asked(kind: QuestionKind, state: QuestionState, answer: dict[str, Any] | None) -> Any:
    run = SimpleNamespace(number=2, round=SimpleNamespace(name="Winter round"))
    pair = kind is QuestionKind.WHY_NOT
    request = SimpleNamespace(title="Flow", requester=SimpleNamespace(name="Trust"))
    return SimpleNamespace(
        id=ID,
        run_id=ID,
        run=run,
        kind=kind,
        state=state,
        answer=answer,
        partner=SimpleNamespace(name="Ann") if pair else None,
        request=request if pair else None,
    )


def pair_of(**values: Any) -> dict[str, Any]:
    known = {"is_engaged": False, "reasons": [], "standing": "room_left", "fit": 0.5, "rank": 2}
    return {**known, "candidates": 9, **values}


def why_not(**answer: Any) -> pages.QuestionPage:
    given = {"pair": pair_of(), "forced": None, **answer}
    called = {"R-1": "Flow, Trust", "P-1": "Ann"}
    return pages.question_page(asked(QuestionKind.WHY_NOT, QuestionState.ANSWERED, given), called, REVIEWER)


def test_it_loads_itself_again_while_it_waits_and_stops_when_it_failed() -> None:
    waiting = pages.question_page(asked(QuestionKind.WHY_NOT, QuestionState.WAITING, None), {}, REVIEWER)
    failed = pages.question_page(asked(QuestionKind.PRICES, QuestionState.FAILED, None), {}, REVIEWER)
    assert waiting.reload_seconds > 0
    assert failed.reload_seconds == 0
    assert "Ask again" in failed.lead


def test_a_rule_is_said_in_its_sentence() -> None:
    page = why_not(pair=pair_of(reasons=["reach"]))
    assert len(page.reasons) == 1
    assert not page.parts


def test_a_partner_that_the_run_did_not_know_is_said_to_be_so() -> None:
    page = why_not(pair=None)
    assert page.lead == pages.NOT_KNOWN
    assert not page.parts


def test_each_level_says_what_it_would_lose_or_gain() -> None:
    forced = {
        "days": 3,
        "now": {"mandated": 4.0, "floors": 0.0, "value": 90.0},
        "without": {"mandated": 4.0, "floors": 0.0, "value": 100.0},
        "after": {"mandated": 4.0, "floors": 2.0, "value": 98.5},
        "dropped": [{"partner": "P-1", "request": "R-1", "days": [2, 1]}],
        "added": [],
    }
    page = why_not(forced=forced)
    levels, changes = (shown.part for shown in page.parts)
    assert [row[-1] for row in levels.rows] == [
        "The same",
        "Worse by 2 days",
        "Worse by 1.5 points of benefit",
    ]
    assert levels.rows[2][1:4] == ("90 points of benefit", "100 points of benefit", "98.5 points of benefit")
    assert changes.rows == (("Flow, Trust", "Ann", "-3"),)
    assert changes.gains is not None
    assert {shown.csv for shown in page.parts} == {"/national.question_file"}


WORTH = [
    {"month": 0, "region": "Y1", "skill": None, "highest": 12.0, "mean": 1.0, "partners": 2},
    {"month": 1, "region": None, "skill": "S1", "highest": 7.0, "mean": 1.0, "partners": 2},
    {"month": 1, "region": None, "skill": "S2", "highest": 0.0, "mean": 0.0, "partners": 2},
]
NORTH = {
    "region": "Y1",
    "skill": None,
    "month": 0,
    "price": 12.0,
    "partner": "P-1",
    "value_worth": {"least": 10.0, "most": 11.5},
    "a_day_more": {"floors": 0.0, "value": 10.0},
    "a_day_less": {"floors": 0.0, "value": -11.5},
}
FLOW = {
    **NORTH,
    "region": None,
    "skill": "S1",
    "month": 1,
    "value_worth": None,
    "a_day_more": {"floors": 1.0, "value": -2.0},
    "a_day_less": None,
}


def prices(confirmed: list[dict[str, Any]], levels: list[dict[str, Any]]) -> pages.QuestionPage:
    answer = {"months": ["2027-01", "2027-02"], "worth": WORTH, "confirmed": confirmed, "levels": levels}
    row = asked(QuestionKind.PRICES, QuestionState.ANSWERED, answer)
    assert pages.codes_of(row) == {"S1", "S2"}
    return pages.question_page(row, {"Y1": "North", "S1": "Flow", "P-1": "Ann"}, REVIEWER)


def test_days_and_levels_have_their_worth() -> None:
    levels = [
        {"level": "floors", "value": 98.0, "bound": 99.6, "bound_without": 100.0},
        {"level": "mandated", "bound": 100.0, "bound_without": 100.0},
    ]
    region, skill, priced = (shown.part for shown in prices([], levels).parts)
    assert region.heat is not None
    assert [line.label for line in region.heat.rows] == ["North"]
    assert skill.heat is not None
    assert [line.label for line in skill.heat.rows] == ["Flow"]
    assert "points of benefit a day" in region.lead
    assert [row[1:] for row in priced.rows] == [
        ("About 0.4%", "2.0%"),
        ("Nothing that can be told", "Not known"),
    ]
    assert pages.file_heads(priced)[0] == "Level"


def test_each_cell_is_a_range_where_it_was_worked_out_again_and_an_estimate_where_not() -> None:
    region, skill, *_ = (shown.part for shown in prices([NORTH, FLOW], []).parts)
    assert region.heat is not None
    assert skill.heat is not None
    assert [cell.shown for cell in region.heat.rows[0].cells] == ["10.0 to 11.5", "0"]
    assert [cell.shown for cell in skill.heat.rows[0].cells] == ["0", "about 7.0"]
    assert len(pages.file_heads(region)) == len(region.values[0])


def test_of_the_same_day_of_the_same_partner_only_the_dearest_group_is_listed() -> None:
    twice = {**NORTH, "region": "Y2", "price": 9.0}
    page = prices([twice, NORTH], [])
    found = next(shown.part for shown in page.parts if shown.part.key == "confirmed")
    assert [row[0] for row in found.rows] == ["North"]


def test_the_dearest_days_are_confirmed_both_ways_as_a_range() -> None:
    page = prices([NORTH, FLOW], [])
    found = next(shown.part for shown in page.parts if shown.part.key == "confirmed")
    assert found.rows[0][3:] == ("12.0", "+10.0", "-11.5", "10.0 to 11.5")
    assert found.rows[0][:3] == ("North", "January 2027", "Ann")
    assert "No priority or region left out: +1 day" in found.rows[1][4]
    assert found.rows[1][5] == "There is no day to take"
    assert found.bars is not None
    assert len(found.bars.bars) == 1
    assert len(pages.file_heads(found)) == len(found.values[0])
    assert found.values[0][:3] == found.rows[0][:3]
    assert page.note == "No level stands before the benefit in this run."


def test_each_table_of_an_answer_is_a_file(desk: Desk) -> None:
    answer = {"months": ["2027-01", "2027-02"], "worth": WORTH, "confirmed": [NORTH], "levels": []}
    with desk.database.unit(writing=True) as unit:
        row = RunQuestion(
            run_id=desk.run_id,
            kind=QuestionKind.PRICES,
            state=QuestionState.ANSWERED,
            answer=answer,
            answered_at=unit.now,
            asked_by=unit.session.scalars(select(User.id).order_by(User.id)).first(),
        )
        unit.session.add(row)
        unit.flush()
        address = f"/national/questions/{row.id}"
    shown = desk.reviewer.get(address).text
    assert "The dearest days, confirmed by solving again" in shown
    lines = desk.admin.get(f"{address}/confirmed/file").response.get_data(as_text=True).splitlines()
    assert lines[0].endswith("Worth at least,Worth at most")
    assert lines[1].endswith("10.0,-11.5,10.0,11.5")
    cells = desk.admin.get(f"{address}/region/file").response.get_data(as_text=True).splitlines()
    assert cells[0] == "Region,Month,Estimate in points of benefit a day,Worth at least,Worth at most,Partner"
    assert cells[1].split(",")[1:5] == ["January 2027", "12.0", "10.0", "11.5"]
    assert cells[2].endswith("0.0,,,")
    workbook = desk.admin.get(f"{address}/region/file?as=xlsx").response
    assert load_workbook(io.BytesIO(workbook.get_data())).active.max_row == 3
    assert desk.admin.get(f"{address}/nothing/file").status == 404
    with desk.database.unit(writing=True) as unit:
        first = {"level": "mandated", "value": 98.0, "bound": 99.6, "bound_without": 100.0}
        unit.session.scalars(select(RunQuestion)).one().answer = {**answer, "levels": [first]}
        run = unit.session.get_one(Run, desk.run_id)
        run.levels = [{"name": "mandated", "value": 4.0, "bound": 4.0, "seconds": 0.1}, *run.levels]
    priced = desk.reviewer.get(desk.run)
    assert priced.queries <= MOST_QUERIES
    assert "About 0.4%, at most 2.0%" in priced.text
    assert "is worked out once somebody asks" not in priced.text
    kept = desk.admin.get(f"{desk.run}/certificate.csv").response.get_data(as_text=True)
    assert "0.02" in next(line for line in kept.splitlines() if line.startswith("Mandated support first"))


def test_what_a_level_costs_is_asked_for_from_its_run(desk: Desk) -> None:
    certificate = desk.reviewer.get(desk.run)
    assert "is worked out once somebody asks" in certificate.text


def test_why_not_is_asked_for_a_request_that_is_short_of_days_too(desk: Desk) -> None:
    request = f"{desk.run}/unmet/{desk.requests['R-2']}"
    asks = f"{request}/why-not"
    assert desk.reviewer.get(request).page.select_one(f'a[href="{asks}"]') is not None
    assert desk.who(Role.AUDITOR).get(request).page.select_one(f'a[href="{asks}"]') is None
    page = desk.reviewer.get(asks)
    assert page.queries <= MOST_QUERIES
    assert "3 days of 6 stay open." in page.text
    assert "Partner P-1, fit 0.60" in page.text
    wrong = desk.reviewer.submit(asks, {"partner": "Nobody"})
    assert wrong.status == 422
    assert "There is no partner of that name or reference" in wrong.text
    sent = desk.reviewer.submit(asks, {"partner": "P-4"})
    assert sent.status == 303
    with desk.database.unit(writing=False) as unit:
        row = unit.session.scalars(select(RunQuestion)).one()
        assert str(row.request_id) == str(desk.requests["R-2"])
        assert row.run_id == desk.run_id
    absent = f"{desk.run}/unmet/{desk.requests['R-1']}/why-not"
    assert desk.reviewer.get(absent).status == 404
