"""Answers to questions about a run: why not another partner, what a day and a level are worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.services.match_pages import MatchPage
from webapp.services.questions import QuestionKind, QuestionState, RunQuestion
from webapp.ui import formats, ladder, wording
from webapp.ui.charts import HeatTable, heat_table
from webapp.ui.wording import Audience

RELOAD_SECONDS = 2
MOST_SKILLS = 20
NEAR_NOTHING = 1e-6
TITLES = {
    "region": ("Worth of one more day by region of the partner", "Region"),
    "skill": ("Worth of one more day by skill", "Skill"),
}


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level as it stands, the best nearby without the pair, and with it."""

    title: str
    now: str
    without: str
    after: str
    said: str


@dataclass(frozen=True, slots=True)
class LevelPriceLine:
    """What holding one level can cost."""

    title: str
    said: str


@dataclass(frozen=True, slots=True)
class WhyNotPage:
    """Asking about another partner for a match."""

    caption: str
    back: str
    partner: str
    candidates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question and, once it is there, its answer."""

    title: str
    caption: str
    back: str
    back_text: str
    reload_seconds: int
    lead: str
    reasons: tuple[str, ...] = ()
    levels: tuple[LevelLine, ...] = ()
    changes: tuple[str, ...] = ()
    tables: tuple[HeatTable, ...] = ()
    prices: tuple[LevelPriceLine, ...] = ()
    has_prices: bool = False


def why_not_page(found: MatchPage) -> WhyNotPage:
    """The page that asks which partner is meant."""
    caption = f"{found.request.title}, {found.request.requester.name}"
    back = url_for("national.match", match_id=found.match.id)
    candidates = tuple(
        (
            f"{each.partner.name}, fit {each.alternative.fit:.2f}",
            url_for("national.why_not", match_id=found.match.id, partner=each.partner.name),
        )
        for each in found.alternatives
    )
    return WhyNotPage(caption, back, found.partner.name, candidates)


def codes_of(row: RunQuestion) -> set[str]:
    """The codes of skills in an answer, for their names."""
    return {each["skill"] for each in (row.answer or {}).get("worth", ()) if each["skill"]}


def question_page(row: RunQuestion, labels: Mapping[str, str]) -> QuestionPage:
    """The page of a question; it loads itself again while a worker is at it."""
    title, caption, back, back_text = _head(row)
    is_waiting = row.state is QuestionState.WAITING
    if row.answer is None:
        lead = "A worker is working it out. This takes seconds, for large rounds a minute."
        if not is_waiting:
            lead = "It could not be worked out. Ask again; if it fails again, tell the system administrator."
        seconds = RELOAD_SECONDS if is_waiting else 0
        return QuestionPage(title, caption, back, back_text, seconds, lead)
    if row.kind is QuestionKind.PRICES:
        return _prices(row.answer, labels, (title, caption, back, back_text))
    return _why_not(row.answer, (title, caption, back, back_text), labels)


def _head(row: RunQuestion) -> tuple[str, str, str, str]:
    run_href = url_for("national.run_page", run_id=row.run_id)
    caption = f"{row.run.round.name}, run {row.run.number}"
    if row.partner is None or row.request is None:
        return "What a day and a level are worth", caption, run_href, "Back to the run"
    title = f"Why not {row.partner.name}?"
    caption = f"{row.request.title}, {row.request.requester.name}"
    return title, caption, url_for("national.work_list", run_id=row.run_id), "Back to the matches"


def _why_not(
    answer: Mapping[str, Any], head: tuple[str, str, str, str], labels: Mapping[str, str]
) -> QuestionPage:
    pair, forced = answer["pair"], answer["forced"]
    reasons = tuple(wording.reason(code, Audience.NATIONAL) for code in pair["reasons"])
    if pair["is_engaged"]:
        return QuestionPage(*head, 0, "This partner is proposed for the request.")
    if reasons:
        return QuestionPage(*head, 0, "A rule keeps them apart:", reasons)
    if forced is None:
        said = wording.standing(pair["standing"]) if pair["standing"] else ""
        return QuestionPage(
            *head, 0, f"No way was found to put them together around what is locked. {said}.".strip()
        )
    levels = tuple(_level(name, forced) for name in forced["after"])
    lead = (
        f"They fit by {formats.share(pair['fit'], 0)}, place {pair['rank']} of {pair['candidates']} candidates. "
        f"Put together for {formats.plural(forced['days'], 'day')}, with everything near them worked out again "
        "and all else kept, it would come to this:"
    )
    return QuestionPage(*head, 0, lead, (), levels, tuple(_changes(forced, labels)))


def _level(name: str, forced: Mapping[str, Any]) -> LevelLine:
    now, without, after = (forced[key][name] for key in ("now", "without", "after"))
    worse = after - without if name in ladder.SMALLER_IS_BETTER else without - after
    if worse > NEAR_NOTHING:
        said = f"Worse by {ladder.number(name, worse)}"
    elif worse < -NEAR_NOTHING:
        said = f"Better by {ladder.number(name, -worse)}"
    else:
        said = "The same"
    return LevelLine(
        title=ladder.LEVELS[name].title,
        now=ladder.number(name, now),
        without=ladder.number(name, without),
        after=ladder.number(name, after),
        said=said,
    )


def _changes(forced: Mapping[str, Any], labels: Mapping[str, str]) -> Iterable[str]:
    for verb, key in (("Would lose", "dropped"), ("Would gain", "added")):
        for each in forced[key]:
            days = formats.plural(sum(each["days"]), "day")
            request, partner = (labels.get(each[key], each[key]) for key in ("request", "partner"))
            yield f"{verb}: {request}: {days} of {partner}"


def _prices(
    answer: Mapping[str, Any], labels: Mapping[str, str], head: tuple[str, str, str, str]
) -> QuestionPage:
    worth, months = answer["worth"], answer["months"]
    lead = (
        "What one more day would add to the level of the most benefit, at most, in each month. It is a slope: the "
        "first day adds about this, later ones less."
    )
    if not worth:
        lead = "No price could be drawn from this run."
    columns = [(str(at), formats.month(month)) for at, month in enumerate(months)]
    tables = [_table(worth, by, columns, labels) for by in ("region", "skill")]
    prices = tuple(_price(each) for each in answer["levels"])
    return QuestionPage(
        *head, 0, lead, tables=tuple(each for each in tables if each.rows), prices=prices, has_prices=True
    )


def _table(
    worth: Sequence[Mapping[str, Any]],
    by: str,
    columns: Sequence[tuple[str, str]],
    labels: Mapping[str, str],
) -> HeatTable:
    title, corner = TITLES[by]
    values = {(each[by], str(each["month"])): each["highest"] for each in worth if each[by]}
    most: dict[str, float] = {}
    for (code, _), value in values.items():
        most[code] = max(value, most.get(code, 0.0))
    best = sorted((code for code in most if most[code] > 0), key=lambda code: (-most[code], code))
    return heat_table(
        title, corner, [(code, labels.get(code, code)) for code in best[:MOST_SKILLS]], columns, values
    )


def _price(each: Mapping[str, Any]) -> LevelPriceLine:
    title = ladder.LEVELS[each["level"]].title
    bound, without, value = each["bound"], each["bound_without"], each.get("value")
    likely = max(0.0, without - bound) / without if without else 0.0
    said = f"About {formats.share(likely, 1)} of the benefit"
    if likely < 0.0005:
        said = "Nothing of the benefit that can be told"
    if value is not None and without:
        said += f", at most {formats.share(max(0.0, without - value) / without, 1)}"
    return LevelPriceLine(title, said)
