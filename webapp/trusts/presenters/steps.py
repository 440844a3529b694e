"""The question pages of a support request: headings, guidance, what is left to spend, public figures beside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request, url_for

from webapp.services.registry import PublishedFigure
from webapp.services.request_allowance import Allowance
from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters import question_order
from webapp.trusts.presenters.question_order import STEPS
from webapp.ui import choices, formats
from webapp.ui.fields import Choice

MOST_FIGURES = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure of the organisation, as context."""

    label: str
    value: str
    when: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A page beside the question, which leads back to it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """What a question page shows round its form. ``heading`` is empty where the question is the heading.

    ``place`` says how far it is; ``later`` is where somebody leaves to who goes on another day.
    """

    title: str
    heading: str
    caption: str
    guidance: str
    back: str
    place: str = ""
    later: str = ""
    left: tuple[str, ...] = ()
    aside: Aside | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The page before there is a draft; ``name_place`` is where a board names a place, ``component`` what from."""

    organisation: str
    component: str
    name_place: str
    worksheet: str
    back: str


def first_page(organisation: str, component: str, *, may_name: bool) -> FirstPage:
    """What is asked and what is not."""
    return FirstPage(
        organisation=organisation,
        component=component,
        name_place=url_for("trusts.name_place") if may_name else "",
        worksheet=url_for("public.worksheet"),
        back=url_for("trusts.listing"),
    )


def place_page() -> StepPage:
    """The page on which a board names a place."""
    return StepPage(
        title="Name a place",
        heading="",
        caption="A place in your area",
        guidance="",
        back=url_for("trusts.new"),
    )


def step_page(name: str, row: SupportRequest, *, caption: str = "") -> StepPage:
    """The page of one step of this request. Back leads to the question before, or to the answers."""
    words = STEPS[name]
    from_answers = request.args.get("from") == "check"
    back = "trusts.check" if from_answers else question_order.before(name)
    return StepPage(
        title=words.heading or words.title,
        heading=words.heading,
        caption=caption or f"Support request {row.reference}",
        guidance=words.guidance,
        back=url_for(back, request_id=row.id),
        place="" if from_answers else question_order.place(name),
        later=url_for("trusts.request_page", request_id=row.id),
    )


def with_figures(page: StepPage, row: SupportRequest, figures: Iterable[PublishedFigure]) -> StepPage:
    """The same page with public figures of the beneficiary: those of the request's priority first."""
    ordered = sorted(figures, key=lambda figure: (figure.priority_code != row.priority_code, figure.label))
    own = [figure for figure in ordered if figure.priority_code == row.priority_code]
    shown = tuple(
        Figure(figure.label, _amount(figure), f"{figure.period}. {figure.source}")
        for figure in (own or ordered)[:MOST_FIGURES]
    )
    return replace(page, figures=shown)


def urgency_page(row: SupportRequest, left: Allowance, figures: Iterable[PublishedFigure]) -> StepPage:
    """Severity, with the points left."""
    page = with_figures(step_page("urgency", row), row, figures)
    guidance = (
        "Each organisation has 6 severity points in a round, and a request uses as many as its level. "
        "So not everything can be critical."
    )
    return replace(page, guidance=guidance, left=(f"Severity points left: {left.points_left} of 6",))


def severity_choices(left: Allowance) -> list[Choice]:
    """The anchored levels, each with the points that it uses, and with what it lacks."""
    return [_severity(choice, left.points_left) for choice in choices.items("severity")]


def _severity(choice: Choice, points_left: int) -> Choice:
    uses = f"Uses {formats.plural(int(choice.value), 'point')}."
    if int(choice.value) > points_left:
        uses = f"Uses {formats.plural(int(choice.value), 'point')}: more than you have left."
    return Choice(choice.value, choice.text, f"{choice.hint} {uses}")


def rank_page(row: SupportRequest, left: Allowance, *, may_order: bool) -> StepPage:
    """The place among the organisation's requests, who holds the others, and the way to change their order."""
    taken = tuple(f"{RANKS[each.rank or 0]}: {each.title} ({each.reference})" for each in left.taken)
    words = ("Taken by your other requests:", *taken) if taken else ()
    if taken and not left.ranks_left:
        words = (*words, "All three places are taken. Withdraw one of them to make room for this request.")
    elif taken and not may_order:
        words = (*words, "A lead of your organisation can change the order of these requests.")
    here = keeping_origin("trusts.rank", row.id)
    order = Aside("Change the order of all your requests", url_for("trusts.order", next=here))
    return replace(step_page("rank", row), left=words, aside=order if taken and may_order else None)


def rank_choices(left: Allowance) -> list[Choice]:
    """The places that are free."""
    return [Choice(str(rank), RANKS[rank]) for rank in left.ranks_left]


# A ratio has no unit; a score is read against its end.
UNITS = {"percent": "%", "ratio": "", "score": " out of 10"}

RANKS = {1: "First: it matters most to us", 2: "Second", 3: "Third"}


def _amount(figure: PublishedFigure) -> str:
    return f"{figure.value:,g}{UNITS.get(figure.unit, f' {figure.unit}')}"


def standing_answers(form: Any, row: SupportRequest) -> dict[str, str]:
    """What the row now holds for the questions of a form, in words."""
    return {
        str(question.label.text): answer(name, getattr(row, name))
        for name, question in form._fields.items()
        if name not in ("version", "csrf_token") and hasattr(row, name)
    }


def answer(name: str, value: Any) -> str:
    """One answer in words."""
    if name in ("severity", "delivery", "shape"):
        return choices.title(name, value)
    if name in ("window_first", "window_last"):
        return formats.month(value)
    if name == "rank":
        return RANKS.get(value, formats.NOTHING)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return formats.NOTHING if value in (None, "") else str(value)


def keeping_origin(endpoint: str, request_id: UUID, **values: Any) -> str:
    """An address in the request that leads back to the answers if the reader came from there."""
    if request.args.get("from") == "check":
        values["from"] = "check"
    return url_for(endpoint, request_id=request_id, **values)
