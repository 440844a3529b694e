"""The question pages of a support request in their order: titles, headings, which fields each fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepWords:
    """One page: its endpoint, its title in the task list, the fields that it fills.

    A page that ``needs`` nothing is optional; ``offers`` are the fields that show that it was used. A page
    that is ``aside`` is reached from the list of tasks and from the answers, not on the way through.
    """

    endpoint: str
    title: str
    needs: tuple[str, ...] = ()
    heading: str = ""
    guidance: str = ""
    offers: tuple[str, ...] = ()
    aside: bool = False


STEPS: Mapping[str, StepWords] = {
    "priority": StepWords("trusts.priority", "Priority", ("priority_code",)),
    "topic": StepWords("trusts.topic", "Topic", ("topic_code",)),
    "aim": StepWords(
        "trusts.aim",
        "What you want to achieve",
        ("aim", "measure", "title"),
        "What you want to achieve",
    ),
    "skills": StepWords("trusts.skills", "Skills", ("skills",), "Skills you want"),
    "shape": StepWords("trusts.shape", "Shape of support", ("shape",)),
    "amount": StepWords(
        "trusts.amount",
        "How much, when and where",
        ("days", "window_first", "window_last", "delivery", "max_team"),
        "How much support, when and where",
        "Ask for what you can really use. The more months you give, the more partners have days.",
    ),
    "sponsor": StepWords(
        "trusts.sponsor",
        "Sponsor and local lead",
        ("sponsor_name", "sponsor_role", "lead_name"),
        "Who stands behind this request",
    ),
    "in_place": StepWords(
        "trusts.in_place",
        "What is in place already",
        (),
        "What is in place already",
        "All of this is optional. It helps to avoid doing things twice.",
        ("existing_method_code", "other_help", "in_mandated_programme", "open_to_peers"),
    ),
    "exclusions": StepWords(
        "trusts.exclusions",
        "Partners you cannot work with",
        heading="Partners you cannot work with",
        offers=("exclusions",),
        aside=True,
    ),
    "urgency": StepWords("trusts.urgency", "Severity", ("severity",), "How severe is the problem?"),
    "rank": StepWords("trusts.rank", "Place among your requests", ("rank",)),
}
ONWARDS = tuple(name for name, words in STEPS.items() if not words.aside)
"""The pages on the way through."""


def following(name: str) -> str:
    """The endpoint after a page: the next question, at last the answers."""
    if name not in ONWARDS or name == ONWARDS[-1]:
        return "trusts.check"
    return STEPS[ONWARDS[ONWARDS.index(name) + 1]].endpoint


def before(name: str) -> str:
    """The endpoint before a page; the request itself for the first one and for those aside."""
    place = ONWARDS.index(name) if name in ONWARDS else 0
    return STEPS[ONWARDS[place - 1]].endpoint if place else "trusts.request_page"


def place(name: str) -> str:
    """ "Question 3 of 10"; empty for a page aside."""
    return f"Question {ONWARDS.index(name) + 1} of {len(ONWARDS)}" if name in ONWARDS else ""
