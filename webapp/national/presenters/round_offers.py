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
        Column("reference", "Reference", only_file=True),
        Column("title", "Request", link=lambda line: line.href, sortable=False),
        Column("organisation", "For", sortable=False),
        Column("partner", "Partner", sortable=False),
        Column("days", "Days", numeric=True, sortable=False),
        Column("offered", "Offered", only_file=True),
        Column("state", "Offer", tag=lambda line: line.colour, sortable=False),
        Column("answered", "Answered or ended", only_file=True),
        Column("why", "Why", sortable=False),
        Column("suggested", "Colleague suggested", only_file=True),
        Column(
            "engagement",
            "Engagement",
            shown=lambda line: (
                f"{line.engagement}, {formats.days(line.used)} used" if line.used else line.engagement
            ),
            link=lambda line: line.engagement_href,
            sortable=False,
        ),
        Column("used", "Days used", only_file=True),
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
    return view.choice("state", OfferState)


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
