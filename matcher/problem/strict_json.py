"""JSON in one spelling out, and nothing doubtful in: no NaN, no repeated key, bounded nesting."""

from __future__ import annotations

import json
from typing import Any

from matcher.problem.records import RecordError

MAX_NESTING = 32


def canonical_bytes(plain: Any) -> bytes:
    """The one spelling of a plain value: keys sorted, no spaces, UTF-8, a line end."""
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def parse_json(content: bytes) -> Any:
    """JSON as strict as the formats ask: no NaN, no repeated key, bounded nesting. Raises ``RecordError``."""
    try:
        plain = json.loads(
            content.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except RecursionError:
        raise RecordError([f"file: nested deeper than {MAX_NESTING}"]) from None
    except ValueError as error:
        raise RecordError([f"file: {error}"]) from None
    if _is_nested_deeper(plain, MAX_NESTING):
        raise RecordError([f"file: nested deeper than {MAX_NESTING}"])
    return plain


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return found


def _is_nested_deeper(plain: Any, levels: int) -> bool:
    layer = [plain]
    for _ in range(levels + 1):
        layer = [
            child
            for each in layer
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            return False
    return True
