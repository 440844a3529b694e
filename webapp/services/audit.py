"""Recording acts and proving that the record is whole (RELIABILITY.md I11, I12).

``record`` gathers an entry on the unit; the unit seals it into the chain just before it commits, in the same
transaction as the effect. ``record_refusal`` writes a refused attempt in a transaction of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor, role_of
from webapp.authority.matrix import require
from webapp.store import audit as store
from webapp.store.unit_of_work import Database, UnitOfWork

LIMIT_OF_BREAKS = 100
ANCHOR_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted upon: the kind of thing and its identifier."""

    kind: str
    id: str | UUID


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at some moment, kept outside the database, with a signature over both."""

    sequence: int
    hash: str
    signature: str

    def __str__(self) -> str:
        """Its line in a kept file."""
        return f"{self.sequence} {self.hash} {self.signature}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What ``verify`` found; ``breaks`` says where, one sentence each (at most 100)."""

    entries: int
    head: str
    breaks: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the chain is whole."""
        return not self.breaks


def record(
    unit: UnitOfWork,
    actor: AnyActor,
    action: str,
    subject: Subject,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note one act for the commit. ``before`` and ``after`` are hashed, never stored."""
    entry = _entry(actor, action, subject)
    unit.audit_entries.append(
        replace(entry, before_digest=store.digest(before), after_digest=store.digest(after))
    )


def record_refusal(
    database: Database, actor: AnyActor, action: str, subject: Subject, *, reason: str, request_id: str
) -> None:
    """Write a refused attempt at once: the unit it happened in was rolled back."""
    with database.unit(writing=True, request_id=request_id) as unit:
        entry = _entry(actor, action, subject)
        unit.audit_entries.append(replace(entry, outcome=store.Outcome.REFUSED, reason=reason))


def verify(
    unit: UnitOfWork, *, actor: AnyActor, anchors: Sequence[Anchor] = (), keys: Sequence[bytes] = ()
) -> Verification:
    """Read the whole chain and say where it was edited, cut, filled or reordered.

    Each anchor must be signed by one of ``keys`` and be met on the way: that shows a truncated tail.
    """
    require(actor, Action.AUDIT_VERIFY, hidden=False)
    breaks: list[str] = []
    expected = {anchor.sequence: anchor.hash for anchor in anchors if _signed(anchor, keys)}
    breaks += [f"anchor {a.sequence}: its signature is wrong" for a in anchors if not _signed(a, keys)]
    count, previous = 0, store.GENESIS
    for row in unit.session.scalars(store.chain_in_order()):
        count += 1
        breaks += _breaks_at(row, count, previous, expected)
        previous = row.hash
        unit.session.expunge(row)
        if len(breaks) >= LIMIT_OF_BREAKS:
            break
    breaks += _breaks_at_end(store.head(unit.session), (count, previous), expected)
    return Verification(count, previous, tuple(breaks[:LIMIT_OF_BREAKS]))


def anchor(found: Verification, key: bytes) -> Anchor:
    """The head of a chain that was found whole, signed, to be kept outside the database."""
    return Anchor(found.entries, found.head, _signature(found.entries, found.head, key))


def read_anchors(text: str) -> list[Anchor]:
    """The anchors of a kept file, one a line; raises ``ValueError`` where a line is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = ANCHOR_LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number} is no signed head of the audit")
        found.append(Anchor(int(match[1]), match[2], match[3]))
    return found


def _entry(actor: AnyActor, action: str, subject: Subject) -> store.Entry:
    person = actor if isinstance(actor, Actor) else None
    role = f"job:{actor.job}" if isinstance(actor, SystemActor) else str(role_of(actor))
    return store.Entry(
        action=str(action),
        subject_kind=subject.kind,
        subject_id=str(subject.id)[:80],
        actor_id=person.user_id if person else None,
        actor_role=role[:60],
        organisation_id=person.organisation_id if person else None,
    )


def _breaks_at(row: store.AuditEntry, place: int, previous: str, expected: Mapping[int, str]) -> list[str]:
    breaks = []
    if row.sequence != place:
        breaks.append(f"entry {place}: found number {row.sequence} in its place")
    if row.previous_hash != previous:
        breaks.append(f"entry {row.sequence}: does not follow the entry before it")
    if row.hash != store.entry_hash(row):
        breaks.append(f"entry {row.sequence}: its content was changed")
    if expected.get(row.sequence, row.hash) != row.hash:
        breaks.append(f"entry {row.sequence}: differs from the anchor kept outside")
    return breaks


def _breaks_at_end(head: tuple[int, str], last: tuple[int, str], expected: Mapping[int, str]) -> list[str]:
    breaks = []
    if head != last:
        breaks.append(f"head: says entry {head[0]}, the last entry is {last[0]}")
    breaks += [f"anchor {n}: the chain ends at entry {last[0]}" for n in sorted(expected) if n > last[0]]
    return breaks


def _signature(sequence: int, digest: str, key: bytes) -> str:
    return hmac.new(key, f"{sequence}:{digest}".encode(), hashlib.sha256).hexdigest()


def _signed(anchor: Anchor, keys: Sequence[bytes]) -> bool:
    return any(
        hmac.compare_digest(anchor.signature, _signature(anchor.sequence, anchor.hash, key)) for key in keys
    )
