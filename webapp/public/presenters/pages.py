"""The start page and how matching works."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Action
from webapp.services.published import Facts
from webapp.ui import formats, ladder
from webapp.ui.credits import credits_in_words
from webapp.ui.ladder import Words
from webapp.ui.transparency import switches_of


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """One priority: its label, weight and floor in words (empty where no policy is in force)."""

    label: str
    weight: str
    floor: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One part of the score."""

    share: str
    words: Words


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the start page leads this reader: an address, or nothing where it is not for them."""

    ask: str
    give: str
    review: str


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Priorities, levels in their order, parts of the score, and since when."""

    priorities: tuple[PriorityLine, ...]
    levels: tuple[Words, ...]
    score: tuple[ScoreLine, ...]
    since: str
    switches: tuple[str, ...]
    credit: str


def ways(actor: AnyActor) -> Ways:
    """The doors of the start page. A visitor sees them all, and signs in behind them."""

    def way(action: Action, path: str) -> str:
        return path if not isinstance(actor, Actor) or matrix.opens(actor, action) else ""

    return Ways(
        ask=way(Action.REQUEST_DRAFT, "/requests"),
        give=way(Action.PARTNER_EDIT, "/partner"),
        review=way(Action.ROUND_READ, "/national"),
    )


def open_page(facts: Facts) -> OpenPage:
    """Put the facts in words; levels and parts fall back to the standard ones."""
    policy = facts.policy
    levels = policy.ladder if policy else tuple(ladder.LEVELS)
    weights = policy.score_weights if policy else {}
    return OpenPage(
        priorities=tuple(
            PriorityLine(
                each.label,
                "" if each.weight is None else f"{each.weight:g}",
                "" if not each.floor else f"at least {formats.share(each.floor)} of the days asked for",
            )
            for each in facts.priorities
        ),
        levels=tuple(ladder.LEVELS[name] for name in levels),
        score=tuple(
            ScoreLine(formats.share(weight), ladder.SCORE_PARTS[name]) for name, weight in weights.items()
        ),
        since=formats.day(policy.effective_from) if policy else "",
        switches=switches_of(policy) if policy else (),
        credit=credits_in_words(policy.credits) if policy else "",
    )
