"""When each worker was last alive: one row for each machine, renewed once a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base

FORGOTTEN_AFTER = timedelta(days=1)


class WorkerSign(Base):
    """The last sign of life of the worker on one machine."""

    __tablename__ = "worker_signs"

    machine: Mapped[str] = mapped_column(String(120), primary_key=True)
    seen_at: Mapped[datetime]


def give(session: Session, machine: str, now: datetime) -> None:
    """Note that the worker of a machine is alive, and forget machines that have been gone for a day."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(WorkerSign).values(machine=machine[:120], seen_at=now)
    session.execute(insert.on_conflict_do_update(index_elements=["machine"], set_={"seen_at": now}))
    session.execute(delete(WorkerSign).where(WorkerSign.seen_at < now - FORGOTTEN_AFTER))


def listed() -> Select[WorkerSign]:
    """The workers, the latest first."""
    return select(WorkerSign).order_by(WorkerSign.seen_at.desc(), WorkerSign.machine)
