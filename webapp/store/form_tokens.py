"""One effect for one form: the token row is written in the transaction of the effect (RELIABILITY.md I9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base
from webapp.store.tokens import token_hash

KEPT_FOR = timedelta(days=2)


class FormToken(Base):
    """A token that was used: by whom, for which content, and where it led."""

    __tablename__ = "form_tokens"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_digest: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(2000), default="")
    used_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class FirstUse:
    """What a token was used for before."""

    content_digest: str
    location: str


def claim(session: Session, *, owner: str, token: str, content_digest: str, now: datetime) -> FirstUse | None:
    """Take the token for this transaction; ``None`` when it is ours, else its first use.

    A second use waits for the transaction of the first one to end, on both engines.
    """
    hashed = token_hash(token)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(FormToken).values(
        owner=owner, token_hash=hashed, content_digest=content_digest, location="", used_at=now
    )
    if session.execute(insert.on_conflict_do_nothing().returning(FormToken.owner)).first():
        return None
    used = session.get_one(FormToken, (owner, hashed))
    return FirstUse(used.content_digest, used.location)


def remember_location(session: Session, *, owner: str, token: str, location: str) -> None:
    """Keep where the first use led, so that a replay leads there too."""
    hashed = token_hash(token)
    row = update(FormToken).where(FormToken.owner == owner, FormToken.token_hash == hashed)
    session.execute(row.values(location=location))


def delete_old(session: Session, now: datetime) -> None:
    """Drop tokens that are older than any open form."""
    session.execute(delete(FormToken).where(FormToken.used_at < now - KEPT_FOR))
