"""Lines on the page of a match: other candidates, requests that could have used the days, decisions so far."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services import match_evidence
from webapp.services.match_pages import MatchPage, NamedAlternative, NamedDisplaced, Past
from webapp.ui import choices, formats, ladder, wording


@dataclass(frozen=True, slots=True)
class AlternativeLine:
    """Another candidate: how well it fits and what binds it; ``swap`` leads to what a swap would do."""

    name: str
    fit: str
    rank: str
    standing: str
    days: str
    swap: str


@dataclass(frozen=True, slots=True)
class LoserLine:
    """A request that could have used these days."""

    title: str
    organisation: str
    short: str
    fit: str
    worth: str
    severity: str
    href: str


@dataclass(frozen=True, slots=True)
class PastLine:
    """One decision."""

    words: str
    reason: str


def alternative(each: NamedAlternative, found: MatchPage, can_decide: bool) -> AlternativeLine:
    """Another candidate, with the way to what a swap would do."""
    shown = each.alternative
    swap = url_for("national.swap", match_id=found.match.id, partner_id=each.partner.id)
    return AlternativeLine(
        name=each.partner.name,
        fit=formats.decimal(shown.fit),
        rank=formats.count(shown.rank),
        standing=_standing(each),
        days=formats.count(shown.days_possible),
        swap=swap if can_decide and each.can_take_over else "",
    )


def _standing(each: NamedAlternative) -> str:
    words = wording.standing(each.alternative.standing)
    return f"{words}; gives at least {formats.days(each.block)} at a time" if each.block else words


def loser(each: NamedDisplaced) -> LoserLine:
    """A request that could have used these days."""
    return LoserLine(
        title=each.request.title,
        organisation=each.request.requester.name,
        short=formats.count(each.displaced.days_short),
        fit=formats.decimal(each.displaced.fit),
        worth=formats.decimal(each.displaced.worth, 1),
        severity=formats.count(each.request.severity),
        href=url_for("national.request_page", request_id=each.request.id),
    )


def adds_in_words(found: MatchPage) -> str:
    """What would be lost without the match, level by level; nothing where the run did not keep it."""
    said = [
        ladder.difference(name, loss) + ("" if name == "value" else f" ({ladder.LEVELS[name].title.lower()})")
        for name, loss in match_evidence.adds_of(found.match.evidence)
    ]
    return f"{', '.join(said)}. So much at most would be lost if nobody took its place." if said else ""


def worth_here(found: MatchPage) -> str:
    """What a day adds here, to set beside what it would add to others."""
    worth = match_evidence.worth_of(found.match.evidence)
    if worth is None:
        return ""
    return (
        f"A day adds {formats.decimal(worth, 1)} {ladder.BENEFIT_POINTS} here; the last column says what it would "
        "add there. Where that is more, a rule or an earlier level stood in the way, or the run is still short of the "
        "very best."
    )


def past(each: Past) -> PastLine:
    """One decision in words."""
    row = each.decision
    words = f"{choices.title('decision', row.kind)} by {each.by} on {formats.moment(row.decided_at)}"
    return PastLine(words, row.reason)
