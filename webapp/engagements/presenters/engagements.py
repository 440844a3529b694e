"""Engagements: the list, and one engagement with what comes next, for both sides and for the national team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.engagements.presenters import days, progress
from webapp.engagements.presenters.days import DaysShown
from webapp.engagements.presenters.progress import SIDES, CheckInLine, RatingLine
from webapp.services.engagement_lists import EngagementFilter, EngagementOrder, EngagementState
from webapp.services.engagement_rows import Engagement, EngagementEvent, Side
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View
from webapp.ui.outcome import OutcomeShown
from webapp.ui.paging import page_of_rows


@dataclass(frozen=True, slots=True)
class Line:
    """One engagement in the list."""

    title: str
    organisation: str
    partner: str
    days: int
    state: str
    colour: str
    started: date | None
    ended: date | None
    href: str


LISTING = Listing(
    caption="Engagements",
    columns=(
        Column("title", "Engagement", link=lambda line: line.href),
        Column("state", "State", tag=lambda line: line.colour, sortable=False),
        Column("organisation", "Organisation"),
        Column("partner", "Partner"),
        Column("days", "Days planned", numeric=True),
        Column("started", "Started", shown=lambda line: _day_or_not_yet(line.started)),
        Column("ended", "Ended", shown=lambda line: _day_or_not_yet(line.ended)),
    ),
    filters=(TextFilter("q", "Search"), ChoiceFilter("state", "State", choices.titles("engagement_state"))),
    empty="No engagement yet. One begins when both sides accept an offer.",
    noun="engagement",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, as a sentence, with what was said."""

    when: str
    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the reader may do."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class EngagementPage:
    """One engagement."""

    title: str
    caption: str
    state: str
    colour: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    next: tuple[Act, ...]
    agreement: str
    days: DaysShown
    log: str
    change: str
    check_ins: tuple[CheckInLine, ...]
    outcome: OutcomeShown | None
    measure: str
    ratings: tuple[RatingLine, ...]
    rating_words: str
    steps: tuple[Step, ...]
    pages: Mapping[str, Any] | None
    others: tuple[Act, ...]
    resume: str
    version: int


NOBODY = {"made": "Both sides"}
"""Who did what no one side did, by the kind of event; else it was the service."""


def line(row: Engagement) -> Line:
    """One line of the list."""
    return Line(
        title=f"{row.request.title}, {row.request.reference}",
        organisation=row.request.beneficiary.name,
        partner=row.partner.name,
        days=sum(row.days_by_month.values()),
        state=choices.title("engagement_state", row.state),
        colour=choices.colour("engagement_state", row.state),
        started=row.started_on,
        ended=row.ended_on,
        href=url_for("engagements.engagement", engagement_id=row.id),
    )


def wanted(view: View) -> EngagementFilter:
    """What the address asks for, in the service's terms."""
    return EngagementFilter(
        text=view.text,
        state=view.choice("state", EngagementState),
        order=EngagementOrder(view.sort),
        descending=view.descending,
    )


def list_title(actor: Actor) -> str:
    """How the list is called for this reader."""
    return "My engagements" if matrix.opens(actor, Action.ENGAGEMENT_WRITE) else "Engagements"


