"""What regions have said about a proposal, each with author and time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from webapp.services.comments import RegionHeard, Said
from webapp.ui import formats
from webapp.ui.listing import Column, Listing

COMMENTS = Listing(
    caption="Comments of regions",
    columns=(
        Column("made", "Made", lambda each: formats.moment(each.said.made_at)),
        Column("region", "Region"),
        Column("by", "By", lambda each: each.said.by),
        Column("reference", "Request"),
        Column("title", "Title"),
        Column("partner", "Proposed partner"),
        Column("words", "Comment", lambda each: each.said.words),
    ),
)


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment; ``is_new`` where it came after the decision that stands."""

    by: str
    words: tuple[str, ...]
    is_new: bool


def comment_lines(rows: Iterable[Said], decided_at: datetime | None) -> tuple[CommentLine, ...]:
    """The comments, the oldest first."""
    return tuple(
        CommentLine(
            by=f"{row.by}, {formats.moment(row.made_at)}",
            words=tuple(formats.lines(row.words)),
            is_new=decided_at is not None and row.made_at > decided_at,
        )
        for row in rows
    )


def heard(regions: Iterable[RegionHeard], until: date | None) -> str:
    """Which regions have commented, and until when they may."""
    said = [f"{each.name} ({each.comments:,})" for each in regions]
    words = f"Comments so far: {', '.join(said)}." if said else "No region has commented yet."
    return f"{words} Regions may comment until {formats.day(until)}." if until else words
