"""One proposed match on one screen: why, who comes next, who loses, load, flags, comments, decisions so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.comments import CommentLine, comment_lines
from webapp.national.presenters.loads import LoadShown, load_shown
from webapp.national.presenters.match_lines import (
    AlternativeLine,
    LoserLine,
    PastLine,
    adds_in_words,
    alternative,
    loser,
    past,
    worth_here,
)
from webapp.national.presenters.registry import figure_lines
from webapp.services import review_flags
from webapp.services.match_pages import Decision, MatchPage, NamedAlternative, NamedDisplaced
from webapp.ui import choices, formats, reasons, wording
from webapp.ui.reasons import ReasonsShown


@dataclass(frozen=True, slots=True)
class Folds:
    """The gist that stands beside each section that opens."""

    why: str
    request: str
    load: str
    past: str


@dataclass(frozen=True, slots=True)
class MatchShown:
    """Everything on one match."""

    title: str
    request: str
    organisation: str
    request_href: str
    partner: str
    back: str
    skip: str
    letters: str
    why_not: str
    decision: str
    colour: str
    folds: Folds
    flags: tuple[str, ...]
    breaches: tuple[str, ...]
    hindrance: str
    gist: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    aim: tuple[str, ...]
    load: LoadShown
    figures: tuple[tuple[str, str, str], ...]
    reasons: ReasonsShown
    alternatives: tuple[AlternativeLine, ...]
    losers: tuple[LoserLine, ...]
    worth: str
    past: tuple[PastLine, ...]
    comments: tuple[CommentLine, ...]
    comment: str
    seen: str
    confirm: str
    swap_effect: str
    can_decide: bool
    is_decided: bool


def codes_of(found: MatchPage) -> set[str]:
    """The taxonomy codes that the page names."""
    own = {found.request.priority_code, found.request.topic_code}
    return reasons.skill_codes(found.reasons) | {code for code in own if code}


def match_page(
    found: MatchPage, labels: Mapping[str, str], actor: AnyActor, narrowed: Mapping[str, Any]
) -> MatchShown:
    """The page of a match for this reader; ``narrowed`` are the filters of the list that they come from."""
    kind = found.in_force.kind.value if found.in_force else "undecided"
    waits = found.in_force is not None and not found.in_force.stands
    decides = matrix.opens(actor, Action.PROPOSAL_APPROVE)
    run_id, match_id = found.match.run_id, found.match.id
    losers = tuple(loser(each) for each in found.displaced if _may_read(actor, each))
    can_decide = decides and not found.is_conflicted
    return MatchShown(
        title=f"{found.partner.name} for {found.request.beneficiary.name}",
        request=found.request.title,
        organisation=found.request.beneficiary.name,
        request_href=url_for("national.request_page", request_id=found.request.id),
        partner=found.partner.name,
        back=url_for("national.work_list", run_id=run_id, **narrowed),
        skip=url_for("national.next_match", run_id=run_id, after=match_id, **narrowed) if decides else "",
        why_not=_where(actor, Action.SCENARIO_START, "national.why_not", match_id),
        letters=_where(actor, Action.RUN_READ, "national.match_letters", match_id),
        decision=choices.title("decision", kind) + (", waits for a second person" if waits else ""),
        colour=choices.colour("decision", kind),
        folds=_folds(found, labels),
        flags=tuple(_flags(found)),
        # What partners have declared is not for everybody who may read the match.
        breaches=found.breaches if matrix.opens(actor, Action.INTEREST_READ) else (),
        hindrance=HINDRANCE if found.is_conflicted else "",
        gist=tuple(_gist(found, losers)),
        facts=_facts(found, labels),
        aim=tuple(formats.lines(found.request.aim)),
        load=load_shown(found.load, found.partner.name),
        figures=figure_lines(found.figures),
        reasons=reasons.shown(found.reasons, labels),
        alternatives=tuple(alternative(each, found, can_decide) for each in found.alternatives),
        losers=losers,
        worth=worth_here(found),
        past=tuple(past(each) for each in found.past),
        comments=comment_lines(found.comments, found.in_force.decided_at if found.in_force else None),
        comment=url_for("national.comment_on_match", match_id=match_id)
        if found.can_comment and matrix.opens(actor, Action.PROPOSAL_COMMENT)
        else "",
        seen=seen(found.last),
        confirm=_confirm(found, actor),
        swap_effect=_swap_effect(found) if can_decide else "",
        can_decide=can_decide,
        is_decided=found.in_force is not None and kind != "reopen",
    )


def _where(actor: AnyActor, action: Action, endpoint: str, match_id: UUID) -> str:
    """An address of the match, for those who may use it."""
    return url_for(endpoint, match_id=match_id) if matrix.opens(actor, action) else ""


def _confirm(found: MatchPage, actor: AnyActor) -> str:
    decision = found.in_force
    if decision is None or decision.stands or _is_own(actor, found):
        return ""
    if not matrix.opens(actor, Action.PROPOSAL_APPROVE):
        return ""
    return url_for("national.confirm_override", decision_id=decision.id)


def _swap_effect(found: MatchPage) -> str:
    if found.replacement is None:
        return ""
    return url_for("national.swap", match_id=found.match.id, partner_id=found.replacement.id)


HINDRANCE = "You belong to one of the two sides. A second reviewer decides on this match."
CLOSE_CALL = "Close call: another use of these days is about as good"


def _folds(found: MatchPage, labels: Mapping[str, str]) -> Folds:
    request, why = found.request, found.reasons
    priority = labels.get(request.priority_code or "", formats.NOTHING)
    others = formats.plural(len(found.load.others), "other match", "other matches")
    is_over = any(each.left < 0 for each in found.load.months)
    earlier = [past(each).words for each in found.past]
    return Folds(
        why=f"Fit {formats.decimal(why.fit)} out of 1, {reasons.place(why)}",
        request=f"{priority}, severity {choices.title('severity', request.severity)}, {formats.days(request.days)}",
        load=f"{others} in this run" + (", and more days given than are declared now" if is_over else ""),
        past=f"{formats.plural(len(earlier), 'decision')}: {earlier[0]}" if earlier else "",
    )


def _flags(found: MatchPage) -> Iterable[str]:
    yield from (wording.flag(code) for code in review_flags.to_judge(found.match.flags))
    if found.match.is_close:
        yield CLOSE_CALL
    if found.request.collaborative_group:
        yield f"One of a collaborative: decide together with the others of “{found.request.collaborative_group}”"
    if found.match.is_locked:
        yield "Fixed before this run by a decision"


def _gist(found: MatchPage, losers: tuple[LoserLine, ...]) -> Iterable[tuple[str, str]]:
    """The three answers that a reviewer needs first, each in a sentence."""
    why = found.reasons
    if found.replacement and found.in_force:
        yield (
            "Swap",
            f"{found.replacement.name} instead of {found.partner.name}. {found.in_force.reason}".strip(),
        )
    skills = formats.plural(len(why.skills), "skill")
    yield (
        "Why this partner",
        f"Fit {formats.decimal(why.fit)}, {reasons.place(why)}. Covers {len(why.covers)} of {skills} asked for. "
        f"{formats.days(found.match.days)} of {formats.count(found.request.days)}, {formats.apart(why.distance_km)}.",
    )
    adds = adds_in_words(found)
    if adds:
        yield "What it adds", adds
    others = _other_days(found)
    if others:
        yield "The other days", others
    best = found.alternatives[0] if found.alternatives else None
    free = next((each for each in found.alternatives if each.alternative.standing == "room_left"), None)
    yield "Next best", _next_best(best, free)
    yield "Who loses", _who_loses(losers)
    informs = review_flags.informing(found.match.flags)
    if informs:
        yield "Good to know", ". ".join(wording.flag(code) for code in informs) + "."


def _other_days(found: MatchPage) -> str:
    """Who gives the rest of what was asked for, and what stays open; nothing where there is no rest."""
    given = [f"{each.partner} gives {formats.count(each.days)}." for each in found.beside]
    is_open = (found.request.days or 0) - found.match.days - sum(each.days for each in found.beside)
    if is_open > 0:
        given.append(f"{formats.count(is_open)} {'stays' if is_open == 1 else 'stay'} open.")
    return " ".join(given)


def _next_best(best: NamedAlternative | None, free: NamedAlternative | None) -> str:
    if best is None:
        return "No other partner passes all the rules."
    words = f"{best.partner.name}, fit {formats.decimal(best.alternative.fit)}: "
    words += f"{wording.standing(best.alternative.standing).lower()}."
    if free is not None and free is not best:
        words += f" With days left: {free.partner.name}, fit {formats.decimal(free.alternative.fit)}."
    return words


def _who_loses(losers: tuple[LoserLine, ...]) -> str:
    if not losers:
        return "Nobody who is short of days could have used them."
    first = losers[0]
    others = f" and {formats.plural(len(losers) - 1, 'other request')}" if len(losers) > 1 else ""
    return f"{first.organisation}: {first.title} ({first.short} days short){others} could have used them."


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


def seen(last: Decision | None) -> str:
    """The decision that somebody saw who decides now."""
    return str(last.id) if last else ""


def reason_words(code: str | None, own: str | None) -> str:
    """The sentence that is kept: the common reason, then the person's own words."""
    common = f"{choices.title('decision_reason', code)}." if code else ""
    return " ".join(filter(None, (common, (own or "").strip())))
