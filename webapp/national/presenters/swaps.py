"""What a swap would do, on one page: both partners, the days, who loses, the levels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from webapp.authority.actor import AnyActor
from webapp.national.presenters.loads import LoadShown, load_shown
from webapp.services.swaps import LevelChange, SwapEffect
from webapp.ui import formats, ladder, wording
from webapp.ui.files import may_export


@dataclass(frozen=True, slots=True)
class SwapPage:
    """The page before a swap is proposed."""

    title: str
    request: str
    back: str
    gist: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, str, str], ...]
    losing: tuple[str, ...]
    load: LoadShown
    load_file: str
    levels: tuple[tuple[str, str, str, str], ...]
    hindrances: tuple[str, ...]


def swap_page(effect: SwapEffect, actor: AnyActor) -> SwapPage:
    """The effect in words and numbers."""
    match, name = effect.match, effect.replacement.name
    return SwapPage(
        title=f"{name} instead of {match.partner.name}?",
        request=f"{effect.request.title}, {effect.request.beneficiary.name}",
        back=url_for("national.match", match_id=match.id),
        gist=tuple(_gist(effect)),
        days=() if effect.hindrances else tuple(_days(effect)),
        losing=tuple(
            f"{each.request.beneficiary.name}: {each.request.title} would lose {formats.days(each.days)} of {name}"
            for each in effect.losing
        ),
        load=load_shown(effect.load, name),
        load_file=url_for("national.swap_load", match_id=match.id, partner_id=effect.replacement.id)
        if may_export(actor)
        else "",
        levels=tuple(_level(each) for each in effect.levels),
        hindrances=effect.hindrances,
    )


def _gist(effect: SwapEffect) -> Iterable[tuple[str, str]]:
    match, other = effect.match, effect.alternative
    yield "Now", f"{match.partner.name}, fit {formats.decimal(match.fit)}, {formats.days(match.days)}"
    yield (
        "Then",
        f"{effect.replacement.name}, fit {formats.decimal(other.fit)}: {wording.standing(other.standing).lower()}",
    )
    yield (
        "Set free",
        f"{formats.days(match.days)} of {match.partner.name}, for requests that are short of days",
    )
    if not effect.hindrances:
        lost = formats.plural(len(effect.losing), "request")
        yield "Who loses", lost if effect.losing else "Nobody: the days are free."


def _days(effect: SwapEffect) -> Iterable[tuple[str, str, str]]:
    before, after = effect.match.days_by_month, effect.days_by_month
    for month in sorted({*before, *after}):
        yield formats.month(month), formats.count(before.get(month, 0)), formats.count(after.get(month, 0))


def _level(change: LevelChange) -> tuple[str, str, str, str]:
    return (
        ladder.LEVELS[change.name].title,
        ladder.shown(change.name, change.before),
        ladder.shown(change.name, change.after),
        ladder.verdict(change.name, change.before, change.after),
    )
