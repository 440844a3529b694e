"""The answers of a support request in words, grouped by the page that asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters.question_order import STEPS
from webapp.trusts.presenters.steps import answer
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class Labels:
    """Words for codes of the taxonomy, and the names of excluded partners (``None`` where they are not shown)."""

    words: Mapping[str, str]
    excluded: tuple[str, ...] | None = None

    def of(self, code: str | None) -> str:
        """The label of a code; "Not given" for none."""
        return self.words.get(code or "", formats.NOTHING)


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a summary list."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers of one page, with the link that changes them (empty where nothing may change)."""

    title: str
    answers: tuple[Answer, ...]
    change: str


def groups(row: SupportRequest, labels: Labels, *, may_change: bool) -> tuple[AnswerGroup, ...]:
    """All answers in the order of the pages."""
    return tuple(_groups(row, labels, may_change))


def _groups(row: SupportRequest, labels: Labels, may_change: bool) -> Iterator[AnswerGroup]:
    def group(step: str, title: str, *answers: Answer) -> AnswerGroup:
        change = url_for(STEPS[step].endpoint, request_id=row.id) + "?from=check" if may_change else ""
        return AnswerGroup(title, answers, change)

    yield from _wanted(row, labels, group)
    yield from _conditions(row, labels, group)


def _wanted(row: SupportRequest, labels: Labels, group: Callable[..., AnswerGroup]) -> Iterator[AnswerGroup]:
    yield group(
        "priority",
        "What it is about",
        _line("For", row.beneficiary.name),
        _line("Priority", labels.of(row.priority_code)),
        _line("Topic", labels.of(row.topic_code)),
        *((_line("Component", labels.of(row.component_code)),) if row.component_code else ()),
    )
    yield group(
        "aim",
        "What you want to achieve",
        _line("Title", row.title),
        Answer("Aim", tuple(formats.lines(row.aim)) or (formats.NOTHING,)),
        Answer("How you would know", tuple(formats.lines(row.measure)) or (formats.NOTHING,)),
    )
    yield group("skills", "Skills", Answer("Skills", _skills(row, labels)))
    yield group(
        "shape",
        "How much, when and where",
        _line("Shape of support", choices.title("shape", row.shape)),
        _line("Days", formats.days(row.days)),
        _line("Months", _window(row)),
        _line("Where the work is done", choices.title("delivery", row.delivery)),
        _line("Partners at most", answer("max_team", row.max_team)),
    )


def _conditions(
    row: SupportRequest, labels: Labels, group: Callable[..., AnswerGroup]
) -> Iterator[AnswerGroup]:
    yield group(
        "sponsor",
        "Sponsor and local lead",
        _line("Executive sponsor", ", ".join(filter(None, (row.sponsor_name, row.sponsor_role)))),
        _line("Local lead", row.lead_name),
        _line("Email address of the local lead", row.lead_email),
    )
    yield group(
        "in_place",
        "What is in place already",
        _line("Improvement method", labels.of(row.existing_method_code)),
        Answer("Who helps already", tuple(formats.lines(row.other_help)) or (formats.NOTHING,)),
        _line("In a mandated programme", "Yes" if row.in_mandated_programme else "No"),
        _line("Open to an introduction to similar organisations", "Yes" if row.open_to_peers else "No"),
    )
    if labels.excluded is not None:
        names = labels.excluded or ("None",)
        yield group("exclusions", "Partners you cannot work with", Answer("Partners", names))
    yield group(
        "urgency",
        "Severity",
        _line("Severity", choices.title("severity", row.severity)),
        _line("Why this level", row.severity_reason),
    )
    yield group(
        "rank", "Place among your requests", _line("Place among your requests", answer("rank", row.rank))
    )


def _line(question: str, words: str) -> Answer:
    return Answer(question, (words or formats.NOTHING,))


def _window(row: SupportRequest) -> str:
    if not row.window_first or not row.window_last:
        return formats.NOTHING
    return f"{formats.month(row.window_first)} to {formats.month(row.window_last)}"


def _skills(row: SupportRequest, labels: Labels) -> tuple[str, ...]:
    return tuple(
        f"{labels.of(each.skill_code)} ({_level(each.level)}{', essential' if each.essential else ''})"
        for each in row.skills
    ) or (formats.NOTHING,)


def _level(level: int) -> str:
    return choices.title("skill_level", level).partition(". ")[2].lower()
