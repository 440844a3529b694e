"""How an engagement goes: check-ins, the outcome as a run chart with its table, ratings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from webapp.services import engagement_reviews
from webapp.services.engagement_rows import Engagement, Side
from webapp.services.failures import NotFound
from webapp.ui import choices, formats
from webapp.ui.outcome import OutcomeShown, Value
from webapp.ui.outcome import outcome_shown as outcome_of
from webapp.ui.paging import page_of_rows

SIDES = {"partner": "The partner", "requester": "The organisation"}


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One check-in with what was said."""

    title: str
    due: str
    said: tuple[tuple[str, str], ...]
    answer: str


@dataclass(frozen=True, slots=True)
class RatingLine:
    """What one side says at the end."""

    who: str
    score: str
    words: str


def check_ins(row: Engagement, side: Side | None, today: date) -> tuple[CheckInLine, ...]:
    """Check-ins with what each side has said."""
    lines = []
    for each in row.check_ins:
        answered = {answer.side for answer in each.answers}
        is_due = " Due now." if each.due_on <= today and len(answered) < len(Side) else ""
        said = tuple(
            (SIDES[answer.side.value], _said(answer.progress, answer.words, answer.needs_help))
            for answer in each.answers
        )
        opens = engagement_reviews.opens_on(each)
        is_early = today < opens and row.state.value not in ("ended", "ended_early")
        may = side is not None and side not in answered and not is_early
        when = f" It can be answered from {formats.day(opens)}." if is_early else is_due
        if today < opens and may:
            when = " The work has ended, so it can be answered now."
        href = url_for("engagements.check_in", engagement_id=row.id, check_in_id=each.id) if may else ""
        lines.append(
            CheckInLine(
                choices.title("check_in", each.kind),
                f"Due on {formats.day(each.due_on)}.{when}",
                said,
                href,
            )
        )
    return tuple(lines)


def outcome_shown(row: Engagement, *, may_remove: bool = False) -> OutcomeShown | None:
    """The outcome, once a measure is named."""
    outcome = row.outcome
    if outcome is None:
        return None
    values = (
        Value(
            each.measured_on,
            each.thousandths,
            each.phase.value,
            url_for("engagements.remove_value", engagement_id=row.id, point_id=each.id) if may_remove else "",
        )
        for each in outcome.points
    )
    return outcome_of(outcome.measure, outcome.unit, outcome.better, values, words=outcome.words)


def ratings(row: Engagement, side: Side | None) -> tuple[RatingLine, ...]:
    """Ratings as far as this reader sees them."""
    return tuple(
        RatingLine(SIDES[each.side.value], choices.title("rating", each.score), each.words)
        for each in engagement_reviews.ratings_shown(row.ratings, side)
    )


def rating_words(row: Engagement, side: Side | None) -> str:
    """What is awaited before ratings can be read."""
    if row.state.value not in ("ended", "ended_early") or len(row.ratings) == len(Side):
        return ""
    if side is not None and any(each.side is side for each in row.ratings):
        return "You have rated. You see the other side's rating, and they see yours, once both have rated."
    return "Each side sees the other's rating once both have rated."


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one short form."""

    title: str
    caption: str
    lead: str
    button: str
    back: str


@dataclass(frozen=True, slots=True)
class ValuesPage:
    """The values of the measure."""

    caption: str
    outcome: OutcomeShown
    pages: Mapping[str, Any] | None
    edit: str
    back: str


def check_in_page(row: Engagement, side: Side | None, check_in_id: UUID, today: date) -> FormPage:
    """One check-in to answer; raises ``NotFound`` for one of another engagement, ``NotAllowedNow`` too early."""
    found = next((each for each in row.check_ins if each.id == check_in_id), None)
    if found is None or side is None:
        raise NotFound("no such check-in")
    if any(each.side is side for each in found.answers):
        raise engagement_reviews.SAID_ALREADY
    engagement_reviews.check_open(row, found, today)
    lead = (
        f"Due on {formats.day(found.due_on)}. You answer for your side; each side reads what the other says."
    )
    return _form_page(row, choices.title("check_in", found.kind), lead, "Save the answer")


def outcome_page(row: Engagement) -> FormPage:
    """The measure."""
    lead = "One measure that shows whether it helps. You add values over time next, from before the work too."
    return _form_page(row, "Outcome", lead, "Save and add values")


def outcome_now(row: Engagement) -> dict[str, str]:
    """What somebody else has written meanwhile."""
    outcome = row.outcome
    if outcome is None:
        return {"Measure": formats.NOTHING, "version": "0"}
    return {
        "Measure": f"{outcome.measure} ({outcome.unit})" if outcome.unit else outcome.measure,
        "Better": choices.title("better", outcome.better),
        "In words": outcome.words or formats.NOTHING,
        "version": str(outcome.version),
    }


def values_page(row: Engagement, arguments: Mapping[str, str]) -> ValuesPage:
    """One page of the values, the latest first, with the picture of them all."""
    shown = outcome_shown(row, may_remove=True)
    assert shown is not None
    values, pages = page_of_rows(shown.values[::-1], arguments)
    return ValuesPage(
        caption=f"{row.request.title}, {row.request.reference}",
        outcome=replace(shown, values=values),
        pages=pages,
        edit=url_for("engagements.outcome", engagement_id=row.id),
        back=url_for("engagements.engagement", engagement_id=row.id),
    )


def rating_page(row: Engagement) -> FormPage:
    """How it went."""
    lead = "You rate for your side, once. The other side reads it when both have rated; the national team reads both."
    return _form_page(row, "How it went", lead, "Save the rating")


def _form_page(row: Engagement, title: str, lead: str, button: str) -> FormPage:
    caption = f"{row.request.title}, {row.request.reference}"
    return FormPage(title, caption, lead, button, url_for("engagements.engagement", engagement_id=row.id))


def _said(answer: object, words: str, needs_help: bool) -> str:
    parts = [choices.title("check_in_progress", answer), words]
    if needs_help:
        parts.append("Asks the national team to get in touch")
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
