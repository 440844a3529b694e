"""Questions about a run that take a solver: asked on a page, answered by a worker, kept with the answer."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, stored_enum
from webapp.store.partners import Partner
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.transitions import Transitions


class QuestionKind(StrEnum):
    """What is asked: why a partner is not on a request, or what days and levels are worth."""

    WHY_NOT = "why_not"
    PRICES = "prices"


class QuestionState(StrEnum):
    """Where a question stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    FAILED = "failed"


QUESTION_TRANSITIONS = Transitions(
    {
        QuestionState.WAITING: {QuestionState.ANSWERED, QuestionState.FAILED},
        QuestionState.FAILED: {QuestionState.WAITING},
    }
)


class RunQuestion(Identified, Timed, Base):
    """One question about a run. A run never changes, so its answer is right for ever and asked for once."""

    __tablename__ = "run_questions"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'why_not') = (partner_id IS NOT NULL AND request_id IS NOT NULL)", name="names_a_pair"
        ),
        CheckConstraint("(state = 'answered') = (answered_at IS NOT NULL)", name="answered_when"),
        Index("ix_run_questions_run_kind", "run_id", "kind"),
        Index("ix_run_questions_state", "state"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"))
    kind: Mapped[QuestionKind] = mapped_column(stored_enum(QuestionKind, "kind"))
    state: Mapped[QuestionState] = mapped_column(
        stored_enum(QuestionState, "state"), default=QuestionState.WAITING
    )
    partner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    request_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("support_requests.id"), index=True)
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    answered_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    run: Mapped[Run] = relationship()
    partner: Mapped[Partner | None] = relationship()
    request: Mapped[SupportRequest | None] = relationship()


def same(
    session: Session,
    run_id: uuid.UUID,
    kind: QuestionKind,
    pair: tuple[uuid.UUID | None, uuid.UUID | None] = (None, None),
) -> RunQuestion | None:
    """The question as it was asked before, if it was."""
    query = select(RunQuestion).where(RunQuestion.run_id == run_id, RunQuestion.kind == kind)
    query = query.where(
        RunQuestion.partner_id.is_not_distinct_from(pair[0]),
        RunQuestion.request_id.is_not_distinct_from(pair[1]),
    )
    return session.scalar(query.order_by(RunQuestion.created_at, RunQuestion.id).limit(1))


def waiting() -> Select[uuid.UUID]:
    """Questions without an answer, the oldest first."""
    query = select(RunQuestion.id).where(RunQuestion.state == QuestionState.WAITING)
    return query.order_by(RunQuestion.created_at, RunQuestion.id)
