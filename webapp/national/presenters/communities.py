"""Communities of similar need, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.services.communities import Community
from webapp.services.rounds import Round
from webapp.ui.listing import Column, Listing

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One community in the list."""

    skills: str
    organisations: int
    names: str
    requests: str
    days: int
    partners: int
    who: str
    verdict: str
    colour: str


LISTING = Listing(
    caption="Communities of similar need",
    columns=(
        Column("skills", "Shared skills"),
        Column(
            "organisations",
            "Organisations",
            shown=lambda line: f"{line.organisations}: {line.names}",
        ),
        Column("names", "Who they are", only_file=True),
        Column("requests", "Requests", only_file=True),
        Column("days", "Days", numeric=True),
        Column(
            "partners",
            "Possible partners",
            shown=lambda line: f"{line.partners}: {line.who}" if line.partners else "None",
        ),
        Column("who", "For example", only_file=True),
        Column("verdict", "Idea", tag=lambda line: line.colour),
    ),
    default_sort="-organisations",
    empty="No three organisations of this round have needs that are close to one another.",
    noun="community",
    nouns="communities",
)


@dataclass(frozen=True, slots=True)
class CommunitiesPage:
    """What stands over the list."""

    caption: str
    back: str


def communities_page(round_: Round) -> CommunitiesPage:
    """The head of the page."""
    return CommunitiesPage(round_.name, url_for("national.round_page", round_id=round_.id))


def line(community: Community, labels: Mapping[str, str]) -> Line:
    """One line of the list."""
    names = sorted({row.requester for row in community.requests})
    return Line(
        skills=", ".join(labels.get(code, code) for code in community.skills) or "Close, none in common",
        organisations=len(names),
        names=_few(names),
        requests=", ".join(row.reference for row in community.requests),
        days=sum(row.days for row in community.requests),
        partners=len(community.partners),
        who=_few(list(community.partners)),
        verdict="Collaborative" if community.is_possible_collaborative else "No partner for all",
        colour="green" if community.is_possible_collaborative else "grey",
    )


def _few(names: list[str]) -> str:
    rest = len(names) - MOST_NAMES
    return "; ".join(names[:MOST_NAMES]) + (f"; and {rest} more" if rest > 0 else "")
