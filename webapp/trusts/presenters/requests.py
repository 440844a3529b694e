"""One request of an organisation: checking the answers, reading it, the receipt, taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services.failures import Problem
from webapp.services.support_requests import SupportRequest, Takeover
from webapp.trusts.presenters.answers import AnswerGroup, Labels, groups
from webapp.trusts.presenters.request_tasks import Missing, asked_where, is_lead, missing_part
from webapp.ui import choices, formats

CHANGEABLE = ("draft", "submitted", "returned")
ROUND_NOW = {
    "matching": "is being matched",
    "repair_review": "is published, with a repair in review",
    "ended": "has ended",
}
"""What a round does now, where the name of its state does not end the sentence."""


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
    elif not is_lead(actor):
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
        missing=tuple(missing_part(row, problem) for problem in sorted(missing, key=asked_where)),
        hindrance=hindrance,
    )


def request_page(row: SupportRequest, labels: Labels, actor: Actor) -> RequestPage:
    """A request that was submitted, or withdrawn."""
    state = row.state.value
    owns = row.requester_id == actor.organisation_id and is_lead(actor)
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


def _stands(row: SupportRequest) -> str:
    held_in = row.round
    if row.state.value == "withdrawn":
        return f"Withdrawn on {formats.day(row.withdrawn_at)}."
    if held_in is None:
        return ""
    words = ROUND_NOW.get(held_in.state.value) or f"is {choices.title('round_state', held_in.state).lower()}"
    stands = f"Submitted on {formats.day(row.submitted_at)} to {held_in.name}, which {words}."
    return " ".join((stands, *(_taken_over(each) for each in row.takeovers)))


def _taken_over(each: Takeover) -> str:
    former = each.former
    return f"Until {formats.day(each.taken_over_at)} it was of {former.name} ({former.code})."
