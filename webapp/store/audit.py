"""The audit chain: append-only rows, each with the hash of the one before, and one row that holds the head.

No name, address or free text is kept here, only identifiers and digests: erasing a person leaves it whole.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DDL, BigInteger, CheckConstraint, Select, String, event, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, stored_enum

GENESIS = "0" * 64


class Outcome(StrEnum):
    """Whether the act took effect."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, before it has a place in the chain. A digest is ``None`` where there was nothing."""

    action: str
    subject_kind: str
    subject_id: str
    outcome: Outcome = Outcome.DONE
    actor_id: uuid.UUID | None = None
    actor_role: str = ""
    organisation_id: uuid.UUID | None = None
    before_digest: str | None = None
    after_digest: str | None = None
    reason: str = ""


class AuditEntry(Base):
    """One sealed act. A trigger refuses UPDATE and DELETE; the chain finds what a trigger could not stop."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    actor_role: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[Outcome] = mapped_column(stored_enum(Outcome, "outcome"))
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80), index=True)
    before_digest: Mapped[str | None] = mapped_column(String(64))
    after_digest: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    request_id: Mapped[str] = mapped_column(String(80))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The last sequence number and hash: the one row that all writers queue for."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


def canonical_json(value: Any) -> bytes:
    """One spelling for one content: sorted keys, no spaces, UTF-8, no NaN; dates, UUIDs and enums as text."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str
    ).encode()


def digest(content: Mapping[str, Any] | None) -> str | None:
    """SHA-256 of the canonical JSON, or ``None`` for nothing."""
    return None if content is None else hashlib.sha256(canonical_json(content)).hexdigest()


def seal(session: Session, entries: Sequence[Entry], *, now: datetime, request_id: str) -> None:
    """Append the entries to the chain, holding the head's lock until the transaction ends."""
    sequence, previous = take_head(session)
    rows = []
    for entry in entries:
        sequence += 1
        row = _row(entry, sequence, now, request_id, previous)
        previous = row.hash
        rows.append(row)
    session.add_all(rows)
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(sequence=sequence, hash=previous))
    session.flush()


def take_head(session: Session) -> tuple[int, str]:
    """Lock the head for this transaction and read it; the first writers ever agree on one that makes it."""
    locked = update(AuditHead).where(AuditHead.id == 1).values(sequence=AuditHead.sequence)
    locked = locked.returning(AuditHead.sequence, AuditHead.hash)
    found = session.execute(locked).one_or_none()
    if found is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        first = dialect.insert(AuditHead).values(id=1, sequence=0, hash=GENESIS)
        session.execute(first.on_conflict_do_nothing())
        found = session.execute(locked).one()
    return found.sequence, found.hash


def entry_hash(row: AuditEntry) -> str:
    """The hash that ``row`` must carry."""
    content = {
        column.key: getattr(row, column.key)
        for column in AuditEntry.__mapper__.column_attrs
        if column.key != "hash"
    }
    content["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical_json(content)).hexdigest()


def chain_in_order() -> Select[AuditEntry]:
    """Every sealed entry from the first."""
    return select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=1000)


def listed(
    *,
    organisation_id: uuid.UUID | None = None,
    action: str = "",
    outcome: Outcome | None = None,
    subject_id: str = "",
) -> Select[AuditEntry]:
    """Sealed entries that match, the latest first; an organisation's are those of its people."""
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc())
    if organisation_id is not None:
        query = query.where(AuditEntry.organisation_id == organisation_id)
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if outcome is not None:
        query = query.where(AuditEntry.outcome == outcome)
    if subject_id:
        query = query.where(AuditEntry.subject_id == subject_id)
    return query


def head(session: Session) -> tuple[int, str]:
    """Sequence and hash of the head, without a lock; ``(0, GENESIS)`` before the first entry."""
    row = session.get(AuditHead, 1)
    return (row.sequence, row.hash) if row else (0, GENESIS)


def _row(entry: Entry, sequence: int, now: datetime, request_id: str, previous: str) -> AuditEntry:
    row = AuditEntry(
        sequence=sequence,
        at=now,
        actor_id=entry.actor_id,
        actor_role=entry.actor_role,
        organisation_id=entry.organisation_id,
        action=entry.action,
        outcome=entry.outcome,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        before_digest=entry.before_digest,
        after_digest=entry.after_digest,
        reason=entry.reason[:200],
        request_id=request_id[:80],
        previous_hash=previous,
    )
    row.hash = entry_hash(row)
    return row


def append_only_ddl(dialect: str) -> Iterable[str]:
    """Statements that make the table refuse UPDATE and DELETE; run by the migration and by ``create_all``."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries "
                "BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"
            )
        return
    yield (
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$"
    )
    yield (
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


for _dialect in ("sqlite", "postgresql"):
    for _statement in append_only_ddl(_dialect):
        event.listen(AuditEntry.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))