def engagement_page(
    row: Engagement, side: Side | None, actor: Actor, today: date, arguments: Mapping[str, str]
) -> EngagementPage:
    """One engagement; acts only for a side, and those of a lead only for one. What happened comes by pages."""
    events, other_pages = page_of_rows(row.events[::-1], arguments)
    writes = side is not None
    leads = writes and matrix.opens(actor, Action.ENGAGEMENT_AGREE)
    state = row.state.value
    measures = writes and state != "drafted"
    return EngagementPage(
        title=row.request.title,
        caption=f"Engagement under {row.request.reference}",
        state=choices.title("engagement_state", state),
        colour=choices.colour("engagement_state", state),
        lead=_lead(row, side),
        facts=_facts(row),
        next=tuple(_next(row, side, leads)),
        agreement=_to(row, "agreement"),
        days=days.days_shown(row, side, leads),
        log=_to(row, "days"),
        change=_to(row, "change") if leads and _is_open(state) and not days.waiting(row) else "",
        check_ins=progress.check_ins(row, side, today),
        outcome=progress.outcome_shown(row),
        measure=_to(row, "outcome") if measures else "",
        ratings=progress.ratings(row, side),
        rating_words=progress.rating_words(row, side),
        steps=tuple(map(_step, events)),
        pages=other_pages,
        others=tuple(_others(row)) if leads else (),
        resume=_to(row, "resume") if leads and state == "paused" else "",
        version=row.version,
    )


def _day_or_not_yet(day: date | None) -> str:
    return formats.day(day) if day else "Not yet"


def _to(row: Engagement, name: str) -> str:
    return url_for(f"engagements.{name}", engagement_id=row.id)


def _is_open(state: str) -> bool:
    return state not in ("ended", "ended_early")


def _lead(row: Engagement, side: Side | None) -> str:
    state = row.state.value
    if state == "drafted":
        if side is not None and row.has_accepted(side):
            return "You have accepted the agreement. The other side accepts it next."
        if side is not None and any(row.has_accepted(each) for each in Side):
            return "The other side has accepted the agreement. Read it, and accept it if you agree."
        return "The agreement is drafted. Both sides accept the same version before the work starts."
    if state == "agreed":
        return "Both sides have accepted the agreement. Say when the work has started."
    if state == "ended_early":
        reason = choices.title("end_reason", row.end_reason)
        return f"It ended early on {formats.day(row.ended_on)}: {reason}. {row.end_words}".strip()
    if state == "ended":
        return f"It ended on {formats.day(row.ended_on)}. {row.end_words}".strip()
    words = {"active": "The work is under way.", "paused": "The work is paused; its days stay promised."}
    return words[state]


def _facts(row: Engagement) -> tuple[tuple[str, str], ...]:
    asked, helped = row.request.requester, row.request.beneficiary
    facts = [("Organisation", helped.name)]
    if asked.id != helped.id:
        facts.append(("Asked for by", asked.name))
    facts += [
        ("Partner", row.partner.name),
        ("Lead at the organisation", _contact(row.requester_lead, row.requester_email)),
        ("Lead for the partner", _contact(row.partner_lead, row.partner_email)),
    ]
    if row.started_on is not None:
        facts.append(("Started", formats.day(row.started_on)))
    return tuple(facts)


def _contact(name: str, email: str) -> str:
    return ", ".join(filter(None, (name, email))) or formats.NOTHING


def _next(row: Engagement, side: Side | None, leads: bool) -> list[Act]:
    if side is None:
        return []
    state = row.state.value
    if state == "drafted":
        return [Act("Read the agreement", _to(row, "agreement"))]
    if state == "agreed":
        return [Act("Say that the work has started", _to(row, "start"))] if leads else []
    if state in ("active", "paused"):
        return [Act("Log days", _to(row, "days"))]
    has_rated = any(each.side is side for each in row.ratings)
    return [] if has_rated else [Act("Say how it went", _to(row, "rating"))]


def _others(row: Engagement) -> list[Act]:
    state = row.state.value
    acts = []
    if state == "active":
        acts.append(Act("Pause the work", _to(row, "pause")))
    if state in ("active", "paused"):
        acts.append(Act("End it: the work is done", _to(row, "end")))
    if _is_open(state):
        acts.append(Act("End it early", _to(row, "end_early")))
    return acts


def _step(event: EngagementEvent) -> Step:
    did = choices.title("engagement_event", event.kind)
    who = SIDES[event.side.value] if event.side is not None else NOBODY.get(event.kind.value, "The service")
    return Step(when=formats.moment(event.at), what=f"{who} {did}.", words=event.words)
