"""Tables of a match as files: the other candidates, the requests that could have used its days, the partner's load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webapp.national.presenters.loads import LOAD
from webapp.national.presenters.match import MatchShown
from webapp.ui import ladder
from webapp.ui.listing import Column, Listing

CANDIDATES = Listing(
    caption="Other candidates",
    columns=(
        Column("name", "Partner"),
        Column("fit", "Fit"),
        Column("rank", "Rank"),
        Column("standing", "Where they stand"),
        Column("days", "Days they could give"),
    ),
)
LOSERS = Listing(
    caption="Requests that could have used the days",
    columns=(
        Column("title", "Request"),
        Column("organisation", "From"),
        Column("severity", "Severity"),
        Column("short", "Days short"),
        Column("fit", "Fit"),
        Column("worth", f"A day adds, {ladder.BENEFIT_POINTS}"),
    ),
)
PARTS = ("candidates", "losers", "load")


def lists(page: MatchShown) -> Mapping[str, tuple[Listing, Sequence[object]]]:
    """The tables with their rows, by the name of their file."""
    return {
        "candidates": (CANDIDATES, page.alternatives),
        "losers": (LOSERS, page.losers),
        "load": (LOAD, page.load.months),
    }
