"""What a change would undo, in words, and the pages on which a partner pauses or leaves."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.consequences import Affected
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class Consequence:
    """The heading, the lines, and what the second press carries; no lines where nothing is affected."""

    heading: str
    lines: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class StoppingPage:
    """Pausing or leaving."""

    heading: str
    guidance: str
    consequence: Consequence
    button: str
    action: str


def consequence(found: Affected) -> Consequence:
    """What is affected."""
    named = [
        f"{title}, for {organisation}: it is offered to you and not yet agreed"
        for title, organisation in found.offered
    ]
    named += [
        f"{title}, for {organisation}: both sides have agreed it, and it would end early"
        for title, organisation in found.agreed
    ]
    if found.under_review:
        many = formats.plural(found.under_review, "match", "matches")
        named.append(f"{many} that reviewers are weighing now")
    heading = f"This affects {formats.plural(found.count, 'match', 'matches')}"
    return Consequence(heading, tuple(named), str(found.count))


def pausing(found: Affected) -> StoppingPage:
    """The page on which a partner pauses."""
    return StoppingPage(
        heading="Pause taking part",
        guidance="Nobody is proposed to you until you take part again. What both sides have agreed stays agreed.",
        consequence=consequence(found),
        button="Pause taking part",
        action=url_for("partners.pause"),
    )


def leaving(found: Affected) -> StoppingPage:
    """The page on which a partner leaves for good."""
    return StoppingPage(
        heading="Leave the network",
        guidance=(
            "You are not proposed to anybody any more, and only the national team can let you back in. End what "
            "you have agreed first. If you only need a rest, pause instead."
        ),
        consequence=consequence(found),
        button="Leave the network",
        action=url_for("partners.leave"),
    )
