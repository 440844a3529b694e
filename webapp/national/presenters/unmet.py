"""Requests that a run leaves short of days: the list, and one of them with all that is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.comments import CommentLine, comment_lines
from webapp.services.remedies import Remedy, remedies_of
from webapp.services.review import UnmetRequest
from webapp.services.unmet_pages import Near, UnmetPage
from webapp.ui import choices, formats, wording
from webapp.ui.listing import Column, Listing
from webapp.ui.wording import Audience

RemedyLine = tuple[str, str, str]
"""What would have to change, how many of the missing days that brings, and who could then help."""


MOST_HOLDINGS = 2
"""How many matches of a partner are named; the largest are."""


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """One request left short."""

    request: str
    reference: str
    organisation: str
    severity: int | None
    short: int
    reason: str
    remedy: str
    comments: int
    href: str


@dataclass(frozen=True, slots=True)
class UnmetShown:
    """One request left short."""

    title: str
    organisation: str
    back: str
    request_href: str
    letter: str
    facts: tuple[tuple[str, str], ...]
    remedies: tuple[RemedyLine, ...]
    nearest: tuple[tuple[str, str, str, str, str], ...]
    why_not: str
    comments: tuple[CommentLine, ...]
    comment: str


UNMET = Listing(
    caption="Requests short of days",
    columns=(
        Column("request", "Request", link=lambda line: line.href, sortable=False),
        Column("organisation", "For", sortable=False),
        Column("severity", "Severity", numeric=True, sortable=False),
        Column("short", "Days short", numeric=True, sortable=False),
        Column("reason", "Why", sortable=False),
        Column("remedy", "Would bring more days", sortable=False),
        Column("comments", "Comments", numeric=True, sortable=False),
        Column("reference", "Reference", only_file=True),
    ),
    empty="Every request has all its days.",
    noun="request",
)


def unmet_line(row: UnmetRequest, comments: Mapping[UUID, int]) -> UnmetLine:
    """One request left short, with how many comments regions have made on it."""
    return UnmetLine(
        request=row.request.title,
        reference=row.request.reference,
        organisation=row.request.beneficiary.name,
        severity=row.request.severity,
        short=row.days_short,
        reason=wording.unmet(row.reason, Audience.NATIONAL),
        remedy="; or ".join(_remedies(row)) or "No single change",
        comments=comments.get(row.request_id, 0),
        href=url_for("national.unmet_request", run_id=row.run_id, request_id=row.request_id),
    )


def codes_of(found: UnmetPage) -> list[str]:
    """The taxonomy codes that the page names."""
    own = [found.row.request.priority_code, *(each.skill for each in found.remedies)]
    return [code for code in own if code]


def unmet_page(found: UnmetPage, labels: Mapping[str, str], actor: AnyActor) -> UnmetShown:
    """The page of one request left short."""
    row, request = found.row, found.row.request
    run_id = row.run_id
    comments = found.can_comment and matrix.opens(actor, Action.PROPOSAL_COMMENT)
    return UnmetShown(
        title=request.title,
        organisation=request.beneficiary.name,
        back=url_for("national.unmet", run_id=run_id),
        request_href=url_for("national.request_page", request_id=request.id),
        letter=url_for("national.unmet_letter", run_id=run_id, request_id=request.id)
        if matrix.opens(actor, Action.RUN_READ)
        else "",
        facts=(
            ("Priority", labels.get(request.priority_code or "", formats.NOTHING)),
            ("Severity", choices.title("severity", request.severity)),
            ("Rank among their requests", formats.count(request.rank)),
            ("Days asked for", formats.days(request.days)),
            ("Days short", formats.days(row.days_short)),
            ("Why", wording.unmet(row.reason, Audience.NATIONAL)),
            ("Partners who pass the rules", formats.count(row.evidence.get("candidates", 0))),
            (
                "Next step",
                wording.next_step(row.evidence["next_step"])
                if row.evidence.get("next_step")
                else formats.NOTHING,
            ),
        ),
        remedies=tuple(_remedy_lines(found, labels, actor)),
        nearest=tuple(_near(each, found.names) for each in found.nearest)
        if matrix.opens(actor, Action.PARTNER_READ)
        else (),
        why_not=url_for("national.why_not_unmet", run_id=run_id, request_id=request.id)
        if matrix.opens(actor, Action.SCENARIO_START)
        else "",
        comments=comment_lines(found.comments, None),
        comment=url_for("national.comment_on_unmet", run_id=run_id, request_id=request.id)
        if comments
        else "",
    )


def _near(each: Near, names: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    """A candidate, what binds it, what a day would add here, and who has its days, with what one adds there."""
    largest = sorted(each.holdings, key=lambda holding: (-holding.days, holding.request))
    held = [
        f"{formats.days(holding.days)} for {names.get(holding.request, holding.request)} "
        f"({formats.decimal(holding.worth, 1)} a day)"
        for holding in largest[:MOST_HOLDINGS]
    ]
    if len(largest) > MOST_HOLDINGS:
        held.append(f"and {formats.plural(len(largest) - MOST_HOLDINGS, 'other match', 'other matches')}")
    return (
        names[each.partner],
        formats.decimal(each.fit),
        wording.standing(each.standing),
        formats.decimal(each.worth, 1),
        "; ".join(held) or "Nobody",
    )


def _remedies(row: UnmetRequest) -> tuple[str, ...]:
    return tuple(wording.remedy(each.changes, each.days) for each in remedies_of(row.evidence)[:3])


def _remedy_lines(found: UnmetPage, labels: Mapping[str, str], actor: AnyActor) -> Iterator[RemedyLine]:
    """Each set of changes with what it brings and whom; names of partners only for who may read them."""
    reads = matrix.opens(actor, Action.PARTNER_READ)
    for each in found.remedies:
        names = [found.names[partner] for partner in each.partners if partner in found.names and reads]
        words = " and ".join(_change(code, each, found, labels) for code in each.changes)
        brings = (
            formats.NOTHING if each.days is None else f"{each.days} of {formats.days(found.row.days_short)}"
        )
        yield (
            words[:1].upper() + words[1:],
            brings,
            ", ".join(names) or formats.NOTHING,
        )


def _change(code: str, remedy: Remedy, found: UnmetPage, labels: Mapping[str, str]) -> str:
    if code == "longer_window" and remedy.window:
        first, last = (formats.month(found.months[at]) for at in remedy.window)
        return f"{wording.change(code)}, {first} to {last}"
    if code == "lower_level" and remedy.skill:
        asked = choices.title("skill_level", remedy.level)
        return f"{labels.get(remedy.skill, remedy.skill)} at level {asked}"
    return wording.change(code)
