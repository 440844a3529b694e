"""What days and levels are worth: days by region and skill as ranges, the dearest days, the price of each level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp.national.presenters.question_parts import Part, Words
from webapp.ui import formats, ladder
from webapp.ui.charts import BarChart, bar_chart, heat_table

MOST_SKILLS = 20
MOST_DEAREST = 6
LEAST_SHOWN = 0.0005
"""Shares below this are written as nothing."""
A_DAY = f"{ladder.BENEFIT_POINTS} a day"
CELLS = (
    f"In {A_DAY}; darker is more. A range has the day taken away at one end and the day added at the other. “About” "
    "stands where only the estimate is known, 0 where no day is scarce by the estimate."
)
TITLES = {
    "region": ("Worth of one more day by region of the partner", "Region"),
    "skill": ("Worth of one more day by skill", "Skill"),
}


def of_prices(answer: Mapping[str, Any], words: Words) -> Iterable[Part]:
    """What days are worth by region and skill, the dearest confirmed, and what each level costs."""
    months = [formats.month(month) for month in answer["months"]]
    confirmed = answer.get("confirmed", ())
    for by in ("region", "skill"):
        yield from _worth(answer["worth"], confirmed, by, months, words)
    yield from _confirmed(_dearest(confirmed), months, words)
    yield from _levels(answer["levels"])


def _worth(
    worth: Sequence[Mapping[str, Any]],
    confirmed: Sequence[Mapping[str, Any]],
    by: str,
    months: Sequence[str],
    words: Words,
) -> Iterable[Part]:
    found = {(each[by], str(each["month"])): each["highest"] for each in worth if each[by]}
    most: dict[str, float] = {}
    for (code, _), value in found.items():
        most[code] = max(value, most.get(code, 0.0))
    best = sorted((code for code in most if most[code] > 0), key=lambda code: (-most[code], code))
    if not best:
        return
    title, corner = TITLES[by]
    columns = [(str(at), month) for at, month in enumerate(months)]
    again = {(each[by], str(each["month"])): each for each in confirmed if each[by]}
    ranges = {at: each["value_worth"] for at, each in again.items() if each["value_worth"] is not None}
    yield Part(
        key=by,
        title=title,
        lead=CELLS,
        heads=(corner, *months),
        rows=(),
        values=tuple(
            (
                words.get(code, code),
                month,
                found.get((code, at), 0.0),
                *_of_cell(again.get((code, at)), words),
            )
            for code in best
            for at, month in columns
        ),
        heat=heat_table(
            f"{title}, {A_DAY}",
            corner,
            [(code, words.get(code, code)) for code in best[:MOST_SKILLS]],
            columns,
            found | {at: each["most"] for at, each in ranges.items()},
            words={at: f"about {formats.decimal(value, 1)}" for at, value in found.items() if value > 0}
            | {at: _range(each) for at, each in ranges.items()},
        ),
    )


def _of_cell(again: Mapping[str, Any] | None, words: Words) -> tuple[Any, ...]:
    """The range of a cell and whose day it was, for a file; empty where it was not worked out again."""
    if again is None:
        return None, None, None
    return *_ends(again["value_worth"]), words.get(again["partner"], again["partner"])


def _dearest(confirmed: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The dearest days, a few regions and a few skills; of the same day of the same partner only the first."""
    chosen: list[Mapping[str, Any]] = []
    for by in TITLES:
        named: dict[tuple[str, int], Mapping[str, Any]] = {}
        for each in sorted((found for found in confirmed if found[by]), key=lambda found: -found["price"]):
            if len(named) < MOST_DEAREST:
                named.setdefault((each["partner"], each["month"]), each)
        chosen += named.values()
    return chosen


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
        lead="The estimate is the price of a day in the whole round. One real day more, and one day less, was given to "
        "the partner whose day is dearest, and everything near it was worked out again with all else kept. That can "
        f"be more or less than the estimate, because days are given in blocks. All in {ladder.BENEFIT_POINTS}.",
        heads=(
            "Where",
            "Month",
            "Partner",
            "Estimate",
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


_CELL_HEADS = ("Month", f"Estimate in {A_DAY}", "Worth at least", "Worth at most", "Partner")
FILE_HEADS = {
    "region": ("Region", *_CELL_HEADS),
    "skill": ("Skill", *_CELL_HEADS),
    "confirmed": (
        *(
            "Where",
            "Month",
            "Partner",
            f"Estimate in {A_DAY}",
            "Benefit of one day more",
            "Benefit of one day less",
        ),
        *("Worth at least", "Worth at most"),
    ),
    "prices": ("Level", "Estimated share of the benefit", "Share of the benefit at most"),
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
    shares = [(ladder.LEVELS[each["level"]].title, *shares_of(each)) for each in prices]
    yield Part(
        key="prices",
        title=title,
        lead="How much more benefit there could be if the level were not kept. The estimate compares the best that "
        "could be had without it and with it, worked out in the same way. The last column is proven: more it cannot "
        "be, against the proposal as it stands.",
        heads=("Level", "Estimate, of the benefit", "At most, proven"),
        rows=tuple(
            (
                name,
                _estimated(likely),
                "Not known" if most is None else formats.share(most, 1),
            )
            for name, likely, most in shares
        ),
        values=tuple(shares),
        numeric=(1, 2),
        bars=_most_chart(shares),
    )


def price_in_words(each: Mapping[str, Any]) -> str:
    """What a level costs, in one sentence beside the level."""
    likely, most = shares_of(each)
    limit = "" if most is None else f", at most {formats.share(most, 1)}"
    return f"{_estimated(likely)}{limit}"


def _estimated(likely: float) -> str:
    return "Nothing that can be told" if likely < LEAST_SHOWN else f"About {formats.share(likely, 1)}"


def _most_chart(shares: Sequence[tuple[str, float, float | None]]) -> BarChart | None:
    known = [(name, most, formats.share(most, 1)) for name, _, most in shares if most is not None]
    if not any(most >= LEAST_SHOWN for _, most, _ in known):
        return None
    return bar_chart("Most of the benefit that each level can cost", known)


def shares_of(each: Mapping[str, Any]) -> tuple[float, float | None]:
    """What a level costs as shares of the benefit: the estimate, and the most that is proven where it is known."""
    bound, without, value = each["bound"], each["bound_without"], each.get("value")
    if not without:
        return 0.0, None if value is None else 0.0
    most = None if value is None else max(0.0, without - value) / without
    return max(0.0, without - bound) / without, most
