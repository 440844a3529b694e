"""The pages on which a partner's profile is made and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


def registration(*, is_expert: bool) -> ProfilePage:
    """The first page of somebody who has no profile yet."""
    whose = "your profile as an expert" if is_expert else "the profile of your team"
    return ProfilePage(
        heading=f"Set up {whose}",
        guidance=(
            "This takes about 10 minutes: this page, then your skills, the days you offer and your "
            "interests. Nobody is proposed to you until you say that you want to take part."
        ),
        button="Save and continue",
        back="",
    )


def profile_page() -> ProfilePage:
    """The page of somebody who has a profile."""
    return ProfilePage(
        heading="Your profile",
        guidance="Changes count from the next run on. What was offered to you already stays as it is.",
        button="Save profile",
        back=url_for("partners.overview"),
    )


def usual(name: str) -> dict[str, Any]:
    """What a new profile starts with."""
    return {
        "name": name,
        "reach": "region",
        "delivery": "mixed",
        "smallest_block_days": 1,
        "cost_basis": "free",
    }


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
