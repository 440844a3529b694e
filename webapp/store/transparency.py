"""Versions of the transparency record: one row whenever its content changed, never edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified
from webapp.store.decisions import Decision
from webapp.store.learning import OVERRULING, settled
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import RequestState, SupportRequest


class RecordVersion(Identified, Base):
    """What the record said from ``made_at`` on: rows of section, question and answer."""

    __tablename__ = "transparency_versions"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)

    number: Mapped[int] = mapped_column(unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[list[list[str]]] = mapped_column(JSON)
    made_at: Mapped[datetime]


def versions() -> Select[RecordVersion]:
    """All versions, the newest first."""
    return select(RecordVersion).order_by(RecordVersion.number.desc())


def newest(session: Session) -> RecordVersion | None:
    """The version that was kept last."""
    return session.scalar(versions().limit(1))


def published_counts(session: Session) -> dict[str, int]:
    """How much has been matched in rounds that were published: they change with a publication only."""
    runs = select(Publication.run_id).where(Publication.state == PublicationState.CONFIRMED)
    rounds = select(Round.id).where(Round.state.in_((RoundState.PUBLISHED, RoundState.ENDED)))
    overruled = settled(OVERRULING).where(Decision.run_id.in_(runs))
    counts = {
        "rounds": select(func.count()).select_from(rounds.subquery()),
        "requests": select(func.count(SupportRequest.id)).where(
            SupportRequest.round_id.in_(rounds), SupportRequest.state != RequestState.DRAFT
        ),
        "proposed": select(func.count(ProposedMatch.id)).where(ProposedMatch.run_id.in_(runs)),
        "overruled": select(func.count()).select_from(overruled.subquery()),
        "offers": select(func.count(Offer.id)),
    }
    return {name: session.scalar(query) or 0 for name, query in counts.items()}
