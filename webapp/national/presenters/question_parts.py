"""The tables of an answer, each with its picture where numbers compare, and with what its file holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.ui import formats, ladder
from webapp.ui.charts import BarChart, GainChart, HeatTable, bar_chart, gain_chart, heat_table

Words = Mapping[str, str]
MOST_SKILLS = 20
LEAST_SHOWN = 0.0005
"""Shares below this are written as nothing."""
A_DAY = f"{ladder.BENEFIT_POINTS} a day"
TITLES = {
    "region": ("Worth of one more day by region of the partner", "Region"),
    "skill": ("Worth of one more day by skill", "Skill"),
}


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


def of_prices(answer: Mapping[str, Any], words: Words) -> Iterable[Part]:
    """What days are worth by region and skill, the dearest confirmed, and what each level costs."""
    months = [formats.month(month) for month in answer["months"]]
    for by in ("region", "skill"):
        yield from _worth(answer["worth"], by, months, words)
    yield from _confirmed(answer.get("confirmed", ()), months, words)
    yield from _levels(answer["levels"])


def _worth(
    worth: Sequence[Mapping[str, Any]], by: str, months: Sequence[str], words: Words
) -> Iterable[Part]:
    values = {(each[by], str(each["month"])): each["highest"] for each in worth if each[by]}
    most: dict[str, float] = {}
    for (code, _), value in values.items():
        most[code] = max(value, most.get(code, 0.0))
    best = sorted((code for code in most if most[code] > 0), key=lambda code: (-most[code], code))
    if not best:
        return
    title, corner = TITLES[by]
    columns = [(str(at), month) for at, month in enumerate(months)]
    lines = [(code, words.get(code, code)) for code in best[:MOST_SKILLS]]
    yield Part(
        key=by,
        title=title,
        lead=f"In {A_DAY}; darker is more.",
        heads=(corner, *months),
        rows=(),
        values=tuple(
            (words.get(code, code), *(values.get((code, at), 0.0) for at, _ in columns)) for code in best
        ),
        heat=heat_table(f"{title}, {A_DAY}", corner, lines, columns, values),
    )


def _confirmed(found: Sequence[Mapping[str, Any]], months: Sequence[str], words: Words) -> Iterable[Part]:
    if not found:
        return
    named = [(_group(each, words), months[each["month"]], each) for each in found]
    bars = [
        (f"{group}, {month}", each["value_worth"]["most"], _range(each["value_worth"]))
        for group, month, each in named
        if each["value_worth"] is not None
    ]
    yield Part(
        key="confirmed",
        title="The dearest days, confirmed by solving again",
        lead="A price is what the first day adds at most. Here one real day more, and one day less, was given to the "
        "partner whose day is dearest, and everything near it was worked out again with all else kept. All in "
        f"{ladder.BENEFIT_POINTS}.",
        heads=(
            "Where",
            "Month",
            "Partner",
            "Price of a day",
            "One day more",
            "One day less",
            "A day is worth",
        ),
        rows=tuple((group, month, *_both_ways(each, words)) for group, month, each in named),
        values=tuple((group, month, *_both_ways_plain(each, words)) for group, month, each in named),
        numeric=(3,),
        bars=bar_chart(f"What a day is worth, {ladder.BENEFIT_POINTS}", bars) if bars else None,
    )


def _both_ways(each: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    return (
        words.get(each["partner"], each["partner"]),
        formats.decimal(each["price"], 1),
        _moved(each["a_day_more"]),
        "There is no day to take" if each["a_day_less"] is None else _moved(each["a_day_less"]),
        _range(each["value_worth"]),
    )


def _both_ways_plain(each: Mapping[str, Any], words: Words) -> tuple[Any, ...]:
    less = (each["a_day_less"] or {}).get("value")
    name = words.get(each["partner"], each["partner"])
    return name, each["price"], each["a_day_more"].get("value"), less, *_ends(each["value_worth"])


FILE_HEADS = {
    "confirmed": (
        *(
            "Where",
            "Month",
            "Partner",
            f"Price in {A_DAY}",
            "Benefit of one day more",
            "Benefit of one day less",
        ),
        *("Worth at least", "Worth at most"),
    ),
    "prices": ("Level", "Likely share of the benefit", "Share of the benefit at most"),
}
"""Heads of files that hold other columns than the page."""


def _group(each: Mapping[str, Any], words: Words) -> str:
    code = each["region"] or each["skill"]
    return words.get(code, code)


def _ends(worth: Mapping[str, float] | None) -> tuple[float | None, float | None]:
    return (None, None) if worth is None else (worth["least"], worth["most"])


def _range(worth: Mapping[str, float] | None) -> str:
    if worth is None:
        return "No one number: a level before the benefit moves too"
    least, most = (formats.decimal(worth[end], 1) for end in ("least", "most"))
    return most if least == most else f"{least} to {most}"


def _moved(gains: Mapping[str, float]) -> str:
    """What each level gains, and which: the benefit needs neither name nor unit."""
    said = []
    for name, gain in gains.items():
        if abs(gain) <= 1e-6:
            continue
        if name == "value":
            said.append(f"{gain:+,.1f}")
        else:
            amount = ladder.difference(name, abs(gain))
            said.append(f"{ladder.LEVELS[name].title}: {'+' if gain > 0 else '-'}{amount}")
    return "; ".join(said) or "0"


def _levels(prices: Sequence[Mapping[str, Any]]) -> Iterable[Part]:
    if not prices:
        return
    title = "What each level costs"
    shares = [(ladder.LEVELS[each["level"]].title, *_shares(each)) for each in prices]
    yield Part(
        key="prices",
        title=title,
        lead="How much more benefit there could be if a level before it were not kept. The likely share compares two "
        "proven limits; the other is the most that it can be, against the proposal as it stands.",
        heads=("Level", "Likely, of the benefit", "At most"),
        rows=tuple(
            (
                name,
                "Nothing that can be told" if likely < LEAST_SHOWN else formats.share(likely, 1),
                "Not known" if most is None else formats.share(most, 1),
            )
            for name, likely, most in shares
        ),
        values=tuple(shares),
        numeric=(1, 2),
        bars=_most_chart(shares),
    )


def _most_chart(shares: Sequence[tuple[str, float, float | None]]) -> BarChart | None:
    known = [(name, most, formats.share(most, 1)) for name, _, most in shares if most is not None]
    if not any(most >= LEAST_SHOWN for _, most, _ in known):
        return None
    return bar_chart("Most of the benefit that each level can cost", known)


def _shares(each: Mapping[str, Any]) -> tuple[float, float | None]:
    bound, without, value = each["bound"], each["bound_without"], each.get("value")
    if not without:
        return 0.0, None if value is None else 0.0
    most = None if value is None else max(0.0, without - value) / without
    return max(0.0, without - bound) / without, most
