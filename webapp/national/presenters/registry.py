"""Support requests and support partners, as the national team reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.partner_lists import STALE_AFTER, Partner, PartnerFilter, PartnerKind, PartnerOrder
from webapp.services.registry import PublishedFigure
from webapp.services.request_lists import RequestFilter, RequestOrder, RequestState, SupportRequest
from webapp.ui import choices, formats, request_list
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View
from webapp.ui.request_list import RequestLine

Pairs = tuple[tuple[str, str], ...]
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """One partner in the list."""

    reference: str
    name: str
    kind: str
    organisation: str
    region: str
    skills: int
    interests: str
    colour: str


@dataclass(frozen=True, slots=True)
class RequestShown:
    """One request in full."""

    title: str
    reference: str
    back: str
    state: str
    colour: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    figures: tuple[tuple[str, str, str], ...]
    return_href: str
    mandate_href: str
    mandate_words: str


def request_listing(rounds: Pairs, priorities: Pairs, regions: Pairs) -> Listing:
    """The list of requests; its filters offer the rounds, priorities and regions of the day. Drafts are not listed."""
    states = tuple(each for each in choices.titles("request_state") if each[0] != "draft")
    return Listing(
        caption="Support requests",
        columns=(
            *request_list.FIRST_COLUMNS,
            Column("organisation", "From"),
            request_list.ROUND,
            request_list.PRIORITY,
            Column("severity", "Severity", numeric=True),
            request_list.DAYS,
        ),
        filters=(
            TextFilter("q", "Search"),
            ChoiceFilter("round", "Round", rounds),
            ChoiceFilter("state", "State", states),
            ChoiceFilter("priority", "Priority", priorities),
            ChoiceFilter("region", "Region", regions),
        ),
        default_sort="reference",
        empty="No requests yet. They appear here once a requester submits one.",
        noun="request",
    )


def request_filter(view: View) -> RequestFilter:
    """What the address asks for, in the service's terms."""
    return RequestFilter(
        text=view.text,
        round_id=view.choice("round", UUID),
        state=view.choice("state", RequestState),
        priority_code=view.filters.get("priority"),
        region_code=view.filters.get("region"),
        order=RequestOrder(view.sort),
        descending=view.descending,
    )


def request_line(row: SupportRequest, labels: Mapping[str, str]) -> RequestLine:
    """One line of the list."""
    return request_list.request_line(row, labels, url_for("national.request_page", request_id=row.id))


def partner_listing(regions: Pairs) -> Listing:
    """The list of partners."""
    kinds = choices.titles("partner_kind")
    return Listing(
        caption="Support partners",
        columns=(
            Column("name", "Partner"),
            Column("reference", "Reference"),
            Column("kind", "Kind", sortable=False),
            Column("organisation", "Organisation", sortable=False),
            Column("region", "Region"),
            Column("skills", "Skills", numeric=True, sortable=False),
            Column(
                "interests",
                "Interests",
                tag=lambda line: line.colour,
                sortable=False,
            ),
        ),
        filters=(
            TextFilter("q", "Search"),
            ChoiceFilter("kind", "Kind", kinds),
            ChoiceFilter("region", "Region", regions),
            ChoiceFilter("interests", "Interests", (("stale", "Not confirmed within a year"),)),
        ),
        default_sort="name",
        empty="No partners yet.",
        noun="partner",
    )


def partner_filter(view: View) -> PartnerFilter:
    """What the address asks for, in the service's terms."""
    return PartnerFilter(
        text=view.text,
        kind=view.choice("kind", PartnerKind),
        region_code=view.filters.get("region"),
        stale_interests=view.filters.get("interests") == "stale",
        order=PartnerOrder(view.sort),
        descending=view.descending,
    )


def partner_line(row: Partner, regions: Mapping[str, str], today: date) -> PartnerLine:
    """One line of the list."""
    confirmed = row.interests_confirmed_on
    words, colour = "Confirmed", "green"
    if confirmed is None or confirmed < today - STALE_AFTER:
        words, colour = "Stale: blocks matching", "red"
    elif confirmed < today - STALE_AFTER + SOON:
        words, colour = "Due within 30 days", "yellow"
    return PartnerLine(
        reference=row.reference,
        name=row.name,
        kind=choices.title("partner_kind", row.kind),
        organisation=row.organisation.name if row.organisation else "",
        region=regions.get(row.region_code, row.region_code),
        skills=len(row.skills),
        interests=words,
        colour=colour,
    )


def codes_of(row: SupportRequest) -> set[str]:
    """The taxonomy codes that the request names."""
    own = {row.priority_code, row.topic_code, row.existing_method_code}
    return {code for code in own if code} | {each.skill_code for each in row.skills}


def request_page(
    row: SupportRequest, labels: Mapping[str, str], figures: Iterable[PublishedFigure], actor: AnyActor
) -> RequestShown:
    """One request in full, with the acts of triage for who may take them."""
    triages = matrix.opens(actor, Action.REQUEST_TRIAGE)
    returnable = triages and row.state.value == "submitted"
    return RequestShown(
        title=row.title,
        reference=row.reference,
        back=url_for("national.requests"),
        state=choices.title("request_state", row.state),
        colour=choices.colour("request_state", row.state),
        facts=tuple(_facts(row, labels)),
        figures=figure_lines(figures),
        return_href=url_for("national.return_request", request_id=row.id) if returnable else "",
        mandate_href=url_for("national.mandate", request_id=row.id) if returnable else "",
        mandate_words="This is not mandated support" if row.mandated else "Mark as mandated support",
    )


def return_page(row: SupportRequest) -> RequestShown:
    """What stands over the form that sends a request back."""
    return RequestShown(
        title=row.title,
        reference=row.reference,
        back=url_for("national.request_page", request_id=row.id),
        state="",
        colour="",
        facts=(),
        figures=(),
        return_href="",
        mandate_href="",
        mandate_words="",
    )


def figure_lines(figures: Iterable[PublishedFigure]) -> tuple[tuple[str, str, str], ...]:
    """Published figures with their value in words, and when and by whom they were published."""
    return tuple(
        (
            each.label,
            f"{each.value:,g}{'%' if each.unit == 'percent' else ' ' + each.unit}",
            f"{each.period}, {each.source}",
        )
        for each in figures
    )


def _facts(row: SupportRequest, labels: Mapping[str, str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    def label(code: str | None) -> str:
        return labels.get(code or "", formats.NOTHING)

    yield "Requester", (row.requester.name,)
    yield "Beneficiary", (row.beneficiary.name,)
    yield "Priority and topic", (label(row.priority_code), label(row.topic_code))
    yield "Aim", tuple(formats.lines(row.aim))
    yield "How they would know", tuple(formats.lines(row.measure))
    yield (
        "Skills",
        tuple(
            f"{label(each.skill_code)}, level {each.level}{', essential' if each.essential else ''}"
            for each in row.skills
        ),
    )
    yield "Support", (f"{choices.title('shape', row.shape)}, {formats.days(row.days)}",)
    yield "Months", (f"{formats.month(row.window_first)} to {formats.month(row.window_last)}",)
    yield "Severity and rank", (choices.title("severity", row.severity), f"Rank {formats.count(row.rank)}")
    yield "Why this severity", (row.severity_reason or formats.NOTHING,)
    yield "Sponsor", (f"{row.sponsor_name}, {row.sponsor_role}",)
    yield "Other help in place", (row.other_help or "None named",)
    yield "Mandated support", ("Yes" if row.mandated else "No",)
    yield "In a mandated programme", ("Yes" if row.in_mandated_programme else "No",)
