"""Reads a team's members from a CSV file: each with skills and days by month.

One member on each line, under a head that names the columns: ``member``, ``skills``, and months as
``2026-12``. A skill is its code, its level and, if known, the year of last use: ``UEC-FLO-DIS 3 2026``;
several are parted by semicolons. This module says what a file states; what that changes for the team is
decided by ``team_imports``. A file with any fault is refused whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from webapp.services import free_text
from webapp.services.csv_text import FileRefusedError, Problem, decode, lines

MAX_BYTES = 256 * 1024
MAX_ROWS = 2_000
MAX_COLUMNS = 26
MAX_CELL = 2_000
MOST_DAYS = 31
MOST_SKILLS = 60
MEMBER, SKILLS = "member", "skills"
FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_SKILL = re.compile(r"([A-Z0-9-]{2,40}) ([1-4])(?: ([0-9]{4}))?")


@dataclass(frozen=True, slots=True)
class Held:
    """A skill of one member."""

    level: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the team, as the file states them; the name is used for messages and then forgotten."""

    line: int
    name: str
    skills: dict[str, Held] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: skills of the taxonomy, months to offer days in, the present year."""

    skills: Collection[str]
    months: Collection[str]
    year: int


def read(content: bytes, known: Known) -> tuple[Member, ...]:
    """All members in the order of the file; raises ``FileRefusedError`` if anything is wrong with any."""
    problems: list[Problem] = []
    members: list[Member] = []
    first_line: dict[str, int] = {}
    head: list[str] | None = None
    for line, fields in lines(decode(content, most_bytes=MAX_BYTES), problems, most=MAX_ROWS + 1):
        if head is None:
            head = [each.strip().lower() for each in fields[: MAX_COLUMNS + 1]]
            faults = list(_head_faults(head, known))
            if faults:
                raise FileRefusedError([Problem(line, column, what) for column, what in faults])
            continue
        member, faults = _member(line, fields, head, known)
        name = member.name.casefold()
        if not faults and name in first_line:
            faults = [(1, f"{member.name} stands on line {first_line[name]} already")]
        problems += [Problem(line, column, what) for column, what in faults]
        first_line.setdefault(name, line)
        members.append(member)
    if not members and not problems:
        problems.append(Problem(0, 0, "The file holds no members: add a line for each below the headings."))
    if problems:
        raise FileRefusedError(problems)
    return tuple(members)


def _head_faults(head: list[str], known: Known) -> Iterator[tuple[int, str]]:
    if len(head) > MAX_COLUMNS:
        yield 0, f"has more than {MAX_COLUMNS} columns"
        return
    if head[:2] != [MEMBER, SKILLS]:
        yield 0, 'the first line must begin with "member,skills" and go on with months, as in the template'
    for column, each in enumerate(head[2:], start=3):
        if not _MONTH.fullmatch(each) or each not in known.months:
            yield column, f"{_quoted(each)} is not one of the coming months, written as {min(known.months)}"
        elif each in head[: column - 1]:
            yield column, f"{each} stands twice in the first line"


def _member(
    line: int, fields: list[str], head: list[str], known: Known
) -> tuple[Member, list[tuple[int, str]]]:
    if len(fields) != len(head):
        many = len(fields) if fields else "no"
        return Member(line, ""), [(0, f"has {many} columns, the first line has {len(head)}")]
    faults = list(_text_faults(fields))
    member = Member(line, unicodedata.normalize("NFC", fields[0].strip()))
    if faults:
        return member, faults
    if not member.name:
        faults.append((1, "the member is missing"))
    faults += _take_skills(member, fields[1], known)
    for column, month in enumerate(head[2:], start=3):
        days = _days(fields[column - 1])
        if days is None:
            faults.append(
                (column, f"{_quoted(fields[column - 1])} is not a whole number of days from 0 to 31")
            )
        else:
            member.days[month] = days
    return member, faults


def _text_faults(fields: list[str]) -> Iterator[tuple[int, str]]:
    for column, each in enumerate(fields, start=1):
        if len(each) > MAX_CELL:
            yield column, f"is longer than {MAX_CELL:,} characters"
        elif each.lstrip().startswith(FORMULA_STARTS) or each.startswith("\t"):
            yield column, "begins like a formula; write it as plain text"
        else:
            for found in free_text.problems("cell", each, most=MAX_CELL, one_line=True):
                yield column, found.message[:1].lower() + found.message[1:]


def _take_skills(member: Member, cell: str, known: Known) -> Iterator[tuple[int, str]]:
    parts = [" ".join(each.upper().split()) for each in cell.split(";") if each.strip()]
    if len(parts) > MOST_SKILLS:
        yield 2, f"names more than {MOST_SKILLS} skills"
        return
    for part in parts:
        found = _SKILL.fullmatch(part)
        if found is None:
            yield (
                2,
                f"{_quoted(part)} is not a skill with its level (1 to 4) and year, like UEC-FLO-DIS 3 2026",
            )
            continue
        code, level, year = found[1], int(found[2]), int(found[3]) if found[3] else None
        if code not in known.skills:
            yield 2, f"{_quoted(code)} is not the code of a skill; the list of codes has them all"
        elif code in member.skills:
            yield 2, f"{code} is named twice"
        elif year is not None and not 1950 <= year <= known.year:
            yield 2, f"{year} is not a year from 1950 to {known.year}"
        else:
            member.skills[code] = Held(level, year)


def _days(cell: str) -> int | None:
    written = cell.strip()
    if not written:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) <= 3):
        return None
    return int(written) if int(written) <= MOST_DAYS else None


def _quoted(cell: str) -> str:
    return f'"{cell.strip()[:40]}"'
