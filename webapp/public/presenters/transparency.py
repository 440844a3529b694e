"""The transparency record as a page: its sections, and its versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import url_for

from webapp.services import transparency
from webapp.services.transparency import RecordVersion, Rows
from webapp.ui import formats
from webapp.ui.listing import Column, Listing

HEADS = ("Section", "Question", "Answer")
RECORD = Listing(
    caption="Transparency record",
    columns=tuple(Column(head.lower(), head, itemgetter(place)) for place, head in enumerate(HEADS)),
)


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The record to take away: which version it is (none where it has changed since), and when that was kept."""

    name: str
    rows: Rows
    version: int | None
    kept: str | None

    @property
    def data(self) -> dict[str, Any]:
        """As data: the version and its moment before the answers."""
        names = [head.lower() for head in HEADS]
        answers = [dict(zip(names, row, strict=True)) for row in self.rows]
        return {"version": self.version, "kept": self.kept, "record": answers}


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One version in the list."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section with its questions and answers; ``anchor`` is where the list of contents leads."""

    title: str
    anchor: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Sections with their questions and answers; ``standing`` says which version this is."""

    sections: tuple[Section, ...]
    standing: str
    versions: tuple[VersionLink, ...]
    number: int | None


def record_page(rows: Rows, versions: Iterable[RecordVersion]) -> RecordPage:
    """The record as it reads now."""
    kept = tuple(versions)
    newest = kept[0] if kept else None
    if newest is None:
        standing = "As it reads now. The first version is kept within the hour."
    elif newest.sha256 == transparency.digest_of(rows):
        standing = f"Version {newest.number}, since {formats.moment(newest.made_at)}."
    else:
        standing = f"Changed since version {newest.number}. A new version is kept within the hour."
    return RecordPage(_sections(rows), standing, tuple(map(_link, kept)), None)


def version_page(row: RecordVersion) -> RecordPage:
    """An earlier version."""
    standing = f"Version {row.number}, kept on {formats.moment(row.made_at)}. It may not hold any more."
    return RecordPage(_sections(row.rows), standing, (), row.number)


def file_now(rows: Rows, versions: Sequence[RecordVersion]) -> RecordFile:
    """The record as it reads now, with the version that it is."""
    newest = versions[0] if versions else None
    if newest is not None and newest.sha256 == transparency.digest_of(rows):
        return file_of_version(newest)
    return RecordFile("transparency-record", rows, None, None)


def file_of_version(row: RecordVersion) -> RecordFile:
    """One version that was kept."""
    return RecordFile(
        f"transparency-record-version-{row.number}", row.rows, row.number, row.made_at.isoformat()
    )


def _sections(rows: Rows) -> tuple[Section, ...]:
    return tuple(
        Section(section, f"section-{number}", tuple((question, answer) for _, question, answer in lines))
        for number, (section, lines) in enumerate(groupby(rows, key=lambda row: row[0]), start=1)
    )


def _link(row: RecordVersion) -> VersionLink:
    return VersionLink(
        f"Version {row.number}, {formats.moment(row.made_at)}",
        url_for("public.transparency_version", number=row.number),
    )
