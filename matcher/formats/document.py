"""JSON documents in the strict form of spec/INSTANCE.md: what every format shares.

``parse`` turns bytes into plain Python values, refusing what is too large, too deep or not JSON before
anything is built from it. ``Row`` then reads one object of the document key by key; whatever is wrong is
noted with its path and a harmless stand-in is returned, so that one reading finds every problem of a file.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

BYTES_LIMIT: Final = 2 * 1024**3
NESTING_LIMIT: Final = 32
TEXT_LIMIT: Final = 200
DAYS_LIMIT: Final = 10_000
WHOLE_FILE: Final = "file"

_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNSUITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_OTHER_THAN_BRACKETS_AND_QUOTES = bytes(sorted(set(range(256)) - set(b'[]{}"')))
_CHUNK = 16 * 1024**2


class FormatError(ValueError):
    """A document is refused whole; ``problems`` holds a line for each thing wrong, "path: what is wrong"."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: list[str] = list(dict.fromkeys(problems))
        super().__init__("; ".join(self.problems[:3]) + ("; ..." if len(self.problems) > 3 else ""))


class _Missing:
    """The value of a key that is not there."""


MISSING: Final = _Missing()


class NotANumber:
    """NaN or an infinity as written in a file: JSON has neither, so no reader accepts it."""

    def __init__(self, name: str) -> None:
        self.name = name


class RepeatedKeys(dict[str, Any]):
    """An object in which a key was written more than once; ``repeated`` names such keys."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.repeated = sorted({key for key in keys if keys.count(key) > 1})


def sha256(raw: bytes) -> str:
    """The digest by which results name an instance: of the file's bytes, in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def parse(raw: bytes) -> Any:
    """The JSON value of a whole file.

    Raises ``FormatError`` for more than 2 GiB, nesting over 32, text that is not UTF-8, or anything but
    JSON. NaN, infinities and repeated keys come back as ``NotANumber`` and ``RepeatedKeys``: whoever reads
    the place where they stand can then name it.
    """
    if len(raw) > BYTES_LIMIT:
        raise FormatError([f"{WHOLE_FILE}: is larger than 2 GiB"])
    if nesting(raw) > NESTING_LIMIT:
        raise FormatError([f"{WHOLE_FILE}: is nested more than {NESTING_LIMIT} deep"])
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=NotANumber, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise FormatError([f"{WHOLE_FILE}: is not UTF-8 at byte {error.start}"]) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise FormatError([f"{WHOLE_FILE}: is not JSON at {where}: {error.msg}"]) from error
    except (ValueError, RecursionError) as error:
        raise FormatError([f"{WHOLE_FILE}: is not JSON that can be read: a number is too long"]) from error


def nesting(raw: bytes) -> int:
    """How deep lists and objects stand in one another, found from the brackets outside strings alone."""
    if b"\\" in raw:
        raw = _ESCAPE.sub(b"", raw)
    marks = np.frombuffer(raw.translate(None, _OTHER_THAN_BRACKETS_AND_QUOTES), dtype=np.uint8)
    deepest = depth = quotes = 0
    for start in range(0, len(marks), _CHUNK):
        chunk = marks[start : start + _CHUNK]
        is_quote = chunk == ord('"')
        outside = (np.cumsum(is_quote, dtype=np.int32) + quotes) % 2 == 0
        opens = outside & ((chunk == ord("[")) | (chunk == ord("{")))
        closes = outside & ((chunk == ord("]")) | (chunk == ord("}")))
        depths = depth + np.cumsum(opens.astype(np.int8) - closes.astype(np.int8), dtype=np.int32)
        deepest, depth = max(deepest, int(depths.max())), int(depths[-1])
        quotes += int(is_quote.sum()) % 2
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    return values if len(values) == len(pairs) else RepeatedKeys(pairs)


def shown(value: Any) -> str:
    """A value of a file as an error line shows it: one line, printable, never long."""
    if isinstance(value, NotANumber):
        return value.name
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if type(value) is int and value.bit_length() > 100:
        return "a very large number"
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:76] + "..."


def is_number(value: Any) -> bool:
    """A finite number; true and false are none."""
    return type(value) is int or (type(value) is float and math.isfinite(value))


def text_problem(value: Any) -> str | None:
    """What is wrong with a code or a name, if anything."""
    if type(value) is not str:
        return f"must be a text, not {shown(value)}"
    if not value or len(value) > TEXT_LIMIT:
        return f"must have 1 to {TEXT_LIMIT} characters"
    return f"{shown(value)} holds a control character" if _UNSUITABLE.search(value) else None


