"""Two runs side by side: what the second gives beside the first, and in which groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.compare_levels import levels_beside
from webapp.national.presenters.compare_lists import TITLES, Words, group_name, signed
from webapp.national.presenters.policy_values import Difference, differences
from webapp.national.presenters.run_lines import run_name
from webapp.national.presenters.runs import floors_that_cannot_be_met
from webapp.services.comparisons import Comparison, Pair, Run
from webapp.services.policies import Settings
from webapp.ui import choices, formats, ladder
from webapp.ui.charts import GainChart, gain_chart

RELOAD_SECONDS = 4


@dataclass(frozen=True, slots=True)
class GroupPart:
    """One grouping, as picture and table."""

    title: str
    chart: GainChart
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two runs."""

    round_name: str
    back: str
    first: str
    second: str
    links: tuple[tuple[str, str], ...]
    waiting: str
    reload_seconds: int
    headline: str
    note: str
    floors: str
    levels: tuple[tuple[str, ...], ...]
    groups: tuple[GroupPart, ...]
    counts: str
    partners: str
    csv: str
    tried: tuple[Difference, ...]
    propose: str
    here: str


def compare_page(
    pair: Pair, words: Words, tried: tuple[Settings, Settings] | None, actor: AnyActor
) -> ComparePage:
    """Everything but the list of requests. ``tried``: values in force and those that the second run tries."""
    first, second, found = pair.first, pair.second, pair.comparison
    proposes = tried is not None and matrix.opens(actor, Action.POLICY_PROPOSE)
    address: dict[str, Any] = {"first": first.id, "second": second.id}
    return ComparePage(
        round_name=first.round.name,
        back=url_for("national.round_page", round_id=first.round_id),
        first=run_name(first),
        second=run_name(second),
        links=tuple((run_name(row), url_for("national.run_page", run_id=row.id)) for row in (first, second)),
        waiting=""
        if found
        else " ".join(_waiting(row) for row in (first, second) if row.state.value != "finished"),
        reload_seconds=RELOAD_SECONDS
        if any(row.state.value in ("queued", "running") for row in (first, second))
        else 0,
        headline=_headline(found, run_name(second)) if found else "",
        note=_note(pair),
        floors=floors_that_cannot_be_met(second),
        levels=tuple(levels_beside(first, second, pair.alike)) if found else (),
        groups=tuple(_groups(found, words)) if found else (),
        counts=_counts(found) if found else "",
        partners=url_for("national.compare_partners", **address),
        csv=url_for("national.compare_groups_csv", **address)
        if matrix.opens(actor, Action.EXPORT_DOWNLOAD)
        else "",
        tried=differences(*tried, words) if tried else (),
        propose=url_for("national.new_policy", run=second.id) if proposes else "",
        here=url_for("national.compare_runs", **address),
    )


def run_choices(rows: Iterable[Run]) -> list[tuple[str, str]]:
    """Finished runs for a drop-down list."""
    return [(str(row.id), run_name(row) + (" (under review)" if row.is_current else "")) for row in rows]


def usual_pair(rows: Sequence[Run]) -> dict[str, str]:
    """What is compared most: the round's run, and the newest other one."""
    first = next((row for row in rows if row.is_current), rows[-1] if rows else None)
    second = next((row for row in rows if row is not first), None)
    return {name: str(row.id) for name, row in (("first", first), ("second", second)) if row}


def _waiting(row: Run) -> str:
    state = row.state.value
    if state == "queued":
        return f"{run_name(row)} waits for a worker."
    if state == "running":
        return f"{run_name(row)} is at work: {formats.share(row.progress)} done."
    return f"{run_name(row)}: {choices.title('run_state', state).lower()}. There is nothing to compare."


def _headline(found: Comparison, second: str) -> str:
    before, after = found.days
    change = (
        "as many days"
        if after == before
        else f"{formats.days(abs(after - before))} {'more' if after > before else 'fewer'}"
    )
    return (
        f"{second} gives {change}: {after:,} of {found.wanted:,} asked for, instead of {before:,}. "
        f"{formats.plural(found.added, 'match', 'matches')} new, {found.dropped:,} gone."
    )


def _note(pair: Pair) -> str:
    if pair.alike:
        return ""
    said = "The two stand on different policy values, and the benefit is counted with each run's own weights."
    if pair.benefit is None:
        return f"{said} Compare days and the other levels rather than benefit."
    before, after = pair.benefit
    return (
        f"{said} Counted with the weights of {run_name(pair.first)}, it is {ladder.shown('value', before)} before "
        f"and {ladder.shown('value', after)} after: {ladder.verdict('value', before, after).lower()}."
    )


def _groups(found: Comparison, words: Words) -> Iterable[GroupPart]:
    for grouping, title in TITLES.items():
        groups = [each for each in found.groups if each.grouping == grouping]
        yield GroupPart(
            title=title,
            chart=gain_chart(
                f"{title}: days gained and lost",
                [(group_name(each, words), each.second - each.first) for each in groups],
            ),
            rows=tuple(
                (
                    group_name(each, words),
                    formats.count(each.wanted),
                    f"{each.first:,} ({_share(each.first, each.wanted)})",
                    f"{each.second:,} ({_share(each.second, each.wanted)})",
                    signed(each.second - each.first),
                )
                for each in groups
            ),
        )


def _counts(found: Comparison) -> str:
    gains = sum(each.gain > 0 for each in found.requests)
    losses = sum(each.gain < 0 for each in found.requests)
    others = len(found.requests) - gains - losses
    return (
        f"{formats.plural(gains, 'request gains', 'requests gain')} days, "
        f"{formats.plural(losses, 'request loses', 'requests lose')} days, "
        f"{formats.plural(others, 'request gets', 'requests get')} other partners for as many days."
    )


def _share(days: int, wanted: int) -> str:
    return formats.share(days / wanted) if wanted else "none asked for"
