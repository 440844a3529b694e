"""Questions about a run: asked once, answered by whoever knows the run, failed without harm, asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.services.conftest import Country
from tests.services.matched import Matched
from webapp.authority.matrix import AccessDenied
from webapp.services import question_answers, questions
from webapp.services.failures import Rejected
from webapp.services.solving import SolvingError
from webapp.store.partners import Partner
from webapp.store.run_questions import QuestionState, RunQuestion
from webapp.store.unit_of_work import Database, UnitOfWork


class Knowing:
    """A child that knows every run once it was told, and answers with the question."""

    def __init__(self) -> None:
        self.told: dict[str, Mapping[str, bytes]] = {}

    def knows(self, digest: str) -> bool:
        return digest in self.told

    def remember(self, digest: str, documents: Mapping[str, bytes]) -> None:
        self.told[digest] = documents

    def ask(self, digest: str, question: Mapping[str, str]) -> dict[str, Any]:
        assert self.knows(digest)
        return {"asked": dict(question)}


class Broken(Knowing):
    """A child that dies at each question."""

    def ask(self, digest: str, question: Mapping[str, str]) -> dict[str, Any]:
        raise SolvingError("The solver stopped without an answer.")


def state_of(database: Database, row: RunQuestion) -> tuple[QuestionState, Any]:
    with database.unit(writing=False) as unit:
        found = unit.session.get_one(RunQuestion, row.id)
        return found.state, found.answer


def test_the_pair_is_told_by_reference_and_the_run_read_once(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    match_id = matched.matches["R-1"]
    row = questions.ask_why_not(unit, actor=country.reviewer, match_id=match_id, partner_text=" p-3 ")
    prices = questions.ask_prices(unit, actor=country.reviewer, run_id=matched.run_id)
    unit.commit()
    unit.close()
    child = Knowing()
    assert question_answers.answer_waiting(database, child) == 2
    asked = {"kind": "why_not", "partner": "P-3", "request": "R-1"}
    assert state_of(database, row) == (QuestionState.ANSWERED, {"asked": asked})
    assert state_of(database, prices) == (QuestionState.ANSWERED, {"asked": {"kind": "prices"}})
    (documents,) = child.told.values()
    assert set(documents) == {"snapshot.json", "result.json"}
    assert question_answers.answer_waiting(database, child) == 0


def test_the_same_question_is_asked_once(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    first = questions.ask_prices(unit, actor=country.reviewer, run_id=matched.run_id)
    assert questions.ask_prices(unit, actor=country.admin, run_id=matched.run_id) is first
    assert unit.session.scalar(select(func.count()).select_from(RunQuestion)) == 1


def test_one_that_failed_may_be_asked_again(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    row = questions.ask_prices(unit, actor=country.reviewer, run_id=matched.run_id)
    unit.commit()
    unit.close()
    question_answers.answer_waiting(database, Broken())
    assert state_of(database, row) == (QuestionState.FAILED, None)
    questions.ask_prices(unit, actor=country.reviewer, run_id=matched.run_id)
    unit.commit()
    unit.close()
    question_answers.answer_waiting(database, Knowing())
    assert state_of(database, row)[0] is QuestionState.ANSWERED


def test_a_partner_that_is_not_there_is_said_on_the_field(
    unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    for text in ("", "nobody of that name"):
        with pytest.raises(Rejected) as failure:
            questions.ask_why_not(
                unit, actor=country.reviewer, match_id=matched.matches["R-1"], partner_text=text
            )
        assert [each.field for each in failure.value.problems] == ["partner"]


def test_a_part_of_a_name_is_enough_where_it_is_of_one_partner_alone(
    unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    match_id = matched.matches["R-1"]
    partner = unit.session.scalars(select(Partner).where(Partner.reference == "P-3")).one()
    partner.name = "Saltmarsh 100% collaborative"
    unit.session.flush()
    row = questions.ask_why_not(unit, actor=country.reviewer, match_id=match_id, partner_text="marsh 100%")
    assert row.partner_id == partner.id
    for other in unit.session.scalars(select(Partner).where(Partner.reference.in_(("P-1", "P-2")))):
        other.name = f"Rosehill {other.reference}"
    unit.session.flush()
    with pytest.raises(Rejected) as failure:
        questions.ask_why_not(unit, actor=country.reviewer, match_id=match_id, partner_text="rosehill")
    assert "P-1 (Rosehill P-1), P-2 (Rosehill P-2)" in failure.value.problems[0].message


def test_an_answer_calls_requests_and_partners_by_their_names(
    unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    row = questions.ask_why_not(
        unit, actor=country.reviewer, match_id=matched.matches["R-1"], partner_text="P-3"
    )
    assert questions.names(unit, actor=country.reviewer, row=row) == {}
    row.answer = {"forced": {"dropped": [{"partner": "P-1", "request": "R-1", "days": [1]}], "added": []}}
    called = questions.names(unit, actor=country.reviewer, row=row)
    partner = unit.session.scalars(select(Partner).where(Partner.reference == "P-1")).one()
    assert called["P-1"] == partner.name
    assert "R-1" not in called["R-1"]


def test_a_lead_may_not_ask(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    with pytest.raises(AccessDenied):
        questions.ask_prices(unit, actor=country.lead, run_id=matched.run_id)
