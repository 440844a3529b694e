"""Lists as files: CSV line by line, XLSX with every text typed as text. No spreadsheet takes a cell for a formula."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, stream_with_context
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
WIDEST_COLUMN = 60
CHUNK = 64 * 1024
IN_MEMORY = 2 * 1024 * 1024
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
Row = Sequence[Any]


def may_export(actor: AnyActor) -> bool:
    """Whether the reader may take lists away as files."""
    return matrix.opens(actor, Action.EXPORT_DOWNLOAD)


def csv_file(heads: Sequence[str], rows: Iterable[Row], name: str) -> Response:
    """A CSV file; rows are written as they are asked for."""
    return _sent(_csv_lines(heads, rows), "text/csv", f"{name}.csv")


def xlsx_file(heads: Sequence[str], rows: Iterable[Row], name: str, *, sheet: str = "List") -> Response:
    """A workbook with one sheet; it is written row by row into a file of its own, then sent in pieces."""
    return _sent(_xlsx_pieces(heads, rows, sheet), XLSX_TYPE, f"{name}.xlsx")


def safe_cell(value: Any) -> str:
    """A CSV cell that no spreadsheet takes for a formula; real numbers stay numbers."""
    if value is None:
        return ""
    if _is_number(value):
        return str(value)
    written = str(value)
    return f"'{written}" if written.startswith(FORMULA_STARTS) else written


def _sent(pieces: Iterator[Any], kind: str, filename: str) -> Response:
    answer = Response(stream_with_context(pieces), mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _csv_lines(heads: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _xlsx_pieces(heads: Sequence[str], rows: Iterable[Row], sheet: str) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet[:31])
    page.freeze_panes = "A2"
    for number, head in enumerate(heads):
        page.column_dimensions[_letters(number)].width = min(max(len(head) + 4, 14), WIDEST_COLUMN)
    page.append([_cell(page, head, font=Font(bold=True)) for head in heads])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


def _cell(page: Any, value: Any, *, font: Font | None = None) -> Any:
    """A cell of the value's own type; whatever is no number and no day is text, typed as text."""
    if value is None or _is_number(value) or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    written = _UNWRITABLE.sub("", str(value))[:LONGEST_CELL]
    cell = WriteOnlyCell(page, value=written)
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    if written.startswith(FORMULA_STARTS):
        cell.quotePrefix = True  # stays text when somebody edits it
    return cell


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _letters(number: int) -> str:
    high, low = divmod(number, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)
