"""A draft as its list of tasks, and what it still lacks, each with the page that asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services.failures import Problem
from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters.question_order import STEPS, StepWords


@dataclass(frozen=True, slots=True)
class Task:
    """One page of a draft."""

    title: str
    href: str
    status: str
    colour: str


@dataclass(frozen=True, slots=True)
class Tasks:
    """A draft as its list of tasks."""

    reference: str
    title: str
    beneficiary: str
    tasks: tuple[Task, ...]
    done: str
    check: str
    withdraw: str
    returned: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Something a draft still lacks, with the page that asks for it."""

    message: str
    href: str


def tasks(row: SupportRequest, missing: Iterable[Problem], actor: Actor) -> Tasks:
    """The pages of a draft, done or not."""
    lacking = {problem.field for problem in missing}
    shown = [words for words in STEPS.values() if is_lead(actor) or not words.aside]
    needed = [words for words in shown if words.needs]
    done = sum(not lacking & set(words.needs) for words in needed)
    return Tasks(
        reference=row.reference,
        title=row.title or "Untitled request",
        beneficiary=row.beneficiary.name,
        tasks=tuple(_task(row, words, lacking) for words in shown),
        done=f"You have completed {done} of {len(needed)} parts that are needed.",
        check=url_for("trusts.check", request_id=row.id),
        withdraw=url_for("trusts.withdraw", request_id=row.id) if is_lead(actor) else "",
        returned=row.returned_reason,
    )


def _task(row: SupportRequest, words: StepWords, lacking: set[str | None]) -> Task:
    is_used = bool(words.needs) or any(getattr(row, name) for name in words.offers)
    status, colour = ("Completed", "") if is_used else ("Optional", "grey")
    if lacking & set(words.needs):
        status, colour = "To do", "blue"
    return Task(words.title, url_for(words.endpoint, request_id=row.id), status, colour)


def asked_where(problem: Problem) -> int:
    """Which question of all asks for it, in the order of the pages."""
    asked = [field for words in STEPS.values() for field in words.needs]
    return asked.index(problem.field) if problem.field in asked else len(asked)


def missing_part(row: SupportRequest, problem: Problem) -> Missing:
    """What a problem asks for, with the page to mend it on."""
    endpoint = next(
        (words.endpoint for words in STEPS.values() if problem.field in words.needs), "trusts.request_page"
    )
    return Missing(problem.message, url_for(endpoint, request_id=row.id))


def is_lead(actor: Actor) -> bool:
    """Whether the reader submits and withdraws requests for the organisation."""
    return matrix.opens(actor, Action.REQUEST_SUBMIT)
