"""Offers to a requester: the list, and one offer with all that helps to decide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.offers import Offer
from webapp.services.requester_offers import RequesterOffer
from webapp.trusts.presenters.result import MatchShown
from webapp.ui import choices, formats
from webapp.ui.listing import Column
from webapp.ui.offer_list import OfferLine, is_open, offer_line, offer_listing

WORDS = "offer_state"
LISTING = offer_listing(
    "Offers to your organisation",
    WORDS,
    "No offer has been made to you yet. They stand here once a round is published.",
    Column("beneficiary", "For"),
    Column("partner", "Partner"),
)


@dataclass(frozen=True, slots=True)
class OfferPage:
    """One offer."""

    title: str
    caption: str
    state: str
    colour: str
    lead: str
    accept: str
    decline: str
    waits: str
    facts: tuple[tuple[str, str], ...]
    match: MatchShown
    no: str
    conflict: str
    request: str
    engagement: str


def line(row: Offer) -> OfferLine:
    """One line of the list."""
    return offer_line(row, WORDS, url_for("trusts.offer", offer_id=row.id))


def offer_page(found: RequesterOffer, match: MatchShown) -> OfferPage:
    """One offer with its context and what each answer does."""
    row, offered = found.request, found.match
    state = offered.offer_state.value
    return OfferPage(
        title=f"{offered.partner_name}: {formats.days(offered.days)}",
        caption=f"{row.title}, {row.reference}",
        state=choices.title("offer_state", state),
        colour=choices.colour("offer_state", state),
        lead=_lead(found),
        accept=url_for("engagements.accept", offer_id=offered.offer_id) if found.may_answer else "",
        decline=url_for("engagements.decline", offer_id=offered.offer_id) if found.may_answer else "",
        waits="" if found.may_answer or not is_open(state) else _waits(state),
        facts=(
            ("For", row.beneficiary.name),
            ("What you want to achieve", row.aim or formats.NOTHING),
            ("How you would know", row.measure or formats.NOTHING),
            ("Shape of support", choices.title("shape", row.shape)),
            ("Where", choices.title("delivery", row.delivery)),
        ),
        match=match,
        no=(
            f"The days of {offered.partner_name} go back to the network, and the national team looks for the next "
            f"best. {found.next_best} Saying no is never counted against you."
        )
        if is_open(state)
        else "",
        conflict=(
            f"{offered.partner_name} can work independently on this request as far as is declared. This was checked "
            "when it was proposed and when it was published, and is checked again when somebody accepts."
        ),
        request=url_for("trusts.request_page", request_id=row.id),
        engagement=url_for("engagements.engagement", engagement_id=found.engagement_id)
        if found.engagement_id
        else "",
    )


def _waits(state: str) -> str:
    if state == "requester_accepted":
        return "You have accepted. The partner answers next."
    return "A lead of the organisation that asked accepts or declines."


def _lead(found: RequesterOffer) -> str:
    until = formats.day(found.match.lapses_on)
    leads = {
        "offered": f"Offered on {formats.day(found.offered_on)}. Answer by {until}: it lapses at the end of that day.",
        "partner_accepted": f"The partner has said yes. Answer by {until}: it lapses at the end of that day.",
        "requester_accepted": f"You have said yes. The partner answers by {until}.",
        "accepted": "Both sides have said yes.",
        "lapsed": f"It was not accepted by both sides until {until}.",
    }
    if found.decline_reason:
        return f"You declined: {choices.title('requester_refusal', found.decline_reason).lower()}."
    return leads.get(found.match.offer_state.value, "This offer does not come about.")
