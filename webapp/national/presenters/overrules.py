"""The ledger of overruled matches in words: one line for each, with its price and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from webapp.services.learning import Round
from webapp.services.overrules import Overrule, Supporter
from webapp.ui import choices, formats, ladder
from webapp.ui.listing import ChoiceFilter, Column, Listing, View


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One overruled match."""

    when: str
    request: str
    organisation: str
    partner: str
    decision: str
    reason: str
    price: str
    since: str
    href: str


def ledger_listing(rounds: Sequence[Round]) -> Listing:
    """The ledger of overruled matches."""
    return Listing(
        caption="Overruled matches",
        columns=(
            Column("when", "Decided", sortable=False),
            Column("request", "Request", sortable=False, link=lambda line: line.href),
            Column("organisation", "For", sortable=False),
            Column("partner", "Partner", sortable=False),
            Column("decision", "Decision", sortable=False),
            Column("reason", "Reason", sortable=False),
            Column("price", "Most it could cost", sortable=False),
            Column("since", "What came of it", sortable=False),
        ),
        filters=(
            ChoiceFilter("round", "Round", tuple((str(row.id), f"Round {row.number}") for row in rounds)),
        ),
        noun="overruled match",
        nouns="overruled matches",
        empty="No proposed match has been overruled.",
    )


def chosen_round(view: View) -> UUID | None:
    """The round that the ledger is narrowed to."""
    return view.choice("round", UUID)


def ledger_line(row: Overrule) -> LedgerLine:
    """One overruled match in words."""
    decision = choices.title("decision", row.decision.kind)
    if row.replacement is not None:
        decision += f": {row.replacement.name}"
    if not row.decision.stands:
        decision += ", waits for a second person"
    return LedgerLine(
        when=formats.day(row.decision.decided_at),
        request=row.request.title,
        organisation=row.request.beneficiary.name,
        partner=row.partner.name,
        decision=decision,
        reason=row.decision.reason,
        price="; ".join(_lost(level, loss) for level, loss in row.price.items()) or "Nothing on any level",
        since="; ".join(_supporter(each) for each in row.since[:3]) or "Nobody has been offered since",
        href=url_for("national.match", match_id=row.decision.match_id),
    )


def _lost(level: str, loss: float) -> str:
    return f"{ladder.LEVELS[level].title}: {ladder.difference(level, loss)}"


def _supporter(each: Supporter) -> str:
    state = (
        choices.title("engagement_state", each.engagement)
        if each.engagement is not None
        else choices.title("offer_state", each.offer)
    )
    words = f"{each.name}: {state.lower()}"
    if each.change is not None:
        way = "better" if each.change.improved else "not better"
        before, after = formats.decimal(each.change.before, 1), formats.decimal(each.change.after, 1)
        words += f", {each.change.measure} from {before} to {after} ({way})"
    return words + (f", rated {formats.decimal(each.score, 1)} of 5" if each.score is not None else "")
