"""A CSV file that somebody gives us, as far as every such file is alike: bytes to text, text to lines, what is wrong.

UTF-8 alone is read. Limits stand before anything is taken apart, and each problem says where it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

MAX_PROBLEMS = 100


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


class FileRefusedError(Exception):
    """The file cannot be used; ``problems`` holds the first ``MAX_PROBLEMS`` of ``count`` reasons."""

    def __init__(self, problems: list[Problem]) -> None:
        self.count = len(problems)
        self.problems = tuple(problems[:MAX_PROBLEMS])
        super().__init__("; ".join(str(problem) for problem in self.problems[:3]))


def decode(content: bytes, *, most_bytes: int) -> str:
    """The text of a file; raises ``FileRefusedError`` for one that is too large, or no UTF-8 text."""
    if len(content) > most_bytes:
        size = f"{most_bytes // 1024 // 1024} MB" if most_bytes >= 1024 * 1024 else f"{most_bytes // 1024} kB"
        raise FileRefusedError([Problem(0, 0, f"The file is larger than {size}.")])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError([Problem(0, 0, "The file is in UTF-16. Save it as UTF-8 and try again.")])
    if content.startswith(b"PK\x03\x04"):
        raise FileRefusedError(
            [Problem(0, 0, "This is a workbook or an archive. Save it as CSV and try again.")]
        )
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise FileRefusedError([Problem(line, 0, "holds a NUL byte: this is not a plain text file")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefusedError([Problem(line, 0, "holds bytes that are not UTF-8 text")]) from error


def lines(text: str, problems: list[Problem], *, most: int) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line with its number; faults that end the reading are added to ``problems``."""
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), strict=True)
    line = 1
    try:
        for count, fields in enumerate(reader, start=1):
            if count > most:
                problems.append(
                    Problem(line, 0, f"The file has more than {most} lines; nothing after was read")
                )
                return
            yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, 0, f"cannot be read as comma-separated values ({error})"))
