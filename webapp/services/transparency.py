"""The transparency record: the facts it is made from, and the versions that were kept of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.services import policies, published
from webapp.services.failures import NotFound
from webapp.services.published import Facts
from webapp.store import transparency as store
from webapp.store.transparency import RecordVersion
from webapp.store.unit_of_work import UnitOfWork

SMALLEST_GROUP = 5
"""Smaller counts are not shown: they could point at somebody."""
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Live settings, and counts of published rounds; ``None`` stands for fewer than five."""

    policy: Facts
    answer_within_days: int | None
    counts: dict[str, int | None]


def facts(unit: UnitOfWork) -> RecordFacts:
    """Read them now."""
    row = policies.in_force(unit)
    counts = store.published_counts(unit.session)
    return RecordFacts(
        policy=published.facts(unit),
        answer_within_days=policies.rules_of(row).lapse_working_days if row else None,
        counts={
            name: None if name != "rounds" and 0 < count < SMALLEST_GROUP else count
            for name, count in counts.items()
        },
    )


def keep(unit: UnitOfWork, *, rows: Rows) -> bool:
    """Write a version if the record reads differently from the newest one; the worker calls it each hour."""
    newest = store.newest(unit.session)
    digest = digest_of(rows)
    if newest is not None and newest.sha256 == digest:
        return False
    number = newest.number + 1 if newest is not None else 1
    kept = [list(row) for row in rows]
    unit.session.add(RecordVersion(number=number, sha256=digest, rows=kept, made_at=unit.now))
    unit.flush()
    return True


def versions(unit: UnitOfWork) -> tuple[RecordVersion, ...]:
    """The latest hundred, the newest first."""
    return tuple(unit.session.scalars(store.versions().limit(100)))


def version(unit: UnitOfWork, *, number: int) -> RecordVersion:
    """One of them; raises ``NotFound``."""
    row = unit.session.scalar(store.versions().where(RecordVersion.number == number))
    if row is None:
        raise NotFound("no such version")
    return row


def digest_of(rows: Rows) -> str:
    """What tells one content from another."""
    plain = json.dumps([list(row) for row in rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
