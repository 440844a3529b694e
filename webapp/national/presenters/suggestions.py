"""A colleague whom a partner named when it declined: in a sentence, with the way to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.services.suggestions import Suggestion
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """The sentence, and where to look them up or how to invite them."""

    words: str
    links: tuple[tuple[str, str], ...]


def suggestions_shown(found: Iterable[Suggestion]) -> tuple[SuggestionShown, ...]:
    """Each suggestion with its links."""
    return tuple(map(_shown, found))


def _shown(each: Suggestion) -> SuggestionShown:
    when = f" on {formats.day(each.said_on)}" if each.said_on else ""
    words = f"{each.by} declined{when} and suggested: {each.colleague}."
    if each.known:
        links = tuple(
            (f"{name} in the registry", url_for("national.partners", q=reference))
            for reference, name in each.known
        )
        return SuggestionShown(words, links)
    unknown = f"{words} Nobody of this name is registered: they can register themselves."
    return SuggestionShown(unknown, (("The page to send to them", url_for("account.join")),))
