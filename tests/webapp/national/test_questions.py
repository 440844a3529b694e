"""The page of a question: it waits, it says a rule, it compares levels, it shows what days are worth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from webapp.national.presenters import questions as pages
from webapp.services.questions import QuestionKind, QuestionState

ID = UUID(int=1)


@pytest.fixture(autouse=True)
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "url_for", lambda endpoint, **values: f"/{endpoint}")


def asked(kind: QuestionKind, state: QuestionState, answer: dict[str, Any] | None) -> Any:
    run = SimpleNamespace(number=2, round=SimpleNamespace(name="Winter round"))
    pair = kind is QuestionKind.WHY_NOT
    request = SimpleNamespace(title="Flow", requester=SimpleNamespace(name="Trust"))
    return SimpleNamespace(
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
    return pages.question_page(asked(QuestionKind.WHY_NOT, QuestionState.ANSWERED, given), called)


def test_it_loads_itself_again_while_it_waits_and_stops_when_it_failed() -> None:
    waiting = pages.question_page(asked(QuestionKind.WHY_NOT, QuestionState.WAITING, None), {})
    failed = pages.question_page(asked(QuestionKind.PRICES, QuestionState.FAILED, None), {})
    assert waiting.reload_seconds > 0
    assert failed.reload_seconds == 0
    assert "Ask again" in failed.lead


def test_a_rule_is_said_in_its_sentence() -> None:
    page = why_not(pair=pair_of(reasons=["reach"]))
    assert len(page.reasons) == 1
    assert not page.levels


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
    assert [line.said for line in page.levels] == ["The same", "Worse by 2", "Worse by 1.5"]
    assert page.changes == ("Would lose: Flow, Trust: 3 days of Ann",)


def test_days_and_levels_have_their_worth() -> None:
    worth = [
        {"month": 0, "region": "Y1", "skill": None, "highest": 12.0, "mean": 1.0, "partners": 2},
        {"month": 1, "region": None, "skill": "S1", "highest": 7.0, "mean": 1.0, "partners": 2},
        {"month": 1, "region": None, "skill": "S2", "highest": 0.0, "mean": 0.0, "partners": 2},
    ]
    levels = [
        {"level": "floors", "value": 98.0, "bound": 99.6, "bound_without": 100.0},
        {"level": "mandated", "bound": 100.0, "bound_without": 100.0},
    ]
    answer = {"months": ["2027-01", "2027-02"], "worth": worth, "levels": levels}
    row = asked(QuestionKind.PRICES, QuestionState.ANSWERED, answer)
    page = pages.question_page(row, {"Y1": "North", "S1": "Flow"})
    assert pages.codes_of(row) == {"S1", "S2"}
    assert [[line.label for line in table.rows] for table in page.tables] == [["North"], ["Flow"]]
    assert [line.said for line in page.prices] == [
        "About 0.4% of the benefit, at most 2.0%",
        "Nothing of the benefit that can be told",
    ]
