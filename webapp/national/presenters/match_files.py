"""Two tables of a match as files: the other candidates, and the requests that could have used its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webapp.national.presenters.match import MatchShown
from webapp.ui.listing import Column, Listing

CANDIDATES = Listing(
    caption="Other candidates",
    columns=(
        Column("name", "Partner", lambda line: line.name),
        Column("fit", "Fit", lambda line: line.fit),
        Column("rank", "Rank", lambda line: line.rank),
        Column("standing", "Where they stand", lambda line: line.standing),
        Column("days", "Days they could give", lambda line: line.days),
    ),
)
LOSERS = Listing(
    caption="Requests that could have used the days",
    columns=(
        Column("title", "Request", lambda line: line.title),
        Column("organisation", "From", lambda line: line.organisation),
        Column("severity", "Severity", lambda line: line.severity),
        Column("short", "Days short", lambda line: line.short),
        Column("fit", "Fit", lambda line: line.fit),
    ),
)
PARTS = ("candidates", "losers")


def lists(page: MatchShown) -> Mapping[str, tuple[Listing, Sequence[object]]]:
    """Both tables with their rows, by the name of their file."""
    return {"candidates": (CANDIDATES, page.alternatives), "losers": (LOSERS, page.losers)}
