"""Words that somebody typed and that could not be saved, kept until they have signed in again.

They are theirs alone: nobody else finds them, they change nothing, and they go once they are saved or after a day.
What is kept is sealed by the caller, so that neither table nor backup can be read.
"""

from __future__ import annotations

from uuid import UUID

from webapp.store import kept_words as store
from webapp.store.kept_words import KEPT_FOR, KeptWords
from webapp.store.unit_of_work import UnitOfWork


def keep(unit: UnitOfWork, *, user_id: UUID, sealed: str) -> UUID:
    """Keep one form for the person who typed it; their oldest goes when there are too many."""
    store.delete_beyond(unit.session, user_id)
    row = KeptWords(user_id=user_id, sealed=sealed, kept_at=unit.now)
    unit.session.add(row)
    unit.flush()
    return row.id


def find(unit: UnitOfWork, *, user_id: UUID, kept_id: UUID) -> str | None:
    """What was kept under this identifier for this person, sealed; ``None`` when there is none any more."""
    row = unit.session.scalar(store.one(user_id, kept_id))
    return row.sealed if row is not None and unit.now - row.kept_at <= KEPT_FOR else None


def all_of(unit: UnitOfWork, *, user_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """All that is kept for this person, the newest first: identifier and sealed content."""
    rows = unit.session.scalars(store.of_user(user_id))
    return tuple((row.id, row.sealed) for row in rows if unit.now - row.kept_at <= KEPT_FOR)


def forget(unit: UnitOfWork, *, user_id: UUID, kept_id: UUID) -> None:
    """Drop what has been saved."""
    store.delete_one(unit.session, user_id, kept_id)
