"""Counted tries, shared by all web workers: fixed windows, one row for each key and window."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base


class RateCount(Base):
    """How often ``key`` was tried in the window that starts at ``window_start`` (seconds since 1970)."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tries: Mapped[int]


def count(session: Session, key: str, *, window_seconds: int, now: datetime) -> tuple[int, int]:
    """Count one try; gives the tries in this window so far and the seconds until it ends."""
    seconds = int(now.timestamp())
    start = seconds - seconds % window_seconds
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(RateCount).values(key=key[:120], window_start=start, tries=1)
    counted = insert.on_conflict_do_update(
        index_elements=["key", "window_start"], set_={"tries": RateCount.tries + 1}
    ).returning(RateCount.tries)
    return session.execute(counted).scalar_one(), start + window_seconds - seconds


def forget(session: Session, key: str) -> None:
    """Start the count of ``key`` again, after a success."""
    session.execute(delete(RateCount).where(RateCount.key == key[:120]))


def delete_old(session: Session, now: datetime) -> None:
    """Drop windows that ended over a day ago."""
    session.execute(delete(RateCount).where(RateCount.window_start < int(now.timestamp()) - 172_800))
