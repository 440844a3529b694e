"""The list of an organisation's requests, and what stands over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.authority.actor import Actor
from webapp.services.offer_lists import Waiting
from webapp.services.request_allowance import Allowance
from webapp.services.request_lists import RequestFilter, RequestOrder, RequestState
from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters.request_tasks import is_lead
from webapp.ui import choices, formats, request_list
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View
from webapp.ui.offer_list import waiting_words
from webapp.ui.request_list import RequestLine

LISTING = Listing(
    caption="Your support requests",
    columns=(
        *request_list.FIRST_COLUMNS,
        request_list.ROUND,
        Column("beneficiary", "For"),
        request_list.PRIORITY,
        request_list.DAYS,
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
    waiting: str = ""
    offers: str = ""


def wanted(view: View) -> RequestFilter:
    """What the address asks for, in the service's terms."""
    return RequestFilter(
        text=view.text,
        state=view.choice("state", RequestState),
        order=RequestOrder(view.sort),
        descending=view.descending,
    )


def line(row: SupportRequest, labels: Mapping[str, str]) -> RequestLine:
    """One line of the list."""
    return request_list.request_line(row, labels, url_for("trusts.request_page", request_id=row.id))


def overview(left: Allowance, waiting: Waiting, actor: Actor) -> Overview:
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
    order = url_for("trusts.order") if left.taken and is_lead(actor) else ""
    answer = waiting_words(waiting, "your organisation's")
    return Overview(
        words, budget, url_for("trusts.new"), is_lead(actor), order, answer, url_for("trusts.offers")
    )
