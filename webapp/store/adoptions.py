"""Scenarios that are to become their round's run: proposed by one person, decided on by another."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.runs import Run
from webapp.store.transitions import Transitions


class AdoptionState(StrEnum):
    """Where it stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


ADOPTION_TRANSITIONS = Transitions({AdoptionState.PROPOSED: {AdoptionState.CONFIRMED, AdoptionState.REFUSED}})
_OPEN = text("state <> 'refused'")


class Adoption(Identified, Timed, Versioned, Base):
    """One proposal that a scenario become the round's run, and what became of it."""

    __tablename__ = "scenario_adoptions"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
        CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_given"),
        Index(
            "uq_scenario_adoptions_one_open",
            "run_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_scenario_adoptions_run_id", "run_id"),
    )

    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"))
    state: Mapped[AdoptionState] = mapped_column(
        stored_enum(AdoptionState, "state"), default=AdoptionState.PROPOSED
    )
    reason: Mapped[str] = mapped_column(String(1000))
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship()


def newest_of(session: Session, run_id: uuid.UUID) -> Adoption | None:
    """The newest proposal about a run; one that is not refused before any that is."""
    query = select(Adoption).where(Adoption.run_id == run_id)
    return session.scalar(
        query.order_by(
            Adoption.state == AdoptionState.REFUSED, Adoption.proposed_at.desc(), Adoption.id
        ).limit(1)
    )
