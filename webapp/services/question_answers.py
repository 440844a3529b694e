"""A worker's part of a question about a run: have the run read in the warm child, ask, keep the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actor import SystemActor
from webapp.services import audit, run_documents
from webapp.services.solving import SolvingError
from webapp.services.states import advance
from webapp.store import run_questions as store
from webapp.store.run_questions import QUESTION_TRANSITIONS, QuestionState, RunQuestion
from webapp.store.runs import DocumentKind, RunDocument
from webapp.store.unit_of_work import Database, UnitOfWork

WORKER = SystemActor("worker")
NEEDED = (DocumentKind.SNAPSHOT, DocumentKind.RESULT)
_log = logging.getLogger(__name__)


class Child(Protocol):
    """Whoever knows runs and answers questions about them."""

    def knows(self, digest: str) -> bool: ...
    def remember(self, digest: str, documents: Mapping[str, bytes]) -> None: ...
    def ask(self, digest: str, question: Mapping[str, str]) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    run_id: UUID
    digest: str
    question: Mapping[str, str]


def answer_waiting(database: Database, child: Child) -> int:
    """Answer every question that waits, the oldest first; gives how many."""
    with database.unit(writing=False) as unit:
        waiting = list(unit.session.scalars(store.waiting()))
    for question_id in waiting:
        _answer(database, child, question_id)
    return len(waiting)


def _answer(database: Database, child: Child, question_id: UUID) -> None:
    with database.unit(writing=False) as unit:
        asked = _asked(unit, unit.session.get_one(RunQuestion, question_id))
    answer: dict[str, Any] | None = None
    try:
        if not child.knows(asked.digest):
            child.remember(asked.digest, _documents(database, asked.run_id))
        answer = child.ask(asked.digest, asked.question)
    except SolvingError as error:
        _log.warning("question %s has no answer: %s", question_id, error)
    with database.unit(writing=True) as unit:
        row = unit.session.get_one(RunQuestion, question_id, with_for_update=True)
        if row.state is not QuestionState.WAITING:
            return  # another worker was quicker
        to = QuestionState.FAILED if answer is None else QuestionState.ANSWERED
        advance(row, to, QUESTION_TRANSITIONS, "question")
        row.answer, row.answered_at = answer, None if answer is None else unit.now
        subject = audit.Subject("run", row.run_id)
        audit.record(unit, WORKER, f"question.{to.value}", subject, after={"question": str(row.id)})


def _asked(unit: UnitOfWork, row: RunQuestion) -> _Asked:
    query = select(RunDocument.sha256).where(
        RunDocument.run_id == row.run_id, RunDocument.kind == DocumentKind.RESULT
    )
    question = {"kind": row.kind.value}
    if row.partner is not None and row.request is not None:
        question |= {"partner": row.partner.reference, "request": row.request.reference}
    return _Asked(row.run_id, unit.session.scalars(query).one(), question)


def _documents(database: Database, run_id: UUID) -> dict[str, bytes]:
    with database.unit(writing=False) as unit:
        return {f"{kind.value}.json": run_documents.content(unit.session, run_id, kind) for kind in NEEDED}
