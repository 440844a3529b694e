"""The list of an organisation's requests, the tasks of a draft, checking answers, the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services.failures import Problem
from webapp.services.request_lists import RequestFilter, RequestOrder, RequestState
from webapp.services.support_requests import Allowance, SupportRequest, Takeover
from webapp.trusts.presenters.answers import AnswerGroup, Labels, groups
from webapp.trusts.presenters.question_order import STEPS, StepWords
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View

CHANGEABLE = ("draft", "submitted", "returned")


@dataclass(frozen=True, slots=True)
class Line:
    """One request in the list."""

    reference: str
    title: str
    round: str
    beneficiary: str
    priority: str
    days: int | None
    state_words: str
    state_colour: str
    href: str


LISTING = Listing(
    caption="Your support requests",
    columns=(
        Column("title", "Request", lambda line: line.title, link=lambda line: line.href),
        Column(
            "state",
            "State",
            lambda line: line.state_words,
            tag=lambda line: line.state_colour,
            sortable=False,
        ),
        Column("reference", "Reference", lambda line: line.reference),
        Column("round", "Round", lambda line: line.round),
        Column("beneficiary", "For", lambda line: line.beneficiary),
        Column("priority", "Priority", lambda line: line.priority),
        Column("days", "Days", lambda line: line.days, numeric=True),
    ),
    filters=(TextFilter("q", "Search"), ChoiceFilter("state", "State", choices.titles("request_state"))),
    default_sort="title",
    empty="No requests yet. Start one with the button above.",
    noun="request",
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands over the list: the open round, what is left in it, the way to a new request."""

    round_words: str
    left: tuple[str, ...]
    start: str
    is_lead: bool
    order: str = ""


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


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request with its answers and the acts that are open to the reader."""

    reference: str
    title: str
    state: str
    colour: str
    lead: str
    returned: str
    groups: tuple[AnswerGroup, ...]
    change: str
    withdraw: str
    back: str
    missing: tuple[Missing, ...] = ()
    hindrance: str = ""
    peers: str = ""


def wanted(view: View) -> RequestFilter:
    """What the address asks for, in the service's terms."""
    state = view.filters.get("state")
    return RequestFilter(
        text=view.filters.get("q", ""),
        state=RequestState(state) if state else None,
        order=RequestOrder(view.sort),
        descending=view.descending,
    )


def line(row: SupportRequest, labels: Mapping[str, str]) -> Line:
    """One line of the list."""
    return Line(
        reference=row.reference,
        title=row.title or "Untitled request",
        round=row.round.name if row.round else "",
        beneficiary=row.beneficiary.name,
        priority=labels.get(row.priority_code or "", formats.NOTHING),
        days=row.days,
        state_words=choices.title("request_state", row.state),
        state_colour=choices.colour("request_state", row.state),
        href=url_for("trusts.request_page", request_id=row.id),
    )


def overview(left: Allowance, actor: Actor) -> Overview:
    """The head of the list."""
    held_in = left.round
    words = "No round is open for requests now. You can prepare drafts; they are kept until one opens."
    budget: tuple[str, ...] = ()
    if held_in is not None:
        words = f"{held_in.name} takes requests until {formats.day(held_in.closes_on)}."
        budget = (
            f"{len(left.ranks_left)} of 3 requests left",
            f"{left.points_left} of 6 severity points left",
        )
    order = url_for("trusts.order") if left.taken and _is_lead(actor) else ""
    return Overview(words, budget, url_for("trusts.new"), _is_lead(actor), order)


def is_draft(row: SupportRequest) -> bool:
    """Whether the request is still being written."""
    return row.state.value == "draft"


def is_withdrawn(row: SupportRequest) -> bool:
    """Whether the request was taken back."""
    return row.state.value == "withdrawn"


def round_state(row: SupportRequest) -> str:
    """The state of the round that the request takes part in; empty for one in none, or withdrawn from it."""
    return row.round.state.value if row.round and not is_withdrawn(row) else ""


def codes_of(row: SupportRequest) -> set[str]:
    """The codes of the taxonomy that the request names."""
    own = {row.priority_code, row.topic_code, row.component_code, row.existing_method_code}
    return {code for code in own if code} | {each.skill_code for each in row.skills}


def tasks(row: SupportRequest, missing: Iterable[Problem], actor: Actor) -> Tasks:
    """The pages of a draft, done or not."""
    lacking = {problem.field for problem in missing}
    shown = [words for words in STEPS.values() if _is_lead(actor) or not words.aside]
    needed = [words for words in shown if words.needs]
    done = sum(not lacking & set(words.needs) for words in needed)
    return Tasks(
        reference=row.reference,
        title=row.title or "Untitled request",
        beneficiary=row.beneficiary.name,
        tasks=tuple(_task(row, words, lacking) for words in shown),
        done=f"You have completed {done} of {len(needed)} parts that are needed.",
        check=url_for("trusts.check", request_id=row.id),
        withdraw=url_for("trusts.withdraw", request_id=row.id) if _is_lead(actor) else "",
        returned=row.returned_reason,
    )


