"""What somebody typed into a form that could not be taken: sealed, for them alone, for a day."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Select, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified

KEPT_FOR = timedelta(days=1)
MOST_FOR_ONE_PERSON = 20


class KeptWords(Identified, Base):
    """One form as it was sent. ``sealed`` holds for whom, for which page, and the fields; nothing is readable."""

    __tablename__ = "kept_words"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(index=True)


def of_user(user_id: uuid.UUID) -> Select[KeptWords]:
    """What is kept for a person, the newest first."""
    return (
        select(KeptWords)
        .where(KeptWords.user_id == user_id)
        .order_by(KeptWords.kept_at.desc(), KeptWords.id)
        .limit(MOST_FOR_ONE_PERSON)
    )


def one(user_id: uuid.UUID, kept_id: uuid.UUID) -> Select[KeptWords]:
    """One form, if it is this person's."""
    return select(KeptWords).where(KeptWords.id == kept_id, KeptWords.user_id == user_id)


def delete_one(session: Session, user_id: uuid.UUID, kept_id: uuid.UUID) -> None:
    """Drop what has been saved since."""
    session.execute(delete(KeptWords).where(KeptWords.id == kept_id, KeptWords.user_id == user_id))


def delete_beyond(session: Session, user_id: uuid.UUID) -> None:
    """Drop a person's oldest, so that there is room for one more."""
    kept = select(KeptWords.id).where(KeptWords.user_id == user_id).order_by(KeptWords.kept_at.desc())
    newest = list(session.scalars(kept.limit(MOST_FOR_ONE_PERSON - 1)))
    session.execute(delete(KeptWords).where(KeptWords.user_id == user_id, KeptWords.id.not_in(newest)))


def delete_old(session: Session, now: datetime) -> None:
    """Drop what nobody came back for."""
    session.execute(delete(KeptWords).where(KeptWords.kept_at < now - KEPT_FOR))
