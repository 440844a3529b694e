"""What became of a request, for its requester: who was found and why, or what was missing and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.services.request_results import OwnMatch, OwnResult, Shortfall
from webapp.ui import choices, formats, reasons, wording
from webapp.ui.reasons import ReasonsShown
from webapp.ui.wording import Audience

OVERRULED = "A proposal was made, and the reviewers decided against it."
FELL_THROUGH = "An offer did not come about. The national team looks for the next best partner."
WAITING = {
    "open": "There is no result yet. When the round has closed, proposals are made for all requests at once "
    "and reviewed. The result and its reasons will stand here.",
    "closed": "There is no result yet. The round is closed. Proposals are made next, for all requests at once. "
    "The result and its reasons will stand here.",
    "matching": "There is no result yet. Proposals are being made now, for all requests at once. "
    "The result and its reasons will stand here.",
    "in_review": "There is no result yet. Proposals have been made for all requests at once, and people are "
    "reviewing them. The result and its reasons will stand here.",
}
OVER = ("declined", "lapsed", "withdrawn")


@dataclass(frozen=True, slots=True)
class MatchShown:
    """One partner that was found."""

    partner: str
    kind: str
    summary: str
    state: str
    days: str
    months: tuple[tuple[str, str], ...]
    reasons: ReasonsShown
    offer: str = ""


@dataclass(frozen=True, slots=True)
class ShortfallShown:
    """Days that were not found, and what would help."""

    heading: str
    reason: str
    changes: tuple[str, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result part of a request's page: ``others`` were possible too, ``letters`` is where its letters stand."""

    waiting: str
    published: str
    matches: tuple[MatchShown, ...]
    shortfall: ShortfallShown | None
    others: tuple[str, ...] = ()
    letters: str = ""


def codes_of(result: OwnResult) -> set[str]:
    """The skill codes that the result names."""
    return {code for match in result.matches for code in reasons.skill_codes(match.reasons)}


def result_page(
    result: OwnResult, labels: Mapping[str, str], *, round_state: str, letters: str = ""
) -> ResultPage:
    """The result, or that there is none yet and what comes before it (no state: in no round, so nothing comes)."""
    waiting = "" if result.is_published else WAITING.get(round_state, "")
    return ResultPage(
        waiting=waiting,
        published=f"Published on {formats.day(result.published_at)}." if result.is_published else "",
        matches=tuple(match_shown(match, labels) for match in result.matches),
        shortfall=_shortfall(result.shortfall, result.matches) if result.shortfall else None,
        others=_others(result.matches),
        letters=letters,
    )


def match_shown(match: OwnMatch, labels: Mapping[str, str]) -> MatchShown:
    """One partner that was found, with the reasons."""
    return MatchShown(
        partner=match.partner_name,
        kind=choices.title("partner_kind", match.partner_kind),
        summary=match.partner_summary,
        state=_state(match),
        days=formats.days(match.days),
        months=reasons.months(match.days_by_month),
        reasons=reasons.shown(match.reasons, labels, reasons.THEY),
        offer=str(match.offer_id),
    )


def _others(matches: tuple[OwnMatch, ...]) -> tuple[str, ...]:
    """Who else was possible for the request, each once, by fit; those who are on it are not among them."""
    found = {each.name: each.fit for match in matches for each in match.others}
    on_it = {match.partner_name for match in matches}
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(f"{name}, fit {formats.decimal(fit)}" for name, fit in ordered if name not in on_it)


def _state(match: OwnMatch) -> str:
    words = choices.title("offer_state", match.offer_state)
    if match.offer_state.value == "offered":
        return f"{words}. It lapses after {formats.day(match.lapses_on)}."
    return f"{words}."


def _shortfall(short: Shortfall, matches: tuple[OwnMatch, ...]) -> ShortfallShown:
    days = formats.days(short.days_short)
    over = [match for match in matches if match.offer_state.value in OVER]
    overruled = FELL_THROUGH if over else OVERRULED
    return ShortfallShown(
        heading="No partner was found" if len(over) == len(matches) else f"{days} could not be found",
        reason=wording.unmet(short.reason, Audience.REQUESTER) if short.reason else overruled,
        changes=tuple(wording.remedy(each.changes, each.days) for each in short.remedies),
        next_step=wording.next_step(short.next_step) if short.next_step else "",
    )
