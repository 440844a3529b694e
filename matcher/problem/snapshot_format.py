"""Snapshots as canonical JSON bytes, and back; as strict as instance files (``spec/INSTANCE.md``)."""

from __future__ import annotations

from matcher.problem.records import RecordError, decode, encode
from matcher.problem.snapshot import Snapshot
from matcher.problem.strict_json import canonical_bytes, parse_json


class SnapshotError(RecordError):
    """A snapshot breaks its format; ``problems`` has a line for each breach, "path: what is wrong"."""


def read_snapshot(content: bytes) -> Snapshot:
    """The snapshot of a file's bytes, in canonical order; raises ``SnapshotError`` with every problem."""
    try:
        return decode(Snapshot, parse_json(content)).canonical()
    except RecordError as error:
        raise SnapshotError(error.problems) from None


def write_snapshot(snapshot: Snapshot) -> bytes:
    """The snapshot's canonical bytes; one that breaks a rule raises ``SnapshotError``."""
    plain = encode(snapshot.canonical())
    try:
        decode(Snapshot, plain)
    except RecordError as error:
        raise SnapshotError(error.problems) from None
    return canonical_bytes(plain)
