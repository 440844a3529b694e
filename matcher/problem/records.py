"""Frozen dataclasses to plain JSON values and back, with every broken bound reported and none guessed.

A field's annotation is its rule: ``Annotated[int, Between(0, 1000)]`` is a whole number in that range,
``Identifier`` an opaque id. A class may add a method ``problems()`` for what takes more than one field;
each line it yields starts with the field it is about. Nothing here knows what the records mean.
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from matcher.problem.bounds import Between, Matching

T = TypeVar("T")
Report = Callable[[str], None]
Decoder = Callable[[Any, str, Report], Any]

_MISSING = object()
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


class RecordError(ValueError):
    """A document breaks its format: ``problems`` holds a line for each breach, as "path: what is wrong"."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:3]) + ("; ..." if len(problems) > 3 else ""))
        self.problems = problems


def encode(value: Any) -> Any:
    """The plain JSON value of a record: whole floats as integers, dates as ISO text, tuples as lists."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is float:
        return int(value) if value.is_integer() else value
    if kind is tuple or kind is list:
        return [encode(each) for each in value]
    names = _fields_of(kind)  # type: ignore[arg-type]  # classes are hashable
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    return _encode_other(value)


@cache
def _fields_of(kind: type[Any]) -> tuple[str, ...] | None:
    """The names of a record's fields; None for what is no record."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(field.name for field in dataclasses.fields(kind))


def _encode_other(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): encode(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [encode(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def decode(kind: type[T], plain: Any) -> T:
    """The record of a plain value; raises ``RecordError`` with every problem found."""
    problems: list[str] = []
    decode_kind: Decoder = _decoder(kind)  # type: ignore[arg-type]  # classes are hashable
    record = decode_kind(plain, "", problems.append)
    if problems:
        raise RecordError(problems)
    return record  # type: ignore[no-any-return]  # the decoder of a class returns that class or reports


@cache
def _decoder(kind: Any) -> Decoder:
    origin = get_origin(kind)
    if origin is Annotated:
        return _bounded(*get_args(kind))
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        return _sequence(get_args(kind))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind)
    return _SCALARS[kind]


def _bounded(inner: Any, *rules: Between | Matching) -> Decoder:
    decode_inner = _decoder(inner)

    def decode_bounded(value: Any, path: str, report: Report) -> Any:
        found = decode_inner(value, path, report)
        if found is not _MISSING:
            for rule in rules:
                problem = rule.problem(found)
                if problem:
                    report(f"{path}: {problem}")
        return found

    return decode_bounded


def _optional(kind: Any) -> Decoder:
    (inner,) = (each for each in get_args(kind) if each is not type(None))
    decode_inner = _decoder(inner)
    return lambda value, path, report: None if value is None else decode_inner(value, path, report)


def _sequence(arguments: tuple[Any, ...]) -> Decoder:
    is_open = len(arguments) == 2 and arguments[1] is Ellipsis
    fixed = [] if is_open else [_decoder(each) for each in arguments]
    decode_item = _decoder(arguments[0])

    def decode_sequence(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, list) or (fixed and len(value) != len(fixed)):
            report(f"{path}: must be a list" + (f" of {len(fixed)}" if fixed else ""))
            return _MISSING
        decoders = fixed or [decode_item] * len(value)
        items = [
            each(item, f"{path}[{i}]", report)
            for i, (each, item) in enumerate(zip(decoders, value, strict=True))
        ]
        return _MISSING if any(item is _MISSING for item in items) else tuple(items)

    return decode_sequence


def _choice(kind: type[StrEnum]) -> Decoder:
    allowed = {each.value: each for each in kind}

    def decode_choice(value: Any, path: str, report: Report) -> Any:
        if isinstance(value, str) and value in allowed:
            return allowed[value]
        report(f"{path}: {value!r} is not one of {', '.join(allowed)}")
        return _MISSING

    return decode_choice


def _record(kind: type[Any]) -> Decoder:
    hints = get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    checks_itself = hasattr(kind, "problems")
    decoders = {field.name: _decoder(hints[field.name]) for field in fields}
    required = {
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    def decode_record(value: Any, path: str, report: Report) -> Any:
        if not isinstance(value, dict):
            report(f"{path or 'file'}: must be an object")
            return _MISSING
        for key in sorted(set(value) - set(decoders)):
            report(f"{_join(path, key)}: unknown key")
        for key in sorted(required - set(value)):
            report(f"{_join(path, key)}: is missing")
        found = {
            key: decoders[key](each, _join(path, key), report)
            for key, each in value.items()
            if key in decoders
        }
        if required - set(value) or any(each is _MISSING for each in found.values()):
            return _MISSING
        record = kind(**found)
        if checks_itself:
            for problem in record.problems():
                report(_join(path, problem))
        return record

    return decode_record


def _join(path: str, rest: str) -> str:
    return f"{path}.{rest}" if path else rest


def _decode_text(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, str):
        return value
    report(f"{path}: must be a text")
    return _MISSING


def _decode_whole(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    report(f"{path}: must be a whole number")
    return _MISSING


def _decode_number(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_finite(value):
        return float(value)
    report(f"{path}: must be a number")
    return _MISSING


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _decode_flag(value: Any, path: str, report: Report) -> Any:
    if isinstance(value, bool):
        return value
    report(f"{path}: must be true or false")
    return _MISSING


def _decode_date(value: Any, path: str, report: Report) -> Any:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    report(f"{path}: {value!r} is not a date (YYYY-MM-DD)")
    return _MISSING


_SCALARS: dict[Any, Decoder] = {
    str: _decode_text,
    int: _decode_whole,
    float: _decode_number,
    bool: _decode_flag,
    date: _decode_date,
}
