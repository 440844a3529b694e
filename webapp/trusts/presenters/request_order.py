"""The page that orders all of an organisation's requests of the round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters.steps import RANKS
from webapp.ui import formats
from webapp.ui.fields import Choice


@dataclass(frozen=True, slots=True)
class OrderPage:
    """What stands round the form; ``is_empty`` where there is nothing to order."""

    is_empty: bool
    back: str


def order_page(rows: Iterable[SupportRequest], back: str | None) -> OrderPage:
    """The page; ``back`` is the question from which somebody came."""
    return OrderPage(is_empty=not tuple(rows), back=back or url_for("trusts.listing"))


def place_choices() -> list[Choice]:
    """The three places, short."""
    return [Choice(str(rank), words.partition(":")[0]) for rank, words in RANKS.items()]


def done(moved: Iterable[SupportRequest]) -> str:
    """What was changed."""
    count = len(tuple(moved))
    return f"{formats.plural(count, 'request')} moved." if count else "The order is as it was."


def standing(rows: Iterable[SupportRequest], versions: str) -> Mapping[str, str]:
    """The places as they are stored now, for whoever was overtaken."""
    now = {f"{row.title} ({row.reference})": RANKS[row.rank or 1].partition(":")[0] for row in rows}
    return {**now, "version": versions}
