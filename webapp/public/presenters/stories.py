"""Published stories: the list that is searched, one story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.services.paging import Page
from webapp.services.story_publication import Story, TaxonomyNode, Wanted
from webapp.ui import formats
from webapp.ui.listing import ChoiceFilter, Listing, Table, TextFilter, View
from webapp.ui.story import story_shown

LONGEST_BEGINNING = 200


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One story in the list."""

    title: str
    href: str
    who: str
    beginning: str
    about: str
    published: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found, with the filters and the links to other pages."""

    lines: tuple[StoryLine, ...]
    table: Table


def listing(subjects: Iterable[TaxonomyNode]) -> Listing:
    """The list, with what can be searched by."""
    known = tuple(subjects)

    def of(*kinds: str) -> tuple[tuple[str, str], ...]:
        return tuple((node.code, node.label) for node in known if node.kind.value in kinds)

    return Listing(
        caption="Stories",
        columns=(),
        filters=(
            TextFilter("q", "Words"),
            ChoiceFilter("priority", "Priority", of("priority")),
            ChoiceFilter("topic", "Topic", of("topic")),
            ChoiceFilter("skill", "Skill", of("skill", "method", "topic")),
        ),
        empty="No story has been published yet.",
        noun="story",
        nouns="stories",
    )


def wanted(view: View) -> Wanted:
    """What the address asks for, in the service's terms."""
    return Wanted(
        words=view.text,
        topic=view.filters.get("topic", ""),
        skill=view.filters.get("skill", ""),
        priority=view.filters.get("priority", ""),
    )


def search_page(shape: Listing, view: View, found: Page[Story]) -> SearchPage:
    """What was found."""
    return SearchPage(tuple(map(_line, found.rows)), shape.page(view, (), found.total))


def _line(row: Story) -> StoryLine:
    shown = story_shown(row)
    about = [node.label for node in (row.priority, row.topic) if node is not None]
    return StoryLine(
        title=row.title,
        href=url_for("public.story", story_id=row.id),
        who=shown.who,
        beginning=_beginning(" ".join(shown.worked)),
        about=", ".join(about),
        published=formats.day(row.published_at),
    )


def _beginning(text: str) -> str:
    if len(text) <= LONGEST_BEGINNING:
        return text
    return text[:LONGEST_BEGINNING].rpartition(" ")[0].rstrip(".,;:") + "..."
