"""Instance documents for tests: a small one that is valid, and the ways to bytes and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matcher.problem.instance import Instance
from matcher.serialisation import InstanceError, read_instance

GOLDEN = Path(__file__).resolve().parents[1] / "instances"


def golden_document(name: str = "tiny") -> dict[str, Any]:
    """A golden instance as plain JSON, to be changed at will."""
    document: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_bytes())
    return document


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def as_instance(document: dict[str, Any]) -> Instance:
    return read_instance(as_bytes(document))


def problems_of(document: Any) -> list[str]:
    """The lines with which a document is refused; none if it is read."""
    try:
        read_instance(document if isinstance(document, bytes) else as_bytes(document))
    except InstanceError as error:
        return error.problems
    return []
