"""The page on which a partner's profile is changed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.partners import Partner
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Heading, guidance and the way back (none on the first page of somebody new)."""

    heading: str
    guidance: str
    button: str
    back: str


def profile_page() -> ProfilePage:
    """The page of somebody who has a profile."""
    return ProfilePage(
        heading="Your profile",
        guidance="Changes count from the next run on. What was offered to you already stays as it is.",
        button="Save profile",
        back=url_for("partners.overview"),
    )


def standing(row: Partner) -> dict[str, str]:
    """What now stands in the profile, in words, with its version."""
    return {**facts(row), "version": str(row.version)}


def facts(row: Partner) -> dict[str, str]:
    """The profile in words, by its questions."""
    at_once = "As many as the days allow"
    if row.max_concurrent is not None:
        at_once = formats.plural(row.max_concurrent, "engagement")
    return {
        "Name": row.name,
        "What you can help with": row.summary or formats.NOTHING,
        "Reach": choices.title("reach", row.reach),
        "Place of work": choices.title("partner_delivery", row.delivery),
        "At once, at most": at_once,
        "Smallest engagement": formats.days(row.smallest_block_days),
        "Cost basis": choices.title("cost_basis", row.cost_basis),
    }