def identifier_problem(value: Any) -> str | None:
    """What is wrong with the id of a partner or a request, if anything."""
    if type(value) is not str:
        return f"must be an id, not {shown(value)}"
    fits = _IDENTIFIER.fullmatch(value)
    return None if fits else f"{shown(value)} is not an id (1 to 64 of letters, digits, '.', '_' and '-')"


class Row:
    """One object of a document, read key by key; problems go to a list that all its rows share."""

    def __init__(
        self, value: Any, path: str, problems: list[str], keys: Iterable[str], optional: Iterable[str] = ()
    ) -> None:
        self.path = path
        self.problems = problems
        self.values: dict[str, Any] = {}
        if not isinstance(value, dict):
            problems.append(f"{path or WHOLE_FILE}: must be an object, not {shown(value)}")
            return
        self.values = value
        self._check_keys(value, frozenset(keys), frozenset(optional))

    def _check_keys(self, value: dict[str, Any], keys: frozenset[str], optional: frozenset[str]) -> None:
        for key in sorted(value.keys() - keys - optional):
            self.say(key if _IDENTIFIER.fullmatch(key) else shown(key), "is not a known key")
        for key in sorted(keys - value.keys()):
            self.say(key, "is missing")
        if isinstance(value, RepeatedKeys):
            for key in value.repeated:
                self.say(key if _IDENTIFIER.fullmatch(key) else shown(key), "is written more than once")

    def say(self, key: str, what: str) -> None:
        """Note a problem at a key of this row (or at the row itself, for an empty key)."""
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        self.problems.append(f"{path or WHOLE_FILE}: {what}")

    def get(self, key: str) -> Any:
        """The value as it stands, or ``MISSING``."""
        return self.values.get(key, MISSING)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within bounds, written without a point."""
        value = self.get(key)
        if type(value) is int and low <= value <= high:
            return value
        if value is not MISSING:
            self.say(key, f"must be a whole number from {low} to {high}, not {shown(value)}")
        return low

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number within bounds; the default where the key is missing."""
        value = self.get(key)
        if value is MISSING:
            return low if default is None else default
        if is_number(value) and low <= value <= high:
            return float(value) + 0.0
        self.say(key, f"must be a number from {low:g} to {high:g}, not {shown(value)}")
        return low

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.get(key)
        if isinstance(value, bool):
            return value
        if value is not MISSING:
            self.say(key, f"must be true or false, not {shown(value)}")
        return default

    def text(self, key: str) -> str:
        """A code or a name."""
        value = self.get(key)
        problem = None if value is MISSING else text_problem(value)
        if problem:
            self.say(key, problem)
        return value if type(value) is str else ""

    def optional_text(self, key: str) -> str | None:
        """A code or a name, or null."""
        value = self.get(key)
        return None if value is None or value is MISSING else self.text(key)

    def identifier(self, key: str) -> str:
        """The id of a partner or a request."""
        value = self.get(key)
        problem = None if value is MISSING else identifier_problem(value)
        if problem:
            self.say(key, problem)
        return value if type(value) is str else ""

    def items(self, key: str) -> list[Any]:
        """A list; empty where the key is missing."""
        value = self.get(key)
        if isinstance(value, list):
            return value
        if value is not MISSING:
            self.say(key, f"must be a list, not {shown(value)}")
        return []

    def distinct_texts(self, key: str) -> list[str]:
        """A list of codes, none of them twice."""
        found: dict[str, None] = {}
        for position, value in enumerate(self.items(key)):
            problem = text_problem(value)
            if problem is None and value in found:
                problem = f"{shown(value)} is listed twice"
            if problem:
                self.say(f"{key}[{position}]", problem)
            else:
                found[value] = None
        return list(found)

    def whole_numbers(self, key: str, length: int, high: int) -> tuple[int, ...]:
        """A list of so many whole numbers from 0 to a bound."""
        values = self.items(key)
        if key in self.values and isinstance(self.values[key], list) and len(values) != length:
            self.say(key, f"must hold {length} whole numbers, one for each month, not {len(values)}")
        for position, value in enumerate(values):
            if type(value) is not int or not 0 <= value <= high:
                self.say(f"{key}[{position}]", f"must be a whole number from 0 to {high}, not {shown(value)}")
        return tuple(value if type(value) is int else 0 for value in values)
