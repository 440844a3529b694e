"""The list of a run's matches under review: a line for each, its filters, and which of them travel along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.services import review_flags
from webapp.services.free_text import clean
from webapp.services.review import UNDECIDED
from webapp.services.work_lists import (
    CHANGED,
    CLOSE,
    COMMENTED,
    ListedMatch,
    MatchFilter,
    MatchOrder,
)
from webapp.ui import choices, formats
from webapp.ui.listing import LONGEST_SEARCH, ChoiceFilter, Column, Listing, TextFilter, View

Pairs = tuple[tuple[str, str], ...]
TRAVELLING = ("q", "look", "decision", "priority", "region")


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One match in the work list."""

    request: str
    title: str
    organisation: str
    partner: str
    severity: int | None
    days: int
    fit: float
    look: str
    informs: str
    decision: str
    colour: str
    href: str


def work_listing(priorities: Pairs, regions: Pairs) -> Listing:
    """The work list; its filters offer today's priorities and regions."""
    return Listing(
        caption="Proposed matches",
        columns=(
            Column(
                "organisation",
                "For",
                link=lambda line: line.href,
                sortable=False,
            ),
            Column("request", "Request", lambda line: line.title),
            Column("partner", "Partner"),
            Column("severity", "Severity", numeric=True),
            Column("days", "Days", numeric=True),
            Column("fit", "Fit", shown=lambda line: formats.decimal(line.fit), numeric=True),
            Column("judgement", "To judge", lambda line: line.look, _marks, one_way=True),
            Column("informs", "To know", only_file=True),
            Column(
                "decision",
                "Decision",
                tag=lambda line: line.colour,
                sortable=False,
            ),
            Column("reference", "Reference", lambda line: line.request, only_file=True),
        ),
        filters=(
            TextFilter("q", "Search"),
            ChoiceFilter("look", "Mark", choices.titles("look")),
            ChoiceFilter("decision", "Decision", choices.titles("decision")),
            ChoiceFilter("priority", "Priority", priorities),
            ChoiceFilter("region", "Region", regions),
        ),
        default_sort="judgement",
        empty="This run proposes no match.",
        noun="match",
        nouns="matches",
    )


def match_line(each: ListedMatch, filters: Mapping[str, Any]) -> MatchLine:
    """One line of the work list; the filters travel along, so that the next match comes from the same list."""
    match = each.match
    kind = each.decision.kind.value if each.decision else UNDECIDED
    words = choices.title("decision", kind)
    return MatchLine(
        request=match.request.reference,
        title=match.request.title,
        organisation=match.request.beneficiary.name,
        partner=match.partner.name,
        severity=match.request.severity,
        days=match.days,
        fit=match.fit,
        look=_words(_looks(each)),
        informs=_words(review_flags.informing(match.flags)),
        decision=words if each.decision is None or each.decision.stands else f"{words}: to be confirmed",
        colour=choices.colour("decision", kind),
        href=url_for("national.match", match_id=match.id, **filters),
    )


def match_filter(view: View) -> MatchFilter:
    """What the address asks for, in the service's terms."""
    return MatchFilter(
        text=view.text,
        decision=view.filters.get("decision"),
        priority_code=view.filters.get("priority"),
        region_code=view.filters.get("region"),
        look=view.filters.get("look"),
        order=MatchOrder(view.sort),
        descending=view.descending,
    )


def narrowed(arguments: Mapping[str, str]) -> dict[str, Any]:
    """What of the list's filters travels from match to match."""
    wanted = {name: clean(arguments.get(name, ""))[:LONGEST_SEARCH] for name in TRAVELLING}
    return {name: value for name, value in wanted.items() if value}


def next_filter(filters: Mapping[str, str]) -> MatchFilter:
    """Which matches the next one is taken from: undecided ones, whatever decision the list shows."""
    narrower = {name: value for name, value in filters.items() if name != "decision"}
    return match_filter(View(filters=narrower, sort=MatchOrder.JUDGEMENT))


def _marks(line: MatchLine) -> str:
    """On screen what informs stands behind what is to be judged: a column of its own would leave no width."""
    return "; ".join(filter(None, (line.look, line.informs and f"to know: {line.informs}")))


def _looks(each: ListedMatch) -> Iterable[str]:
    if each.is_stale:
        yield CHANGED
    if each.new_comments:
        yield COMMENTED
    yield from review_flags.to_judge(each.match.flags)
    if each.match.is_close:
        yield CLOSE


def _words(codes: Iterable[str]) -> str:
    return ", ".join(choices.title("look", code) for code in codes)
