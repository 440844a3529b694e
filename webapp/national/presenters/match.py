"""One proposed match on one screen: why, who comes next, who loses, flags, and the decisions so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.match_pages import MatchPage, NamedAlternative, NamedDisplaced, Past
from webapp.ui import choices, formats, reasons, wording
from webapp.ui.reasons import ReasonsShown


@dataclass(frozen=True, slots=True)
class AlternativeLine:
    """Another candidate: how well it fits and what binds it."""

    name: str
    fit: str
    rank: str
    standing: str
    days: str
    can_take_over: str


@dataclass(frozen=True, slots=True)
class LoserLine:
    """A request that could have used these days."""

    title: str
    organisation: str
    short: str
    fit: str
    severity: str
    href: str


@dataclass(frozen=True, slots=True)
class PastLine:
    """One decision."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class MatchShown:
    """Everything on one match."""

    title: str
    request: str
    organisation: str
    request_href: str
    partner: str
    back: str
    decision: str
    colour: str
    flags: tuple[str, ...]
    breaches: tuple[str, ...]
    hindrance: str
    facts: tuple[tuple[str, str], ...]
    aim: tuple[str, ...]
    months: tuple[tuple[str, str], ...]
    reasons: ReasonsShown
    alternatives: tuple[AlternativeLine, ...]
    losers: tuple[LoserLine, ...]
    past: tuple[PastLine, ...]
    replacements: tuple[tuple[str, str], ...]
    seen: str
    confirm: str
    can_decide: bool


def codes_of(found: MatchPage) -> set[str]:
    """The taxonomy codes that the page names."""
    own = {found.request.priority_code, found.request.topic_code}
    return reasons.skill_codes(found.reasons) | {code for code in own if code}


def match_page(found: MatchPage, labels: Mapping[str, str], actor: AnyActor) -> MatchShown:
    """The page of a match for this reader."""
    kind = found.in_force.kind.value if found.in_force else "undecided"
    waits = found.in_force is not None and not found.in_force.stands
    decides = matrix.opens(actor, Action.PROPOSAL_APPROVE)
    hindrance = ""
    if found.is_conflicted:
        hindrance = "You belong to one of the two sides. A second reviewer decides on this match."
    return MatchShown(
        title=f"{found.partner.name} for {found.request.beneficiary.name}",
        request=found.request.title,
        organisation=found.request.beneficiary.name,
        request_href=url_for("national.request_page", request_id=found.request.id),
        partner=found.partner.name,
        back=url_for("national.work_list", run_id=found.match.run_id),
        decision=choices.title("decision", kind) + (", waits for a second person" if waits else ""),
        colour=choices.colour("decision", kind),
        flags=tuple(wording.flag(code) for code in found.match.flags),
        # What partners have declared is not for everybody who may read the match.
        breaches=found.breaches if matrix.opens(actor, Action.INTEREST_READ) else (),
        hindrance=hindrance,
        facts=_facts(found, labels),
        aim=tuple(formats.lines(found.request.aim)),
        months=reasons.months(found.match.days_by_month),
        reasons=reasons.shown(found.reasons, labels),
        alternatives=tuple(_alternative(each) for each in found.alternatives),
        losers=tuple(_loser(each) for each in found.displaced if _may_read(actor, each)),
        past=tuple(_past(each) for each in found.past),
        replacements=tuple(
            (str(each.partner.id), f"{each.partner.name}, fit {formats.decimal(each.alternative.fit)}")
            for each in found.alternatives
            if each.can_take_over
        ),
        seen=str(found.in_force.id) if found.in_force else "",
        confirm=url_for("national.confirm_override", decision_id=found.in_force.id)
        if waits and found.in_force and decides and not _is_own(actor, found)
        else "",
        can_decide=decides and not found.is_conflicted,
    )


def _facts(found: MatchPage, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    request, partner = found.request, found.partner
    home = partner.organisation.name if partner.organisation else formats.NOTHING
    return (
        ("Priority", labels.get(request.priority_code or "", formats.NOTHING)),
        ("Topic", labels.get(request.topic_code or "", formats.NOTHING)),
        ("Severity", choices.title("severity", request.severity)),
        ("Rank among their requests", formats.count(request.rank)),
        ("Days asked for", formats.days(request.days)),
        ("Days in this match", formats.days(found.match.days)),
        ("Shape", choices.title("shape", request.shape)),
        ("Partner's organisation", home),
        ("Other help in place", request.other_help or "None named"),
    )


def _alternative(each: NamedAlternative) -> AlternativeLine:
    found = each.alternative
    return AlternativeLine(
        name=each.partner.name,
        fit=formats.decimal(found.fit),
        rank=formats.count(found.rank),
        standing=wording.standing(found.standing),
        days=formats.count(found.days_possible),
        can_take_over="Yes" if each.can_take_over else "No",
    )


def _is_own(actor: AnyActor, found: MatchPage) -> bool:
    """Whether the reader took the decision, or belongs to a side: then somebody else confirms it."""
    own = found.in_force is not None and found.in_force.decided_by == getattr(actor, "user_id", None)
    return own or found.is_conflicted


def _may_read(actor: AnyActor, each: NamedDisplaced) -> bool:
    home = each.request.requester
    return matrix.may(actor, Action.REQUEST_READ, organisation_id=home.id, region_code=home.region_code)


def newer(found: MatchPage) -> dict[str, str]:
    """What stands on the match now, for somebody who decided on what they saw before."""
    if found.in_force is None:
        return {"Decision": choices.title("decision", "undecided"), "version": "1"}
    last = next((each for each in found.past if each.decision.id == found.in_force.id), None)
    by = f" by {last.by}" if last else ""
    return {
        "Decision": f"{choices.title('decision', found.in_force.kind)}{by}"
        f" on {formats.moment(found.in_force.decided_at)}",
        "Reason": found.in_force.reason,
        "version": "1",
    }


def _loser(each: NamedDisplaced) -> LoserLine:
    return LoserLine(
        title=each.request.title,
        organisation=each.request.requester.name,
        short=formats.count(each.displaced.days_short),
        fit=formats.decimal(each.displaced.fit),
        severity=formats.count(each.request.severity),
        href=url_for("national.request_page", request_id=each.request.id),
    )


def _past(each: Past) -> PastLine:
    row = each.decision
    words = f"{choices.title('decision', row.kind)} by {each.by} on {formats.moment(row.decided_at)}"
    return PastLine(words, row.reason)
