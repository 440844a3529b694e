"""Before a round is solved: the page of what was counted, demand beside what there is and what can be mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.concerns import TITLES
from webapp.national.presenters.demand import Section, percent, sections
from webapp.services.check_messages import Concern
from webapp.services.round_checks import Check
from webapp.ui import formats

Words = Mapping[str, str]
RELOAD_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """One kind of thing to mend: how many, and the way to them."""

    title: str
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The page of one round."""

    round_name: str
    back: str
    lead: str
    problem: str
    counted: str
    reload_seconds: int
    again: str
    figures: tuple[tuple[str, str], ...]
    concerns: tuple[ConcernLine, ...]
    sections: tuple[Section, ...]
    csv: str


def check_page(check: Check, words: Words, actor: AnyActor) -> CheckPage:
    """Everything that was counted."""
    round_, found = check.round, check.supply
    again = (
        url_for("national.count_again", round_id=round_.id) if matrix.opens(actor, Action.ROUND_ASK) else ""
    )
    problem = f"A run could not start yet: {check.row.problem}." if check.row and check.row.problem else ""
    if found is None:
        lead = "" if problem else "It is being counted, and is here in a minute."
        seconds = 0 if problem else RELOAD_SECONDS
        return CheckPage(round_.name, _back(check), lead, problem, "", seconds, again, (), (), (), "")
    whole = found.whole
    return CheckPage(
        round_name=round_.name,
        back=_back(check),
        lead=f"{formats.plural(whole.requests, 'request')} ask for {formats.days(whole.wanted)}. The "
        f"partners who could help at least one of them have {formats.days(whole.available)} in these months.",
        problem=problem,
        counted=f"Counted on {formats.moment(check.row.counted_at if check.row else None)}.",
        reload_seconds=0,
        again=again,
        figures=(
            (formats.count(whole.requests), "requests"),
            (formats.count(whole.wanted), "days asked for"),
            (formats.count(whole.available), "days of partners who could help"),
            (percent(whole.wanted, whole.available), "of the days there are is asked for"),
        ),
        concerns=tuple(_concern(check, concern) for concern in Concern),
        sections=sections(check, words),
        csv=url_for("national.check_csv", round_id=round_.id)
        if matrix.opens(actor, Action.EXPORT_DOWNLOAD)
        else "",
    )


def codes_of(check: Check) -> set[str]:
    """The codes of topics and skills that the page names."""
    found = check.supply
    if found is None:
        return set()
    return {each.code for each in (*found.topics, *found.skills)} | {each.skill for each in found.unoffered}


def _back(check: Check) -> str:
    return url_for("national.round_page", round_id=check.round.id)


def _concern(check: Check, concern: Concern) -> ConcernLine:
    found = check.supply
    counts = {
        Concern.THIN: len(found.thin) if found else 0,
        Concern.UNOFFERED: len(found.unoffered) if found else 0,
        Concern.STALE: len(found.stale) if found else 0,
        Concern.UNRELEASED: len(found.unreleased) if found else 0,
    }
    href = url_for("national.concerned", round_id=check.round.id, concern=concern.value)
    return ConcernLine(TITLES[concern], formats.count(counts[concern]), href)
