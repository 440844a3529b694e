"""Snapshots as canonical JSON bytes, and back; as strict as instance files (``spec/INSTANCE.md``)."""

from __future__ import annotations

from matcher.problem.records import RecordError, decode, encode
from matcher.problem.snapshot import SNAPSHOT_FORMAT, Snapshot
from matcher.problem.strict_json import canonical_bytes, parse_json


class SnapshotError(RecordError):
    """A snapshot breaks its format; ``problems`` has a line for each breach, "path: what is wrong"."""


def read_snapshot(content: bytes) -> Snapshot:
    """The snapshot of a file's bytes, in canonical order; raises ``SnapshotError`` with every problem."""
    try:
        plain = parse_json(content)
        named = plain.get("format", SNAPSHOT_FORMAT) if isinstance(plain, dict) else SNAPSHOT_FORMAT
        if (
            isinstance(named, str) and named != SNAPSHOT_FORMAT
        ):  # another document altogether: its keys are no news
            raise SnapshotError([f"format: must be {SNAPSHOT_FORMAT}"])
        return decode(Snapshot, plain).canonical()
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
