"""Files of the shape in which ODS publishes its trusts: 27 columns, no header, every field quoted, capitals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from seeds.reference.trusts import trusts

COLUMNS = 27
SUPPLEMENTED = {"TAD", "TAH", "TAJ"}
"""Trusts that ODS publishes in another file."""
CLOSED = 72


def fields(
    code: str = "RZ1",
    name: str = "A TRUST OF THE TEST NHS TRUST",
    *,
    region: str = "Y56",
    board: str = "QMF",
    opened: str = "19910401",
    closed: str = "",
) -> list[str]:
    """The fields of one line; the columns that nothing reads hold what the publisher puts there."""
    line = [""] * COLUMNS
    line[0:4] = [code, name, region, board]
    line[4:10] = ["TRUST HEADQUARTERS", "HIGH STREET", "", "LONDON", "", "E1 1AA"]
    line[10], line[11] = opened, closed
    line[17], line[21], line[23] = "020 7946 0000", "1", "H"
    return line


def document(lines: Iterable[list[str]]) -> bytes:
    """The bytes of a file with these lines."""
    return b"".join(
        (",".join('"' + field.replace('"', '""') + '"' for field in line) + "\r\n").encode() for line in lines
    )


def whole_file() -> bytes:
    """A file as large as the published one: all open trusts, 72 closed ones, three outside the seven regions."""
    return document([*open_trusts(), *closed_trusts(), *outside()])


def open_trusts() -> list[list[str]]:
    """The trusts of the reference data as ODS would write them."""
    return [
        fields(
            trust.code,
            trust.name.upper(),
            region=trust.region,
            board=trust.board,
            opened=_compact(trust.opened),
        )
        for trust in trusts()
        if trust.code not in SUPPLEMENTED
    ]


def closed_trusts() -> list[list[str]]:
    """Closed trusts: those that open ones took over, and made-up ones."""
    known = sorted(code for trust in trusts() for code in trust.took_over)
    made_up = [f"Z{number:02d}" for number in range(CLOSED - len(known))]
    return [fields(code, f"CLOSED TRUST {code} NHS TRUST", closed="20200331") for code in (*known, *made_up)]


def outside() -> list[list[str]]:
    """Three trusts without an English region and board."""
    return [fields(f"W{number}X", f"WELSH TRUST {number}", region="", board="") for number in range(3)]


def _compact(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else "19910401"
