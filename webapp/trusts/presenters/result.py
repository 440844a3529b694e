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
    others: tuple[str, ...]
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
    """The result part of a request's page; ``letters`` is the address under which its letters stand."""

    waiting: str
    published: str
    matches: tuple[MatchShown, ...]
    shortfall: ShortfallShown | None
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
        others=tuple(f"{other.name}, fit {formats.decimal(other.fit)}" for other in match.others),
        offer=str(match.offer_id),
    )


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
        changes=tuple(" and ".join(wording.change(code) for code in codes) for codes in short.changes),
        next_step=wording.next_step(short.next_step) if short.next_step else "",
    )
