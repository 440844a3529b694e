"""Evidence as canonical JSON bytes, and back."""

from __future__ import annotations

from matcher.evidence.explanation import EVIDENCE_FORMAT, Evidence
from matcher.problem.records import RecordError, decode, encode
from matcher.problem.strict_json import canonical_bytes, parse_json


class EvidenceError(RecordError):
    """A document is no evidence of this version; ``problems`` has a line for each breach."""


def write_evidence(evidence: Evidence) -> bytes:
    """The evidence's canonical bytes: equal evidence, equal bytes."""
    return canonical_bytes(encode(evidence))


def read_evidence(content: bytes) -> Evidence:
    """The evidence of stored bytes, for notebooks. Raises ``EvidenceError`` with every problem found."""
    try:
        evidence = decode(Evidence, parse_json(content))
    except RecordError as error:
        raise EvidenceError(error.problems) from None
    if evidence.format != EVIDENCE_FORMAT:
        raise EvidenceError([f"format: must be {EVIDENCE_FORMAT}"])
    return evidence
