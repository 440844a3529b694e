"""A board member's bulletins in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.services.bulletins import Bulletin, BulletinState, TaxonomyNode
from webapp.ui import formats
from webapp.ui.fields import Choice
from webapp.ui.listing import Column, Listing

STATES = {BulletinState.DRAFT: ("Draft", "grey"), BulletinState.PUBLISHED: ("Published", "green")}


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """One bulletin in the list."""

    title: str
    meeting: str
    state: str
    colour: str
    published: str
    href: str


LISTING = Listing(
    caption="Bulletins",
    columns=(
        Column("title", "Title", link=lambda line: line.href, sortable=False),
        Column("meeting", "Board meeting", sortable=False),
        Column("state", "State", tag=lambda line: line.colour, sortable=False),
        Column("published", "Published", sortable=False),
    ),
    empty="No bulletin yet. Write the first one after the next board meeting.",
    noun="bulletin",
)


def line(row: Bulletin) -> BulletinLine:
    """One line: a draft leads to its preview, a published one to what everybody reads."""
    state, colour = STATES[row.state]
    endpoint = "public.bulletin" if row.state is BulletinState.PUBLISHED else "national.bulletin_preview"
    return BulletinLine(
        row.title,
        formats.day(row.meeting_on),
        state,
        colour,
        formats.moment(row.published_at) if row.published_at else "Not yet",
        url_for(endpoint, bulletin_id=row.id),
    )


def readers(number: int) -> str:
    """To how many a bulletin goes by email."""
    if not number:
        return "Nobody subscribes yet, so no email is sent."
    return f"It goes by email to {formats.plural(number, 'subscriber')}."


def choices(nodes: Iterable[TaxonomyNode]) -> list[Choice]:
    """The priorities to choose from."""
    return [Choice(node.code, node.label) for node in nodes]


def values(row: Bulletin) -> dict[str, Any]:
    """What the form begins with."""
    headlines = {f"headline_{number}": text for number, text in enumerate(row.headlines, start=1)}
    return {
        "title": row.title,
        "meeting_on": row.meeting_on,
        "intro": row.intro,
        "priorities": [code for code, _ in row.priorities],
        "version": row.version,
        **headlines,
    }


def newer(row: Bulletin) -> dict[str, str]:
    """What now stands, beside somebody's own words."""
    return {
        "Title": row.title,
        "Meeting": formats.day(row.meeting_on),
        "Introduction": row.intro,
        "Headlines": " / ".join(row.headlines),
        "Priorities": ", ".join(label for _, label in row.priorities),
        "version": str(row.version),
    }
