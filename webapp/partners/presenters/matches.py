"""What is put to a partner: the list, and one match with all that helps to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from webapp.services import interests
from webapp.services.offers import Offer
from webapp.services.partner_proposals import Proposal
from webapp.services.partners import Partner
from webapp.ui import choices, formats, reasons
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.listing import Column
from webapp.ui.offer_list import OfferLine, is_open, months_span, offer_line, offer_listing
from webapp.ui.reasons import ReasonsShown

WORDS = "partner_offer_state"
LISTING = offer_listing(
    "Offers put to you",
    WORDS,
    "Nothing has been put to you yet.",
    Column("organisation", "Organisation", lambda line: line.beneficiary),
)


@dataclass(frozen=True, slots=True)
class MatchesPage:
    """What stands over the list; ``waiting`` says why it is empty, ``blocked`` what keeps matching away."""

    waiting: str
    blocked: str
    mend: str


@dataclass(frozen=True, slots=True)
class MatchPage:
    """One match."""

    title: str
    caption: str
    state: str
    colour: str
    lead: str
    accept: str
    decline: str
    engagement: str
    facts: tuple[tuple[str, str], ...]
    aim: tuple[str, ...]
    measure: tuple[str, ...]
    days: BarChart
    why: ReasonsShown
    conflict: str
    no: str
    contacts: tuple[tuple[str, str], ...]
    contacts_words: str
    back: str
    letter: str


def line(row: Offer) -> OfferLine:
    """One line of the list."""
    return offer_line(row, WORDS, url_for("partners.match", offer_id=row.id))


def matches_page(row: Partner, total: int, today: date) -> MatchesPage:
    """The head of the list."""
    waiting = ""
    if not total:
        waiting = (
            "Nothing has been put to you yet. When a round has closed, proposals are made for all requests at "
            "once and reviewed by the national team. Those that concern you stand here once they are published: "
            "the need, the days, the place and the reasons. You are never asked for more than you offer."
        )
    until = interests.good_until(row)
    if row.state.value != "active":
        return MatchesPage(waiting, "You do not take part now, so nothing new can be proposed.", _overview())
    if until is None or until < today:
        blocked = "Your declaration of interests is out of date, so nothing new can be proposed."
        return MatchesPage(waiting, blocked, url_for("partners.interests"))
    return MatchesPage(waiting, "", "")


def codes_of(proposal: Proposal) -> set[str]:
    """The codes of the taxonomy that the page names."""
    row = proposal.request
    codes = {row.priority_code, row.topic_code, row.existing_method_code}
    return {code for code in codes if code} | reasons.skill_codes(proposal.reasons)


def match_page(proposal: Proposal, labels: Mapping[str, str]) -> MatchPage:
    """One match with its context."""
    row, state = proposal.request, proposal.state.value
    by_month = sorted(proposal.days_by_month.items())
    bars = [(formats.month(month), float(days), formats.days(days)) for month, days in by_month]
    return MatchPage(
        title=row.title,
        caption=f"Support request {row.reference}",
        state=choices.title("partner_offer_state", state),
        colour=choices.colour("partner_offer_state", state),
        lead=_lead(proposal),
        accept=url_for("engagements.accept", offer_id=proposal.offer_id) if proposal.may_answer else "",
        decline=url_for("engagements.decline", offer_id=proposal.offer_id) if proposal.may_answer else "",
        engagement=url_for("engagements.engagement", engagement_id=proposal.engagement_id)
        if proposal.engagement_id
        else "",
        facts=tuple(_facts(proposal, labels)),
        aim=tuple(formats.lines(row.aim)),
        measure=tuple(formats.lines(row.measure)),
        days=bar_chart("Days asked of you by month", bars),
        why=reasons.shown(proposal.reasons, labels, reasons.YOU),
        conflict=(
            f"{row.beneficiary.name} is neither your employer nor among the interests that you declared. This was "
            "checked when the match was proposed and when it was published, and is checked again when you accept."
        ),
        no=_no(proposal.others_waiting) if is_open(state) else "",
        contacts=tuple(_contacts(row)) if proposal.contacts_shown else (),
        contacts_words=""
        if proposal.contacts_shown
        else "You see their names once both sides have said yes.",
        back=url_for("partners.matches"),
        letter=url_for("partners.match_letter", offer_id=proposal.offer_id),
    )


def _overview() -> str:
    return url_for("partners.overview")


def _lead(proposal: Proposal) -> str:
    until = formats.day(proposal.lapses_on)
    leads = {
        "offered": f"Offered on {formats.day(proposal.offered_on)}. It lapses if it is not answered by {until}; "
        "a lapse is never counted against you.",
        "partner_accepted": f"You have said yes. The organisation answers by {until}.",
        "requester_accepted": f"The organisation has said yes. It lapses if you have not answered by {until}; "
        "a lapse is never counted against you.",
        "accepted": "Both sides have said yes.",
    }
    if proposal.decline_reason:
        said = choices.title("partner_refusal", proposal.decline_reason)
        return f"You declined: {said}. The days are free again, and it is never counted against you."
    ended = "This is over. The days are free again, and it is never counted against you."
    return leads.get(proposal.state.value, ended)


def _facts(proposal: Proposal, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    row = proposal.request
    facts = [("Organisation", row.beneficiary.name)]
    if row.requester_id != row.beneficiary_id:
        facts.append(("Asked for by", row.requester.name))
    return [
        *facts,
        ("Priority", labels.get(row.priority_code or "", formats.NOTHING)),
        ("Topic", labels.get(row.topic_code or "", formats.NOTHING)),
        ("Shape of support", choices.title("shape", row.shape)),
        (
            "Place",
            f"{choices.title('delivery', row.delivery)}, {proposal.reasons.distance_km:,.0f} km from you",
        ),
        ("Days asked of you", f"{formats.days(proposal.days)}, {months_span(proposal.days_by_month)}"),
        ("Improvement method in use", labels.get(row.existing_method_code or "", formats.NOTHING)),
        ("Help that they have already", row.other_help or formats.NOTHING),
    ]


def _contacts(row: Any) -> list[tuple[str, str]]:
    sponsor = ", ".join(filter(None, (row.sponsor_name, row.sponsor_role)))
    return [
        ("Executive sponsor", sponsor or formats.NOTHING),
        ("Local lead", row.lead_name or formats.NOTHING),
        ("Email address of the lead", row.lead_email or formats.NOTHING),
    ]


def _no(others: int) -> str:
    words = (
        "The days are free for you again at once, and the national team looks for the next best partner. "
        "Saying no is never counted against you."
    )
    if not others:
        return f"{words} No other request in this round lacked days that you could have given."
    could = formats.plural(others, "other request")
    return f"{words} {could} in this round could use your days."
