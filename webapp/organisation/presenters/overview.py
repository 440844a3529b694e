"""What somebody can do for their organisation, each with its page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for


@dataclass(frozen=True, slots=True)
class Way:
    """One page with what it is for."""

    title: str
    href: str
    words: str


def ways() -> tuple[Way, ...]:
    """The pages of an organisation about itself."""
    return (
        Way(
            "Members of your organisation",
            url_for("organisation.members"),
            "Invite colleagues, change what they may do, remove them.",
        ),
        Way(
            "People of ours who offer support",
            url_for("organisation.people"),
            "Say whether they may go, and vouch for their skills.",
        ),
        Way(
            "What was done",
            url_for("admin.audit"),
            "Every act of your organisation's people in this service, the latest first.",
        ),
    )
