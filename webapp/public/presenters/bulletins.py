"""Published bulletins as a list and as a feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from flask import url_for

from webapp.services.bulletins import Bulletin
from webapp.services.paging import Page
from webapp.ui import formats
from webapp.ui.listing import Column, Listing, View
from webapp.ui.paging import page_links

ATOM = "http://www.w3.org/2005/Atom"
TITLE = "Bulletins of support partner matching"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One bulletin in the archive."""

    title: str
    href: str
    published: str
    first_headline: str


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """The archive, the newest first."""

    lines: tuple[ArchiveLine, ...]
    pages: Any


ARCHIVE = Listing(
    caption="Published bulletins",
    columns=(
        Column("title", "Title"),
        Column("meeting", "Board meeting", lambda row: row.meeting_on),
        Column("published", "Published", lambda row: formats.moment(row.published_at)),
        Column("intro", "Introduction"),
        Column("headlines", "Headlines", lambda row: "\n\n".join(row.headlines)),
        Column("priorities", "Priorities", lambda row: "; ".join(label for _, label in row.priorities)),
    ),
)


def archive_page(found: Page[Bulletin]) -> ArchivePage:
    """One page of it."""
    return ArchivePage(tuple(map(_line, found.rows)), page_links(View(page=found.number), found.total))


def feed(rows: Iterable[Bulletin], *, base: str) -> bytes:
    """An Atom feed; the texts are text, so that no reader takes them for markup."""
    found = list(rows)
    top = ElementTree.Element("feed", xmlns=ATOM)
    own = base + url_for("public.bulletin_feed")
    newest = max((row.published_at for row in found if row.published_at), default=BEGINNING)
    _put(top, "id", own)
    _put(top, "title", TITLE)
    _put(top, "updated", newest.isoformat())
    ElementTree.SubElement(top, "link", rel="self", href=own)
    ElementTree.SubElement(top, "link", rel="alternate", href=base + url_for("public.bulletin_archive"))
    _put(ElementTree.SubElement(top, "author"), "name", "Support partner matching")
    for row in found:
        entry = ElementTree.SubElement(top, "entry")
        href = base + url_for("public.bulletin", bulletin_id=row.id)
        _put(entry, "id", f"urn:uuid:{row.id}")
        _put(entry, "title", row.title)
        when = row.published_at.isoformat() if row.published_at else ""
        _put(entry, "updated", when)
        _put(entry, "published", when)
        ElementTree.SubElement(entry, "link", rel="alternate", href=href)
        _put(entry, "summary", "\n\n".join(row.headlines), type="text")
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)


def _line(row: Bulletin) -> ArchiveLine:
    return ArchiveLine(
        row.title,
        url_for("public.bulletin", bulletin_id=row.id),
        formats.day(row.published_at),
        next(iter(formats.lines(row.headlines[0])), ""),
    )


def _put(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = text
