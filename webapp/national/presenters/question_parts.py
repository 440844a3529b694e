"""The tables of an answer, each with its picture where numbers compare, and with what its file holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.ui import ladder
from webapp.ui.charts import BarChart, GainChart, HeatTable, gain_chart

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One table: ``rows`` as they are read, ``values`` as a file holds them; ``key`` names it in addresses."""

    key: str
    title: str
    lead: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Any, ...], ...]
    numeric: tuple[int, ...] = ()
    bars: BarChart | None = None
    gains: GainChart | None = None
    heat: HeatTable | None = None


def of_why_not(forced: Mapping[str, Any], words: Words) -> Iterable[Part]:
    """Each level with and without the pair; who would gain and who would lose."""
    names = tuple(forced["after"])
    kinds = ("now", "without", "after")
    yield Part(
        key="levels",
        title="Each level with and without this partner",
        lead="",
        heads=("Level", "Now", "Best nearby without", "Best nearby with", "What it costs"),
        rows=tuple(
            (
                ladder.LEVELS[name].title,
                *(ladder.shown(name, forced[kind][name]) for kind in kinds),
                ladder.verdict(name, forced["without"][name], forced["after"][name]),
            )
            for name in names
        ),
        values=tuple(
            (
                ladder.LEVELS[name].title,
                *(forced[kind][name] for kind in kinds),
                ladder.verdict(name, forced["without"][name], forced["after"][name]),
            )
            for name in names
        ),
        numeric=(1, 2, 3),
    )
    moved = [
        (
            words.get(each["request"], each["request"]),
            words.get(each["partner"], each["partner"]),
            sign * days,
        )
        for sign, key in ((-1, "dropped"), (1, "added"))
        for each in forced[key]
        if (days := sum(each["days"]))
    ]
    if moved:
        title = "Who would gain and who would lose"
        yield Part(
            key="changes",
            title=title,
            lead="",
            heads=("Request", "Partner", "Days"),
            rows=tuple((request, partner, f"{days:+,}") for request, partner, days in moved),
            values=tuple(moved),
            numeric=(2,),
            gains=gain_chart(title, [(f"{request}: {partner}", days) for request, partner, days in moved]),
        )
