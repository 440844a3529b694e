"""The question pages of a support request: their order, headings, guidance and what is left to spend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from webapp.services.registry import PublishedFigure
from webapp.services.support_requests import Allowance, SupportRequest
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class StepWords:
    """One page: its endpoint, its title in the task list, the endpoint after it, the fields that it fills.

    A page that ``needs`` nothing is optional; ``offers`` are the fields that show that it was used.
    """

    endpoint: str
    title: str
    following: str
    needs: tuple[str, ...] = ()
    heading: str = ""
    guidance: str = ""
    offers: tuple[str, ...] = ()
    only_lead: bool = False


STEPS: Mapping[str, StepWords] = {
    "priority": StepWords("trusts.priority", "Priority", "trusts.topic", ("priority_code",)),
    "topic": StepWords(
        "trusts.topic", "Topic and title", "trusts.aim", ("topic_code", "title"), "Topic and title"
    ),
    "aim": StepWords(
        "trusts.aim",
        "What you want to achieve",
        "trusts.skills",
        ("aim", "measure"),
        "What you want to achieve",
    ),
    "skills": StepWords("trusts.skills", "Skills", "trusts.shape", ("skills",), "Skills you want"),
    "shape": StepWords("trusts.shape", "Shape of support", "trusts.amount", ("shape",)),
    "amount": StepWords(
        "trusts.amount",
        "How much, when and where",
        "trusts.sponsor",
        ("days", "window_first", "window_last", "delivery", "max_team"),
        "How much support, when and where",
        "Ask for what you can really use. The more months you give, the more partners have days.",
    ),
    "sponsor": StepWords(
        "trusts.sponsor",
        "Sponsor and local lead",
        "trusts.in_place",
        ("sponsor_name", "sponsor_role", "lead_name"),
        "Who stands behind this request",
    ),
    "in_place": StepWords(
        "trusts.in_place",
        "What is in place already",
        "trusts.urgency",
        (),
        "What is in place already",
        "All of this is optional. It helps to avoid doing things twice.",
        ("existing_method_code", "other_help", "in_mandated_programme"),
    ),
    "exclusions": StepWords(
        "trusts.exclusions",
        "Partners you cannot work with",
        "trusts.urgency",
        heading="Partners you cannot work with",
        offers=("exclusions",),
        only_lead=True,
    ),
    "urgency": StepWords(
        "trusts.urgency",
        "Severity and rank",
        "trusts.check",
        ("severity", "rank"),
        "How severe it is, and how it ranks",
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure of the organisation, as context."""

    label: str
    value: str
    when: str


@dataclass(frozen=True, slots=True)
class StepPage:
    """What a question page shows round its form. ``heading`` is empty where the question is the heading."""

    title: str
    heading: str
    caption: str
    guidance: str
    back: str
    left: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = field(default=())


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
    """The page of one step of this request."""
    words = STEPS[name]
    return StepPage(
        title=words.heading or words.title,
        heading=words.heading,
        caption=caption or f"Support request {row.reference}",
        guidance=words.guidance,
        back=url_for("trusts.request_page", request_id=row.id),
    )


def urgency_page(row: SupportRequest, left: Allowance, figures: Iterable[PublishedFigure]) -> StepPage:
    """Severity and rank: with the points and places left, and public figures beside."""
    page = step_page("urgency", row)
    places = ", ".join(str(rank) for rank in left.ranks_left) or "none"
    return StepPage(
        title=page.title,
        heading=page.heading,
        caption=page.caption,
        guidance=(
            "Each organisation has 6 severity points in a round: a request at severity 3 uses 3 of them. "
            "So not everything can be critical."
        ),
        back=page.back,
        left=(f"Severity points left: {left.points_left} of 6", f"Places left: {places}"),
        figures=tuple(
            Figure(figure.label, _amount(figure), f"{figure.period}, {figure.source}") for figure in figures
        ),
    )


def _amount(figure: PublishedFigure) -> str:
    unit = "%" if figure.unit == "percent" else f" {figure.unit}"
    return f"{figure.value:,g}{unit}"


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
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return formats.NOTHING if value in (None, "") else str(value)
