"""Reads the "NHS trusts" file of the Organisation Data Service as it is published.

The file has no header, 27 columns and one organisation on each line. This module decides whether a file
is well formed and what it states; what that changes is decided by ``webapp.services.imports``. A file
with any fault is refused whole.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

COLUMNS = 27
MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5_000
MAX_FIELD_LENGTH = 200
MAX_PROBLEMS = 100
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

CODE, NAME, REGION, BOARD, OPENED, CLOSED = 1, 2, 3, 4, 11, 12
"""Positions of the columns in use, counted from 1 as the publisher does."""

_CODE = re.compile(r"[A-Z0-9]{3}|[A-Z0-9]{5}")
_DATE = re.compile(r"[0-9]{8}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a file: what is wrong, and where, counted from 1 (0: the whole line or file)."""

    line: int
    column: int
    what: str

    def __str__(self) -> str:
        if not self.line:
            return self.what
        place = f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.what}"


class OdsFileRefusedError(Exception):
    """The file cannot be used; ``problems`` holds the first ``MAX_PROBLEMS`` of ``count`` reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        self.count = len(problems)
        self.problems = tuple(problems[:MAX_PROBLEMS])
        super().__init__("; ".join(str(problem) for problem in self.problems[:3]))


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
    """All rows of a file in its order; raises ``OdsFileRefusedError`` if anything is wrong with any."""
    text = _decode(content)
    rows: list[OdsRow] = []
    problems: list[Problem] = []
    first_line: dict[str, int] = {}
    for line, fields in _lines(text, problems):
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
        raise OdsFileRefusedError(problems)
    return tuple(rows)


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise OdsFileRefusedError([Problem(0, 0, f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.")])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise OdsFileRefusedError([Problem(0, 0, "The file is in UTF-16. Save it as UTF-8 and try again.")])
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise OdsFileRefusedError([Problem(line, 0, "holds a NUL byte: this is not a plain text file")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OdsFileRefusedError([Problem(line, 0, "holds bytes that are not UTF-8 text")]) from error


def _lines(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line with its number; faults that end the reading are added to ``problems``."""
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), strict=True)
    line = 1
    try:
        for count, fields in enumerate(reader, start=1):
            if count > MAX_ROWS:
                problems.append(
                    Problem(line, 0, f"The file has more than {MAX_ROWS} lines; nothing after was read")
                )
                return
            yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, 0, f"cannot be read as comma-separated values ({error})"))


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
