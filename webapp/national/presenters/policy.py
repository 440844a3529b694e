"""Policy versions: the list, and one version beside the one in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.policy_values import (
    Difference,
    Value,
    Words,
    differences,
    grouped,
    held_lines,
    values,
)
from webapp.services.policies import Policy, Settings
from webapp.ui import choices, formats
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.fields import Choice
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    number: int
    name: str
    starts: date
    code: str
    title: str
    href: str
    state: str
    colour: str
    effective: str
    reason: str
    proposed: str
    decided: str
    is_in_force: bool


VERSIONS = Listing(
    caption="Policy versions",
    columns=(
        Column(
            "number",
            "Version",
            shown=lambda line: line.title,
            link=lambda line: line.href,
        ),
        Column("name", "Name", only_file=True),
        Column(
            "state",
            "State",
            lambda line: "In force" if line.is_in_force else line.state,
            tag=lambda line: "green" if line.is_in_force else line.colour,
        ),
        Column("effective", "In force from", lambda line: line.starts, lambda line: line.effective),
        Column("reason", "Reason", sortable=False),
        Column("proposed", "Proposed", sortable=False),
        Column("decided", "Decided", sortable=False),
    ),
    filters=(
        TextFilter("q", "Search", lambda line: f"{line.title} {line.reason} {line.proposed} {line.decided}"),
        ChoiceFilter("state", "State", choices.titles("policy_state"), lambda line: line.code),
    ),
    default_sort="number",
    default_descending=True,
    empty="There is no version yet.",
    noun="version",
)


@dataclass(frozen=True, slots=True)
class PolicyList:
    """The page of all versions."""

    lead: str
    in_force: str
    values: tuple[tuple[str, tuple[Value, ...]], ...]
    chart: BarChart | None
    reserves: tuple[str, ...]
    versions: tuple[VersionLine, ...]
    waiting: tuple[VersionLine, ...]
    new: str
    priorities: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version."""

    line: VersionLine
    lead: str
    compared: str
    compared_with: int
    differences: tuple[Difference, ...]
    values: tuple[tuple[str, tuple[Value, ...]], ...]
    reserves: tuple[str, ...]
    decide: str
    new_from: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people by account, and words for codes."""

    people: Mapping[UUID, str]
    words: Words


Standing = tuple[Policy, Settings] | None
"""The version in force with its settings."""


def policy_list(rows: Sequence[Policy], standing: Standing, names: Names, actor: AnyActor) -> PolicyList:
    """All versions, with the values of the one in force."""
    in_force, settings = standing or (None, None)
    words = names.words
    lines = tuple(_line(row, names.people, in_force) for row in rows)
    proposes = matrix.opens(actor, Action.POLICY_PROPOSE)
    lead = "No policy is in force yet."
    if in_force is not None:
        lead = f"Version {in_force.number}: {in_force.name}. In force since {formats.day(in_force.effective_from)}."
    return PolicyList(
        lead=lead,
        in_force=url_for("national.policy_version", policy_id=in_force.id) if in_force else "",
        values=grouped(values(settings, words)) if settings else (),
        chart=_weights(settings, words) if settings else None,
        reserves=held_lines(settings.rules, words) if settings else (),
        versions=lines,
        waiting=tuple(line for line, row in zip(lines, rows, strict=True) if row.state.value == "proposed"),
        new=url_for("national.new_policy") if proposes else "",
        priorities=url_for("national.priority_list"),
    )


def version_page(
    row: Policy, settings: Settings, standing: Standing, names: Names, actor: AnyActor
) -> VersionPage:
    """One version beside the one in force, where there is one."""
    words = names.words
    in_force = standing[0] if standing else None
    is_own = isinstance(actor, Actor) and row.proposed_by == actor.user_id
    is_waiting = row.state.value == "proposed"
    decides = is_waiting and not is_own and matrix.opens(actor, Action.POLICY_CONFIRM)
    return VersionPage(
        line=_line(row, names.people, in_force),
        lead=_lead(is_own=is_own, is_waiting=is_waiting),
        compared="" if in_force is None or in_force is row else f"Version {in_force.number}",
        compared_with=in_force.number if in_force else 0,
        differences=differences(standing[1], settings, words) if standing else (),
        values=grouped(values(settings, words)),
        reserves=held_lines(settings.rules, words),
        decide=url_for("national.decide_policy", policy_id=row.id) if decides else "",
        new_from=url_for("national.new_policy", version=row.number)
        if matrix.opens(actor, Action.POLICY_PROPOSE)
        else "",
    )


def months(first: str, named: Iterable[str]) -> list[Choice]:
    """The months a reserve may last until: two years from ``first``, and those that are named already."""
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    coming = {f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(start, start + 24)}
    return [Choice(month, formats.month(month)) for month in sorted(coming | set(named))]


def _weights(settings: Settings, words: Words) -> BarChart:
    rows = [
        (words.get(each.code, each.code), each.weight, f"{each.weight:g}")
        for each in settings.matching.priorities
    ]
    return bar_chart("Weights of the priorities", rows)


def _line(row: Policy, people: Mapping[UUID, str], in_force: Policy | None) -> VersionLine:
    decided = ""
    if row.decided_by is not None:
        verb = "Refused" if row.state.value == "refused" else "Confirmed"
        decided = f"{verb} by {people.get(row.decided_by, 'somebody')} on {formats.day(row.decided_at)}"
    return VersionLine(
        number=row.number,
        name=row.name,
        starts=row.effective_from,
        code=row.state.value,
        title=f"Version {row.number}: {row.name}",
        href=url_for("national.policy_version", policy_id=row.id),
        state=choices.title("policy_state", row.state),
        colour=choices.colour("policy_state", row.state),
        effective=formats.day(row.effective_from),
        reason=row.reason,
        proposed=f"Proposed by {people.get(row.proposed_by, 'somebody')} on {formats.day(row.proposed_at)}",
        decided=decided,
        is_in_force=in_force is not None and row.id == in_force.id,
    )


def _lead(*, is_own: bool, is_waiting: bool) -> str:
    if not is_waiting:
        return ""
    if is_own:
        return "You proposed it. Another administrator confirms or refuses it."
    return "It waits for an administrator who did not propose it."
