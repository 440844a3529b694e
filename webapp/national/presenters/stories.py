"""Stories as the national team works on them: the list, one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from webapp.services.story_publication import SHOWN_STATES, Story, StoryState
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, View
from webapp.ui.story import StoryShown, partner_words, story_shown


@dataclass(frozen=True, slots=True)
class Line:
    """One story in the list."""

    title: str
    organisation: str
    partner: str
    state: str
    colour: str
    since: datetime
    href: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One story to decide on."""

    state: str
    colour: str
    is_published: bool
    shown: StoryShown
    engagement: str
    send_back: str
    back: str


LISTING = Listing(
    caption="Stories",
    columns=(
        Column("title", "Story", link=lambda line: line.href, sortable=False),
        Column("organisation", "Organisation", sortable=False),
        Column("partner", "Partner", sortable=False),
        Column("state", "State", tag=lambda line: line.colour, sortable=False),
        Column(
            "since",
            "Since",
            shown=lambda line: formats.day(line.since),
            sortable=False,
        ),
    ),
    filters=(
        ChoiceFilter(
            "state",
            "State",
            tuple((each.value, choices.title("story_state", each)) for each in SHOWN_STATES),
        ),
    ),
    empty="No story waits. One comes here once both sides of an engagement have agreed to it.",
    noun="story",
    nouns="stories",
)


def line(row: Story) -> Line:
    """One line of the list."""
    partner = partner_words(row)
    return Line(
        title=row.title,
        organisation=row.engagement.request.beneficiary.name,
        partner=f"{partner[:1].upper()}{partner[1:]}",
        state=choices.title("story_state", row.state),
        colour=choices.colour("story_state", row.state),
        since=row.updated_at,
        href=url_for("national.story", story_id=row.id),
    )


def wanted_state(view: View) -> StoryState | None:
    """Which state the address asks for."""
    return view.choice("state", StoryState)


def desk_page(row: Story) -> DeskPage:
    """One story as everybody would read it."""
    return DeskPage(
        state=choices.title("story_state", row.state),
        colour=choices.colour("story_state", row.state),
        is_published=row.state is StoryState.PUBLISHED,
        shown=story_shown(row),
        engagement=url_for("engagements.engagement", engagement_id=row.engagement_id),
        send_back=url_for("national.send_story_back", story_id=row.id),
        back=url_for("national.stories"),
    )
