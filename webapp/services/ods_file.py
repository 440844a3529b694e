"""Reads the "NHS trusts" file of the Organisation Data Service as it is published.

The file has no header, 27 columns and one organisation on each line. This module decides whether a file
is well formed and what it states; what that changes is decided by ``webapp.services.imports``. A file
with any fault is refused whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from webapp.services.csv_text import FileRefusedError, Problem, decode, lines

COLUMNS = 27
MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5_000
MAX_FIELD_LENGTH = 200
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

CODE, NAME, REGION, BOARD, OPENED, CLOSED = 1, 2, 3, 4, 11, 12
"""Positions of the columns in use, counted from 1 as the publisher does."""

_CODE = re.compile(r"[A-Z0-9]{3}|[A-Z0-9]{5}")
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class OdsRow:
    """One organisation as the file states it; an empty code is None, ``closed`` is None while it is open."""

    line: int
    code: str
    name: str
    region: str | None
    board: str | None
    opened: date
    closed: date | None


def read(content: bytes) -> tuple[OdsRow, ...]:
    """All rows of a file in its order; raises ``FileRefusedError`` if anything is wrong with any."""
    text = decode(content, most_bytes=MAX_BYTES)
    rows: list[OdsRow] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for line, fields in lines(text, problems, most=MAX_ROWS):
        faults = _faults(line, fields)
        if not faults and fields[CODE - 1] in first_line:
            earlier = first_line[fields[CODE - 1]]
            faults = [Problem(line, CODE, f"{fields[CODE - 1]} stands on line {earlier} already")]
        problems += faults
        if not faults:
            first_line[fields[CODE - 1]] = line
            rows.append(_row(line, fields))
    if not rows and not problems:
        problems.append(Problem(0, 0, "The file holds no organisations."))
    if problems:
        raise FileRefusedError(problems)
    return tuple(rows)


def _faults(line: int, fields: list[str]) -> list[Problem]:
    if not fields:
        return [Problem(line, 0, "is empty")]
    if len(fields) != COLUMNS:
        return [Problem(line, 0, f"has {len(fields)} columns, not {COLUMNS}")]
    faults = [Problem(line, column, fault) for column, fault in _text_faults(fields)]
    if faults:
        return faults
    checks = {
        CODE: _code_fault(fields[CODE - 1], "an organisation"),
        NAME: None if fields[NAME - 1].strip() else "the name is missing",
        REGION: _code_fault(fields[REGION - 1], "a region") if fields[REGION - 1] else None,
        BOARD: _code_fault(fields[BOARD - 1], "an ICB") if fields[BOARD - 1] else None,
        OPENED: _date_fault(fields[OPENED - 1]),
        CLOSED: _date_fault(fields[CLOSED - 1]) if fields[CLOSED - 1] else None,
    }
    faults = [Problem(line, column, fault) for column, fault in checks.items() if fault]
    if not faults and fields[CLOSED - 1] and fields[CLOSED - 1] < fields[OPENED - 1]:
        faults = [Problem(line, CLOSED, "the close date is before the open date")]
    return faults


def _text_faults(fields: list[str]) -> Iterator[tuple[int, str]]:
    for column, field in enumerate(fields, start=1):
        if len(field) > MAX_FIELD_LENGTH:
            yield column, f"is longer than {MAX_FIELD_LENGTH} characters"
        elif any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in field):
            yield column, "holds a control or invisible character"


def _code_fault(field: str, noun: str) -> str | None:
    if _CODE.fullmatch(field):
        return None
    return f"{_quoted(field)} is not the code of {noun}: 3 or 5 capitals and digits"


def _date_fault(field: str) -> str | None:
    if not field:
        return "the open date is missing"
    if _DATE.fullmatch(field):
        try:
            day = _date(field)
        except ValueError:
            return f"{field} is not a date of the calendar"
        return (
            None if EARLIEST <= day <= LATEST else f"{field} is not between {EARLIEST.year} and {LATEST.year}"
        )
    return f"{_quoted(field)} is not a date written as yyyymmdd"


def _quoted(field: str) -> str:
    return f'"{field[:40]}"'


def _date(field: str) -> date:
    return date(int(field[:4]), int(field[4:6]), int(field[6:]))


def _row(line: int, fields: list[str]) -> OdsRow:
    return OdsRow(
        line=line,
        code=fields[CODE - 1],
        name=unicodedata.normalize("NFC", fields[NAME - 1]),
        region=fields[REGION - 1] or None,
        board=fields[BOARD - 1] or None,
        opened=_date(fields[OPENED - 1]),
        closed=_date(fields[CLOSED - 1]) if fields[CLOSED - 1] else None,
    )
