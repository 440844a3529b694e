"""Who is signed in: one row for each, found by the hash of the identifier in the cookie."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Select, String, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from webapp.store import inbox
from webapp.store.accounts import Membership, User
from webapp.store.base import Base, Identified
from webapp.store.tokens import token_hash


class SignIn(Identified, Base):
    """One sign-in of one user. Until ``complete`` only the second factor's pages answer to it.

    ``role_epoch`` is the user's at that moment: when they differ, rights have changed and the row is void.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    membership_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), index=True
    )
    role_epoch: Mapped[int]
    complete: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    proven_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")
    membership: Mapped[Membership | None] = relationship(lazy="raise")


def by_token(token: str, now: datetime, kinds: Iterable[str]) -> Select[SignIn, int]:
    """The sign-in of a cookie with its user and role, and the unread messages of these kinds, in one query."""
    return (
        select(SignIn, inbox.count_unread(SignIn.user_id, now, kinds))
        .where(SignIn.token_hash == token_hash(token))
        .options(
            joinedload(SignIn.user).raiseload(User.memberships),
            joinedload(SignIn.membership),
        )
    )


def end_for_user(session: Session, user_id: uuid.UUID, *, keep: uuid.UUID | None = None) -> None:
    """Sign the user out everywhere, but for the row ``keep``."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.id != (keep or uuid.UUID(int=0))))


def others(session: Session, user_id: uuid.UUID, keep: uuid.UUID) -> int:
    """How many other sign-ins of the user are there."""
    query = select(func.count(SignIn.id)).where(SignIn.user_id == user_id, SignIn.id != keep)
    return session.scalar(query) or 0


def note_seen(session: Session, sign_in_id: uuid.UUID, now: datetime) -> None:
    """The person is there, said in one statement: it is sent beside a page's own queries."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def delete_ended(session: Session, now: datetime, *, idle: timedelta, absolute: timedelta) -> None:
    """Drop rows that no cookie can use any more."""
    session.execute(
        delete(SignIn).where(or_(SignIn.last_seen_at < now - idle, SignIn.created_at < now - absolute))
    )
