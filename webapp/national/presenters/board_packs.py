"""The pack for the board: what a run reached and how good that is, in words; unmet need; what people overruled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.national.presenters.run_lines import run_name
from webapp.services.board_packs import BoardFacts, Shortage
from webapp.services.review import Progress
from webapp.services.runs import RunOverview
from webapp.ui import choices, formats, ladder, wording
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.wording import Audience

NO_REASON = "In their own words"


@dataclass(frozen=True, slots=True)
class BoardPack:
    """Everything but fairness and bottlenecks, which the run's evidence gives."""

    title: str
    caption: str
    back: str
    figures: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]
    decisions: str
    shortage_gist: str
    shortages: BarChart
    shortage_rows: tuple[tuple[str, str, str], ...]
    severe: tuple[tuple[str, ...], ...]
    overruled: tuple[tuple[str, str, str], ...]


def board_pack(overview: RunOverview, facts: BoardFacts, progress: Progress) -> BoardPack:
    """The pack of one run."""
    row = overview.run
    summary: Mapping[str, Any] = row.summary or {}
    shortages = [(wording.unmet(each.reason, Audience.NATIONAL), each) for each in facts.shortages]
    return BoardPack(
        title="Pack for the board",
        caption=f"{row.round.name}, {run_name(row)}, {formats.day(row.finished_at)}",
        back=url_for("national.run_page", run_id=row.id),
        figures=(
            (formats.count(overview.matches), "proposed matches"),
            (formats.count(summary.get("days", 0)), "days given"),
            (formats.count(overview.unmet), "requests short of days"),
        ),
        levels=tuple(_level(level) for level in row.levels or ()),
        decisions=_decisions(progress),
        shortage_gist=_gist(overview.unmet, shortages),
        shortages=bar_chart(
            "Requests short of days, by what binds them",
            [(words, float(each.requests), formats.count(each.requests)) for words, each in shortages],
        ),
        shortage_rows=tuple(
            (words, formats.count(each.requests), formats.count(each.days)) for words, each in shortages
        ),
        severe=tuple(
            (
                each.organisation,
                each.title,
                formats.count(each.severity),
                formats.count(each.days_short),
                wording.unmet(each.reason, Audience.NATIONAL),
            )
            for each in facts.severe
        ),
        overruled=tuple(
            (
                choices.title("decision", each.kind),
                choices.title("decision_reason", each.reason_code) if each.reason_code else NO_REASON,
                formats.count(each.matches),
            )
            for each in facts.overruled
        ),
    )


def _gist(unmet: int, shortages: Sequence[tuple[str, Shortage]]) -> str:
    if not shortages:
        return "Every request has all its days."
    words, most = max(shortages, key=lambda pair: pair[1].days)
    number = formats.plural(unmet, "request is", "requests are")
    return f"{number} short of days. What binds most, with {formats.days(most.days)}: {words}"


def _level(level: Mapping[str, Any]) -> tuple[str, str]:
    """A level and how good its answer is, for people who never saw a solver."""
    name, value, bound = level["name"], level["value"], level["bound"]
    words = ladder.LEVELS[name]
    how = f"{ladder.closeness(name, value, bound)}."
    if ladder.shortfall(name, value, bound):
        how = f"No answer can do better than {ladder.shown(name, bound)}. {how}"
    return words.title, f"{words.meaning} Reached: {ladder.shown(name, value)}. {how}"


def _decisions(progress: Progress) -> str:
    parts = list(_counts(progress))
    return f"People have decided on each match: {', '.join(parts)}." if parts else "Nothing is decided yet."


def _counts(progress: Progress) -> Iterable[str]:
    for kind, number in progress.by_kind.items():
        yield f"{number:,} {choices.title('decision', kind).lower()}"
    if progress.by_kind and progress.undecided:
        yield f"{progress.undecided:,} not decided"
