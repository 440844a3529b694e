"""Requests that a run leaves short of days: the list, and one of them with all that is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.comments import CommentLine, comment_lines
from webapp.services.review import UnmetRequest
from webapp.services.unmet_pages import UnmetPage
from webapp.ui import choices, formats, wording
from webapp.ui.listing import Column, Listing
from webapp.ui.wording import Audience


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
    remedies: tuple[str, ...]
    nearest: tuple[tuple[str, str, str], ...]
    comments: tuple[CommentLine, ...]
    comment: str


UNMET = Listing(
    caption="Requests short of days",
    columns=(
        Column("request", "Request", lambda line: line.request, link=lambda line: line.href, sortable=False),
        Column("organisation", "For", lambda line: line.organisation, sortable=False),
        Column("severity", "Severity", lambda line: line.severity, numeric=True, sortable=False),
        Column("short", "Days short", lambda line: line.short, numeric=True, sortable=False),
        Column("reason", "Why", lambda line: line.reason, sortable=False),
        Column("remedy", "Would be met with", lambda line: line.remedy, sortable=False),
        Column("comments", "Comments", lambda line: line.comments, numeric=True, sortable=False),
        Column("reference", "Reference", lambda line: line.reference, only_file=True),
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
        remedies=_remedies(row),
        nearest=tuple(
            (name, formats.decimal(fit), wording.standing(standing))
            for name, fit, standing in (found.nearest if matrix.opens(actor, Action.PARTNER_READ) else ())
        ),
        comments=comment_lines(found.comments, None),
        comment=url_for("national.comment_on_unmet", run_id=run_id, request_id=request.id)
        if comments
        else "",
    )


def _remedies(row: UnmetRequest) -> tuple[str, ...]:
    changes = row.evidence.get("changes", ())
    return tuple(" and ".join(wording.change(code) for code in each["changes"]) for each in changes[:3])
