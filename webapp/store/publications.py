"""Publication of a run: proposed by one person, confirmed by another."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.runs import Run
from webapp.store.transitions import Transitions


class PublicationState(StrEnum):
    """Where a publication stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"


PUBLICATION_TRANSITIONS = Transitions(
    {
        PublicationState.PROPOSED: {PublicationState.CONFIRMED, PublicationState.REFUSED},
        PublicationState.CONFIRMED: {PublicationState.ROLLED_BACK},
    }
)

LIVE_STATES = (PublicationState.PROPOSED, PublicationState.CONFIRMED)
_LIVE = text("state IN ('proposed', 'confirmed')")


class Publication(Identified, Timed, Versioned, Base):
    """One proposal to publish a run, and what became of it."""

    __tablename__ = "publications"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
        CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("(state = 'rolled_back') = (rolled_back_by IS NOT NULL)", name="rolled_back_by_whom"),
        Index("uq_publications_one_live", "run_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"), index=True)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"), index=True)
    state: Mapped[PublicationState] = mapped_column(
        stored_enum(PublicationState, "state"), default=PublicationState.PROPOSED
    )
    note: Mapped[str] = mapped_column(String(1000), default="")
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]
    rolled_back_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    rolled_back_at: Mapped[datetime | None]
    roll_back_reason: Mapped[str] = mapped_column(String(1000), default="")

    run: Mapped[Run] = relationship()


def of_round(round_id: uuid.UUID) -> Select[Publication]:
    """Publications of a round, the newest first."""
    return (
        select(Publication)
        .where(Publication.round_id == round_id)
        .order_by(Publication.proposed_at.desc(), Publication.id)
    )


def live_of(session: Session, run_id: uuid.UUID) -> Publication | None:
    """The proposed or confirmed publication of a run."""
    return session.scalar(
        select(Publication).where(Publication.run_id == run_id, Publication.state.in_(LIVE_STATES))
    )
