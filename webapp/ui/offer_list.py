"""The list of offers, for the side that asked and for the partner: the same columns, each side's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from webapp.services.offer_lists import Waiting
from webapp.services.offers import OPEN_STATES, Offer
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter


def is_open(state: str) -> bool:
    """Whether a side has still to answer an offer of this state."""
    return state in OPEN_STATES


def waiting_words(found: Waiting, whose: str) -> str:
    """How many offers wait for ``whose`` answer, and until when; empty for none."""
    if not found.offers or found.until is None:
        return ""
    waits = f"{formats.plural(found.offers, 'offer')} {'waits' if found.offers == 1 else 'wait'} for {whose} answer"
    return f"{waits}, {'' if found.offers == 1 else 'the first '}by {formats.day(found.until)}."


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer in the list."""

    request: str
    beneficiary: str
    partner: str
    days: int
    months: str
    state: str
    state_words: str
    state_colour: str
    offered: date
    lapses: date
    href: str


def offer_line(row: Offer, words: str, href: str) -> OfferLine:
    """One line of the list; ``words`` names the states' words for this side."""
    return OfferLine(
        request=row.request.title,
        beneficiary=row.request.beneficiary.name,
        partner=row.partner.name,
        days=row.match.days,
        months=months_span(row.match.days_by_month),
        state=row.state.value,
        state_words=choices.title(words, row.state),
        state_colour=choices.colour(words, row.state),
        offered=row.offered_on,
        lapses=row.lapses_on,
        href=href,
    )


def offer_listing(caption: str, words: str, empty: str, *named: Column) -> Listing:
    """The list; ``named`` are the columns that say with whom."""
    return Listing(
        caption=caption,
        columns=(
            Column("request", "Request", link=lambda line: line.href),
            Column("state", "State", lambda line: line.state_words, tag=lambda line: line.state_colour),
            *named,
            Column("days", "Days", numeric=True),
            Column("months", "Months", sortable=False),
            Column("offered", "Offered", shown=lambda line: formats.day(line.offered)),
            Column("lapses", "Answer by", shown=lambda line: formats.day(line.lapses)),
        ),
        filters=(
            TextFilter(
                "q",
                "Search",
                lambda line: " ".join((line.request, *(str(each.of(line)) for each in named))),
            ),
            ChoiceFilter("state", "State", choices.titles(words), lambda line: line.state),
        ),
        default_sort="offered",
        default_descending=True,
        empty=empty,
        noun="offer",
    )


def months_span(days_by_month: Mapping[str, int]) -> str:
    """From the first month with days to the last."""
    months = sorted(days_by_month)
    if not months:
        return formats.NOTHING
    first, last = formats.month(months[0]), formats.month(months[-1])
    return first if first == last else f"{first} to {last}"
