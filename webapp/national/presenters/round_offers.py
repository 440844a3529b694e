"""The offers of a round in words: the list, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from webapp.services.round_offers import OfferState, RoundOffer
from webapp.services.rounds import Round
from webapp.services.working_days import london_day
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, View


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer in the list."""

    reference: str
    title: str
    href: str
    organisation: str
    partner: str
    days: int
    offered: date
    state: str
    colour: str
    answered: date | None
    why: str
    suggested: str
    engagement: str
    engagement_href: str | None
    used: int | None


@dataclass(frozen=True, slots=True)
class OffersPage:
    """What stands over the list."""

    round_name: str
    back: str
    csv: str


OFFERS = Listing(
    caption="Offers of the round",
    columns=(
        Column("reference", "Reference", lambda line: line.reference, only_file=True),
        Column("title", "Request", lambda line: line.title, link=lambda line: line.href, sortable=False),
        Column("organisation", "For", lambda line: line.organisation, sortable=False),
        Column("partner", "Partner", lambda line: line.partner, sortable=False),
        Column("days", "Days", lambda line: line.days, numeric=True, sortable=False),
        Column("offered", "Offered", lambda line: line.offered, only_file=True),
        Column("state", "Offer", lambda line: line.state, tag=lambda line: line.colour, sortable=False),
        Column("answered", "Answered or ended", lambda line: line.answered, only_file=True),
        Column("why", "Why", lambda line: line.why, sortable=False),
        Column("suggested", "Colleague suggested", lambda line: line.suggested, only_file=True),
        Column(
            "engagement",
            "Engagement",
            lambda line: line.engagement,
            lambda line: (
                f"{line.engagement}, {formats.days(line.used)} used" if line.used else line.engagement
            ),
            link=lambda line: line.engagement_href,
            sortable=False,
        ),
        Column("used", "Days used", lambda line: line.used, only_file=True),
    ),
    filters=(ChoiceFilter("state", "Offer", choices.titles("offer_state")),),
    noun="offer",
    empty="Nothing has been offered yet. Offers are made when the round is published.",
)


def offers_page(round_: Round) -> OffersPage:
    """The head of the page."""
    return OffersPage(
        round_.name,
        url_for("national.round_page", round_id=round_.id),
        url_for("national.round_offers_csv", round_id=round_.id),
    )


def wanted_state(view: View) -> OfferState | None:
    """Which state the address asks for."""
    state = view.filters.get("state")
    return OfferState(state) if state else None


def offer_line(each: RoundOffer) -> OfferLine:
    """One offer in words."""
    row, begun = each.offer, each.engagement
    return OfferLine(
        reference=row.request.reference,
        title=row.request.title,
        href=url_for("national.request_page", request_id=row.request_id),
        organisation=row.request.beneficiary.name,
        partner=row.partner.name,
        days=row.match.days,
        offered=row.offered_on,
        state=choices.title("offer_state", row.state),
        colour=choices.colour("offer_state", row.state),
        answered=london_day(row.answered_at) if row.answered_at else None,
        why=choices.title(f"{row.declined_by.value}_refusal", row.decline_reason) if row.declined_by else "",
        suggested=row.suggested_colleague,
        engagement=choices.title("engagement_state", begun.state) if begun else "",
        engagement_href=_engagement(begun.id) if begun else None,
        used=each.days_used if begun else None,
    )


def _engagement(engagement_id: UUID) -> str:
    return url_for("engagements.engagement", engagement_id=engagement_id)
