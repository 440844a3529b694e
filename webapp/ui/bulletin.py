"""One bulletin as it is read: by everybody once published, by its writer before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.services.bulletins import Bulletin
from webapp.ui import formats

MONTHS = 6


@dataclass(frozen=True, slots=True)
class BulletinPage:
    """Headlines as lists of paragraphs."""

    title: str
    meeting: str
    published: str
    intro: tuple[str, ...]
    headlines: tuple[tuple[str, ...], ...]
    priorities: tuple[str, ...]
    period: str


def bulletin_page(row: Bulletin) -> BulletinPage:
    """The bulletin in its parts."""
    return BulletinPage(
        title=row.title,
        meeting=formats.day(row.meeting_on),
        published=formats.day(row.published_at) if row.published_at else "",
        intro=tuple(formats.lines(row.intro)),
        headlines=tuple(tuple(formats.lines(text)) for text in row.headlines),
        priorities=tuple(label for _, label in row.priorities),
        period=f"{formats.day(row.meeting_on)} to {formats.day(_months_later(row.meeting_on))}",
    )


def _months_later(day: date) -> date:
    months = day.year * 12 + day.month - 1 + MONTHS
    year, month = divmod(months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last))
