"""What changes between two runs, as lists: requests, partners and groups, on a page or in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import url_for

from webapp.national.presenters.provider_words import provider_type
from webapp.services.comparisons import GroupChange, PartnerChange, RequestChange
from webapp.ui.listing import ChoiceFilter, Column, Listing

Words = Mapping[str, str]
TITLES = {"region": "By region", "priority": "By priority", "provider_type": "By type of provider"}
DIRECTIONS = (("gains", "Gains days"), ("loses", "Loses days"), ("others", "Other partners"))


def request_listing(words: Words) -> Listing:
    """The requests that change."""
    return Listing(
        caption="Requests that change",
        columns=(
            Column(
                "title",
                "Request",
                link=lambda row: url_for("national.request_page", request_id=row.id),
            ),
            Column("organisation", "For"),
            Column("priority", "Priority", lambda row: words.get(row.priority, row.priority)),
            Column("wanted", "Days asked for", numeric=True),
            Column("first", "Before", numeric=True),
            Column("second", "After", numeric=True),
            Column("gain", "Gain", shown=lambda row: signed(row.gain), numeric=True),
        ),
        filters=(ChoiceFilter("who", "Who", choices=DIRECTIONS, value=_direction),),
        default_sort="gain",
        empty="No request gets other days or other partners.",
        noun="request",
    )


def request_file(words: Words) -> Listing:
    """The same for a file, with region, severity and the partners of both."""
    listing = request_listing(words)
    more = (
        Column("region", "Region", lambda row: words.get(row.region, row.region)),
        Column("severity", "Severity"),
        Column("partners_first", "Partners before", lambda row: ", ".join(row.partners_first)),
        Column("partners_second", "Partners after", lambda row: ", ".join(row.partners_second)),
    )
    return replace(listing, columns=(*listing.columns, *more))


PARTNERS = Listing(
    caption="Partners that give other days",
    columns=(
        Column("name", "Partner"),
        Column("reference", "Reference"),
        Column("first", "Days before", numeric=True),
        Column("second", "Days after", numeric=True),
        Column("gain", "Difference", shown=lambda row: signed(row.gain), numeric=True),
    ),
    filters=(
        ChoiceFilter(
            "who",
            "Who",
            choices=(("gains", "Gives more"), ("loses", "Gives fewer")),
            value=lambda row: "gains" if row.gain > 0 else "loses",
        ),
    ),
    default_sort="gain",
    empty="No partner gives other days.",
    noun="partner",
)


def group_listing(words: Words) -> Listing:
    """The groups, for a file."""
    return Listing(
        caption="Groups",
        columns=(
            Column("grouping", "Grouping", lambda row: TITLES[row.grouping]),
            Column("name", "Group", lambda row: group_name(row, words)),
            Column("wanted", "Days asked for"),
            Column("first", "Days before"),
            Column("second", "Days after"),
        ),
    )


def group_name(each: GroupChange, words: Words) -> str:
    """What a group is called on screen."""
    if each.grouping == "provider_type":
        return provider_type(each.code)
    return words.get(each.code, each.code)


def signed(gain: int) -> str:
    """A number of days with its sign."""
    return f"+{gain:,}" if gain > 0 else f"{gain:,}"


def _direction(row: RequestChange | PartnerChange) -> str:
    return "gains" if row.gain > 0 else "loses" if row.gain < 0 else "others"
