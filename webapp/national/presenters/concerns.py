"""What can still be mended before a round is solved: each kind as a list, with the way to those who can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.check_messages import Concern
from webapp.services.round_checks import Check, Partner, SupportRequest
from webapp.ui import formats, wording
from webapp.ui.listing import Column, Listing
from webapp.ui.wording import Audience

Words = Mapping[str, str]
TITLES = {
    Concern.THIN: "Requests with few or no candidates",
    Concern.UNOFFERED: "Skills that nobody offers",
    Concern.STALE: "Partners whose interests are out of date",
    Concern.UNRELEASED: "Experts without their employer's release",
}
LEADS = {
    Concern.THIN: "At most two partners could help each of these. Whoever asks can widen the months, the way of "
    "working or the skills.",
    Concern.UNOFFERED: "Nobody holds these skills at the level asked for. Partners with another skill of the "
    "same topic may have them too.",
    Concern.STALE: "No match is proposed to them until they have confirmed their declaration.",
    Concern.UNRELEASED: "Their employer has not answered yet. A match is proposed all the same unless the policy "
    "says otherwise, and flagged.",
}
TO_WHOM = {
    Concern.THIN: "Write to the requester",
    Concern.UNOFFERED: "Write to partners of the same topic",
    Concern.STALE: "Write to the partner",
    Concern.UNRELEASED: "Write to the employer",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend: its record, what is wrong, by whom."""

    name: str
    title: str
    href: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """The list of one kind of thing to mend."""

    title: str
    lead: str
    round_name: str
    back: str
    button: str
    ask: str
    lines: tuple[Line, ...]
    count: str
    pages: Mapping[str, Any] | None
    csv: str


CONCERNS = Listing(
    caption="To be mended",
    columns=(
        Column("name", "Reference or code"),
        Column("title", "What"),
        Column("who", "Of whom"),
        Column("what", "Why"),
    ),
)


def request_lines(check: Check, names: Sequence[str], rows: Mapping[str, SupportRequest]) -> tuple[Line, ...]:
    """Requests with few candidates."""
    thin = {each.request: each for each in check.supply.thin} if check.supply else {}
    return tuple(
        Line(
            name=name,
            title=rows[name].title,
            href=url_for("national.request_page", request_id=rows[name].id),
            who=_helped(rows[name]),
            what=f"{formats.plural(thin[name].candidates, 'candidate')}. Most others: "
            f"{wording.reason(thin[name].reason, Audience.NATIONAL)}",
        )
        for name in names
        if name in rows and name in thin
    )


def partner_lines(names: Sequence[str], rows: Mapping[str, Partner], what: str) -> tuple[Line, ...]:
    """Partners who, or whose employers, can mend something."""
    return tuple(
        Line(
            name=name,
            title=rows[name].name,
            href=url_for("national.partners", q=name),
            who=_home(rows[name]),
            what=what,
        )
        for name in names
        if name in rows
    )


def skill_lines(check: Check, names: Sequence[str], words: Words) -> tuple[Line, ...]:
    """Skills that nobody offers."""
    found = {each.skill: each for each in check.supply.unoffered} if check.supply else {}
    return tuple(
        Line(
            name=name,
            title=words.get(name, name),
            href=url_for("national.requests", q=found[name].requests[0]),
            who=formats.plural(len(found[name].requests), "request"),
            what=f"{formats.days(found[name].days)} asked for, at level {found[name].level}",
        )
        for name in names
    )


def concern_page(
    check: Check,
    concern: Concern,
    lines: tuple[Line, ...],
    paging: tuple[int, Mapping[str, Any] | None],
    actor: AnyActor,
) -> ConcernPage:
    """One page of a list, with the way to write to those concerned."""
    total, pages = paging
    address: dict[str, Any] = {"round_id": check.round.id, "concern": concern.value}
    return ConcernPage(
        title=TITLES[concern],
        lead=LEADS[concern],
        round_name=check.round.name,
        back=url_for("national.check_round", round_id=check.round.id),
        button=TO_WHOM[concern],
        ask=url_for("national.ask_concerned", **address) if matrix.opens(actor, Action.ROUND_ASK) else "",
        lines=lines,
        count=formats.plural(total, "entry", "entries"),
        pages=pages,
        csv=url_for("national.concern_csv", **address) if matrix.opens(actor, Action.EXPORT_DOWNLOAD) else "",
    )


def _home(row: Partner) -> str:
    return row.organisation.name if row.organisation else ""


def _helped(row: SupportRequest) -> str:
    return row.beneficiary.name if row.beneficiary else ""
