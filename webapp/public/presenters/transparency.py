"""The transparency record as a page: its sections, and its versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import url_for

from webapp.services import transparency
from webapp.services.transparency import RecordVersion, Rows
from webapp.ui import formats

HEADS = ("Section", "Question", "Answer")


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One version in the list."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Sections with their questions and answers; ``standing`` says which version this is."""

    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
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


def _sections(rows: Rows) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple(
        (section, tuple((question, answer) for _, question, answer in lines))
        for section, lines in groupby(rows, key=lambda row: row[0])
    )


def _link(row: RecordVersion) -> VersionLink:
    return VersionLink(
        f"Version {row.number}, {formats.moment(row.made_at)}",
        url_for("public.transparency_version", number=row.number),
    )
