"""Fairness over rounds: one heat table for each grouping, a column for each round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.provider_words import DISTANCES, PROVIDER_TYPES, SIZES
from webapp.services.fairness import RoundFairness
from webapp.services.provider_groups import Help
from webapp.services.published import Credits
from webapp.services.waiting_credits import LeftBehind, Waiting
from webapp.ui import formats
from webapp.ui.charts import HeatTable, heat_table
from webapp.ui.credits import credits_in_words
from webapp.ui.listing import Column, Listing

TITLES = {
    "region": "By region",
    "priority": "By priority",
    "provider_type": "By type of provider",
    "size": "By size of provider",
    "distance": "By distance from other trusts",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brings a credit into the next round, and by which rules."""

    behind: Sequence[LeftBehind]
    waiting: Sequence[Waiting]
    credits: Credits


@dataclass(frozen=True, slots=True)
class Line:
    """One group in one round, as a row of the file."""

    round: str
    grouping: str
    group: str
    help: Help


@dataclass(frozen=True, slots=True)
class FairnessShown:
    """The page."""

    back: str
    rounds: tuple[tuple[str, str, str], ...]
    tables: tuple[HeatTable, ...]
    csv_href: str | None
    left_behind: tuple[str, ...]
    credit: str
    waiting: tuple[tuple[str, str, str], ...]
    more: str
    waiting_csv: str


MOST_SHOWN = 100
WAITING = Listing(
    caption="Who has waited",
    columns=(
        Column("name", "Requester"),
        Column("priority", "Priority"),
        Column("rounds", "Rounds without anybody", numeric=True),
    ),
)
FILE = Listing(
    caption="Fairness over rounds",
    columns=(
        Column("round", "Round"),
        Column("grouping", "Grouping"),
        Column("group", "Group"),
        Column("requests", "Requests", lambda line: line.help.requests, numeric=True),
        Column("wanted", "Days asked for", lambda line: line.help.days_wanted, numeric=True),
        Column("met", "Days met", lambda line: line.help.days_met, numeric=True),
        Column("share", "Share", lambda line: round(line.help.share, 4), numeric=True),
    ),
)


def shown(
    found: Sequence[RoundFairness], brought: Brought, names: Mapping[str, str], actor: AnyActor
) -> FairnessShown:
    """The page; ``names`` has the words for codes of regions and priorities."""
    may_export = matrix.opens(actor, Action.EXPORT_DOWNLOAD)
    return FairnessShown(
        back=url_for("national.round_list"),
        rounds=tuple(
            (
                each.name
                if each.name.startswith(f"Round {each.number}:")
                else f"Round {each.number}: {each.name}",
                url_for("national.run_page", run_id=each.run.id),
                f"{formats.count(each.total.days_met)} of {formats.days(each.total.days_wanted)} met, "
                f"{formats.share(each.total.share)}",
            )
            for each in found
        ),
        tables=tuple(_table(grouping, title, found, names) for grouping, title in TITLES.items()),
        csv_href=url_for("national.fairness_csv") if may_export else None,
        left_behind=tuple(
            f"{_words(each.help.code, names)}: {formats.share(each.help.share)} of "
            f"{formats.days(each.help.days_wanted)} asked for"
            for each in brought.behind
        ),
        credit=credits_in_words(brought.credits),
        waiting=tuple(
            (each.name, names.get(each.priority, each.priority), formats.count(each.rounds))
            for each in brought.waiting[:MOST_SHOWN]
        ),
        more=f"And {formats.count(len(brought.waiting) - MOST_SHOWN)} more."
        if len(brought.waiting) > MOST_SHOWN
        else "",
        waiting_csv=url_for("national.waiting_requesters_csv") if may_export else "",
    )


def waiting_lines(found: Sequence[Waiting], names: Mapping[str, str]) -> list[Waiting]:
    """Everybody who has waited, with the words of their priorities, for a file."""
    return [replace(each, priority=names.get(each.priority, each.priority)) for each in found]


def lines(found: Iterable[RoundFairness], names: Mapping[str, str]) -> list[Line]:
    """Every group of every round."""
    return [
        Line(f"Round {each.number}", TITLES[grouping], _words(group.code, names), group)
        for each in found
        for grouping in TITLES
        for group in each.groups[grouping]
    ]


def _table(grouping: str, title: str, found: Sequence[RoundFairness], names: Mapping[str, str]) -> HeatTable:
    codes = sorted(
        {group.code for each in found for group in each.groups[grouping]},
        key=lambda code: _place(code, names),
    )
    values = {
        (group.code, str(each.number)): round(100 * group.share)
        for each in found
        for group in each.groups[grouping]
    }
    return heat_table(
        f"{title}: days met as a percentage of days asked for",
        "Group",
        [(code, _words(code, names)) for code in codes],
        [(str(each.number), f"Round {each.number}") for each in found],
        values,
        missing="None asked",
    )


def _words(code: str, names: Mapping[str, str]) -> str:
    return names.get(code) or SIZES.get(code) or DISTANCES.get(code) or PROVIDER_TYPES.get(code) or code


def _place(code: str, names: Mapping[str, str]) -> tuple[int, str]:
    """Sizes and distances in their own order, all else by its words."""
    ordered = [*SIZES, *DISTANCES]
    return (ordered.index(code), "") if code in ordered else (0, _words(code, names))