def check_page(
    row: SupportRequest, labels: Labels, missing: Iterable[Problem], actor: Actor, *, is_open: bool
) -> RequestPage:
    """All answers, what still lacks, and why it cannot be submitted now, if so."""
    hindrance, is_submitted = "", row.state.value == "submitted"
    if is_submitted:
        hindrance = (
            "This request is submitted, and each change is saved at once. There is nothing more to send."
        )
    elif not is_open:
        hindrance = "No round is open for requests now. Your answers are kept; submit them when one opens."
    elif not _is_lead(actor):
        hindrance = "Your answers are kept. A lead of your organisation submits the request."
    page = request_page(row, labels, actor)
    return RequestPage(
        reference=page.reference,
        title=page.title,
        state=page.state,
        colour=page.colour,
        lead=page.lead,
        returned=page.returned,
        groups=groups(row, labels, may_change=True),
        change=url_for("trusts.request_page", request_id=row.id) if is_submitted else "",
        withdraw="",
        back=url_for("trusts.request_page", request_id=row.id),
        missing=tuple(_missing(row, problem) for problem in sorted(missing, key=_asked_where)),
        hindrance=hindrance,
    )


def request_page(row: SupportRequest, labels: Labels, actor: Actor) -> RequestPage:
    """A request that was submitted, or withdrawn."""
    state = row.state.value
    owns = row.requester_id == actor.organisation_id and _is_lead(actor)
    is_changeable = owns and state in CHANGEABLE and row.round is not None and row.round.state.value == "open"
    return RequestPage(
        reference=row.reference,
        title=row.title or "Untitled request",
        state=choices.title("request_state", state),
        colour=choices.colour("request_state", state),
        lead=_stands(row),
        returned=row.returned_reason if state == "returned" else "",
        groups=groups(row, labels, may_change=False),
        change=url_for("trusts.check", request_id=row.id) if is_changeable else "",
        withdraw=url_for("trusts.withdraw", request_id=row.id) if owns and state != "withdrawn" else "",
        back=url_for("trusts.listing"),
        peers=_peers(row, actor),
    )


def receipt(row: SupportRequest) -> RequestPage:
    """What to keep after submitting."""
    held_in = row.round
    closes = f" You can change it until {formats.day(held_in.closes_on)}." if held_in else ""
    return RequestPage(
        reference=row.reference,
        title=row.title,
        state="",
        colour="",
        lead=f"For {row.beneficiary.name}.{closes}",
        returned="",
        groups=(),
        change=url_for("trusts.request_page", request_id=row.id),
        withdraw="",
        back=url_for("trusts.listing"),
    )


def withdrawal(row: SupportRequest) -> RequestPage:
    """What withdrawing does."""
    state = "in_round" if row.state.value == "submitted" and round_state(row) != "open" else row.state.value
    effects = {
        "draft": "The draft is put away. Nobody else has seen it.",
        "submitted": "Its place and its severity points are free for other requests while the round is open.",
        "in_round": "It leaves the round, and the days that were proposed for it are free for others.",
        "returned": "Its place and its severity points are free for other requests while the round is open.",
        "matched": "Its days go back to the partners, and the national team is told so that others can have them.",
    }
    return RequestPage(
        reference=row.reference,
        title=row.title or "Untitled request",
        state="",
        colour="",
        lead=effects.get(state, "It will not be matched in a later round."),
        returned="",
        groups=(),
        change="",
        withdraw="",
        back=url_for("trusts.request_page", request_id=row.id),
    )


def _peers(row: SupportRequest, actor: Actor) -> str:
    may_read = matrix.may(actor, Action.PEERS_READ, organisation_id=row.requester_id)
    return url_for("trusts.peers_of", request_id=row.id) if may_read and not is_withdrawn(row) else ""


def _task(row: SupportRequest, words: StepWords, lacking: set[str | None]) -> Task:
    is_used = bool(words.needs) or any(getattr(row, name) for name in words.offers)
    status, colour = ("Completed", "") if is_used else ("Optional", "grey")
    if lacking & set(words.needs):
        status, colour = "To do", "blue"
    return Task(words.title, url_for(words.endpoint, request_id=row.id), status, colour)


def _asked_where(problem: Problem) -> int:
    """Which question of all asks for it, in the order of the pages."""
    asked = [field for words in STEPS.values() for field in words.needs]
    return asked.index(problem.field) if problem.field in asked else len(asked)


def _missing(row: SupportRequest, problem: Problem) -> Missing:
    endpoint = next(
        (words.endpoint for words in STEPS.values() if problem.field in words.needs), "trusts.request_page"
    )
    return Missing(problem.message, url_for(endpoint, request_id=row.id))


def _stands(row: SupportRequest) -> str:
    held_in = row.round
    if row.state.value == "withdrawn":
        return f"Withdrawn on {formats.day(row.withdrawn_at)}."
    if held_in is None:
        return ""
    words = choices.title("round_state", held_in.state).lower()
    stands = f"Submitted on {formats.day(row.submitted_at)} to {held_in.name}, which is {words}."
    return " ".join((stands, *(_taken_over(each) for each in row.takeovers)))


def _taken_over(each: Takeover) -> str:
    former = each.former
    return f"Until {formats.day(each.taken_over_at)} it was of {former.name} ({former.code})."


def _is_lead(actor: Actor) -> bool:
    return matrix.opens(actor, Action.REQUEST_SUBMIT)
