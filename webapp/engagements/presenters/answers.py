"""The pages on which a side says yes or no: what it means, before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.offers import Offer, Side
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """A yes or a no."""

    title: str
    caption: str
    lead: str
    days: tuple[tuple[str, str], ...]
    meaning: tuple[str, ...]
    final: str
    back: str
    other: tuple[str, str]


FINAL = "This cannot be undone here."


def accept_page(row: Offer, side: Side) -> AnswerPage:
    """What a yes means."""
    is_partner = side is Side.PARTNER
    other = row.request.beneficiary.name if is_partner else row.partner.name
    waits = row.state.value == "offered"
    then = (
        f"{other} answers by {formats.day(row.lapses_on)}. It comes about once both sides have accepted."
        if waits
        else f"{other} has accepted already, so it comes about at once."
    )
    names = (
        "You then see the names of the sponsor and the local lead."
        if is_partner
        else ("The partner then sees the names of your sponsor and your local lead.")
    )
    whose = "your days" if is_partner else "the partner's days"
    return AnswerPage(
        title="Accept this offer",
        caption=f"{row.request.title}, {row.request.reference}",
        lead=(f"You agree to support {other}." if is_partner else f"You agree to be supported by {other}."),
        days=_days(row),
        meaning=(
            then,
            names,
            f"Of {whose}, {formats.days(row.match.days)} are promised for it already.",
            "A one-page agreement is drafted next. Both sides can change it, and accept it before work starts.",
            "Conflicts of interest are checked again when you accept.",
        ),
        final=FINAL,
        back=back_to(row, side),
        other=("Decline instead", url_for("engagements.decline", offer_id=row.id)),
    )


def decline_page(row: Offer, side: Side, next_best: str) -> AnswerPage:
    """What a no means."""
    is_partner = side is Side.PARTNER
    other = row.request.beneficiary.name if is_partner else row.partner.name
    if is_partner:
        lead = f"The days are free for you again at once. {other} is told that it does not come about, and not why."
    else:
        lead = (
            f"The days of {other} are free again at once. They are told that it does not come about, and not why. "
            + next_best
        )
    return AnswerPage(
        title="Decline this offer",
        caption=f"{row.request.title}, {row.request.reference}",
        lead=lead,
        days=(),
        meaning=("The national team looks for the next best.", "It is never counted against you."),
        final=FINAL,
        back=back_to(row, side),
        other=("Accept instead", url_for("engagements.accept", offer_id=row.id)),
    )


def back_to(row: Offer, side: Side) -> str:
    """The page of the offer for this side."""
    endpoint = "partners.match" if side is Side.PARTNER else "trusts.offer"
    return url_for(endpoint, offer_id=row.id)


def stands_now(row: Offer) -> dict[str, str]:
    """What somebody else has done meanwhile."""
    words = {
        "partner_accepted": "The partner has accepted",
        "requester_accepted": "The organisation has accepted",
    }
    return {"The offer": words.get(row.state.value, row.state.value), "version": str(row.version)}


def _days(row: Offer) -> tuple[tuple[str, str], ...]:
    by_month = sorted(row.match.days_by_month.items())
    return tuple((formats.month(month), formats.days(days)) for month, days in by_month)
