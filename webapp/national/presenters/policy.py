"""Policy versions: the list, one version with what differs from the one in force, and days held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Action
from webapp.services.policies import Policy, Settings
from webapp.services.service_rules import PriorityDates, Reserve, ServiceRules
from webapp.ui import choices, formats, ladder
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.fields import Choice
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter

SWITCHES = {
    "essential_is_hard": "Essential skills must be covered",
    "missing_release_blocks": "A missing release blocks matching",
    "same_icb_allowed": "Partners of the same integrated care board",
    "paid_offers_allowed": "Paid commercial offers",
}
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a version in words."""

    group: str
    label: str
    shown: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs between two versions."""

    group: str
    label: str
    before: str
    after: str


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
            lambda line: line.number,
            lambda line: line.title,
            link=lambda line: line.href,
        ),
        Column("name", "Name", lambda line: line.name, only_file=True),
        Column(
            "state",
            "State",
            lambda line: "In force" if line.is_in_force else line.state,
            tag=lambda line: "green" if line.is_in_force else line.colour,
        ),
        Column("effective", "In force from", lambda line: line.starts, lambda line: line.effective),
        Column("reason", "Reason", lambda line: line.reason, sortable=False),
        Column("proposed", "Proposed", lambda line: line.proposed, sortable=False),
        Column("decided", "Decided", lambda line: line.decided, sortable=False),
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
        values=_grouped(values(settings, words)) if settings else (),
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
        values=_grouped(values(settings, words)),
        reserves=held_lines(settings.rules, words),
        decide=url_for("national.decide_policy", policy_id=row.id) if decides else "",
        new_from=url_for("national.new_policy", version=row.number)
        if matrix.opens(actor, Action.POLICY_PROPOSE)
        else "",
    )


def differences(before: Settings, after: Settings, words: Words) -> tuple[Difference, ...]:
    """Every value that is not the same, in the order of the page."""
    old = {(each.group, each.label): each.shown for each in values(before, words)}
    new = {(each.group, each.label): each.shown for each in values(after, words)}
    keys = [*new, *(key for key in old if key not in new)]
    pairs = ((key, old.get(key, "Not there"), new.get(key, "Not there")) for key in keys)
    return tuple(Difference(*key, then, now) for key, then, now in pairs if then != now)


def values(settings: Settings, words: Words) -> list[Value]:
    """Everything that a version says, in words."""
    matching, rules = settings.matching, settings.rules
    found = [
        Value("Priority weights", words.get(each.code, each.code), f"{each.weight:g}")
        for each in matching.priorities
    ]
    found += [
        Value("Floors of priorities", words.get(each.code, each.code), _floor(each.floor))
        for each in matching.priorities
    ]
    found += [
        Value("Floors of regions", words.get(each.code, each.code), _floor(each.floor))
        for each in matching.regions
    ]
    places = {name: str(place) for place, name in enumerate(matching.ladder, start=1)}
    found += [
        Value("Order of the levels", ladder.LEVELS[name].title, places.get(name, "Not used"))
        for name in (*matching.ladder, *(each for each in ladder.LEVELS if each not in places))
    ]
    found += [
        Value("Score", part.title, _percent(getattr(matching.score_weights, name)))
        for name, part in ladder.SCORE_PARTS.items()
    ]
    return [*found, *_other(settings), *_held(rules, words), *_dates(rules)]


def held_lines(rules: ServiceRules, words: Words) -> tuple[str, ...]:
    """Each reserve as a sentence."""
    return tuple(f"{_amount(each)} {_where(each, words)}." for each in rules.reserves)


def months(first: str, named: Iterable[str]) -> list[Choice]:
    """The months a reserve may last until: two years from ``first``, and those that are named already."""
    start = int(first[:4]) * 12 + int(first[5:]) - 1
    coming = {f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(start, start + 24)}
    return [Choice(month, formats.month(month)) for month in sorted(coming | set(named))]


def _other(settings: Settings) -> list[Value]:
    matching, rules, group = settings.matching, settings.rules, "Caps and other values"
    found = [
        Value("By the requester's own rank", f"Request {rank}", _percent(each))
        for rank, each in enumerate(matching.rank_factors, start=1)
    ]
    found += [
        Value(group, "Share of the days that mandated support must get", _percent(matching.mandated_share)),
        Value(group, "Bonus for covering a skill", f"{matching.skill_bonus:g}"),
        Value(group, "Fit below which a match is flagged", f"{matching.low_fit:g}"),
        Value(group, "Least fit for a match", f"{matching.least_fit:g}" if matching.least_fit else "None"),
        Value(group, "Interests are stale after", formats.plural(matching.stale_interest_months, "month")),
        Value(group, "Most engagements of one organisation at a time", str(rules.beneficiary_cap)),
        Value(group, "An offer lapses after", formats.plural(rules.lapse_working_days, "working day")),
        Value(group, "Credit for each round waited", _percent(rules.waiting_credit_each_round)),
        Value(
            group, "Credit for a region or type of provider left behind", _percent(rules.lagging_group_credit)
        ),
    ]
    return found + [
        Value("Switches", title, "Yes" if getattr(matching, name) else "No")
        for name, title in SWITCHES.items()
    ]


def _held(rules: ServiceRules, words: Words) -> list[Value]:
    return [Value("Days held back", _where(each, words), _amount(each)) for each in rules.reserves]


def _dates(rules: ServiceRules) -> list[Value]:
    return [Value("Dates of priorities", each.label, _period(each)) for each in rules.priority_dates]


def _period(each: PriorityDates) -> str:
    first = f"from {formats.day(each.valid_from)}" if each.valid_from else "from the start"
    return f"{first} to {formats.day(each.valid_to)}" if each.valid_to else f"{first} on"


def _amount(each: Reserve) -> str:
    if each.days_each_month is not None:
        return f"{formats.days(each.days_each_month)} a month"
    return f"{_percent(each.share or 0.0)} of the free days"


def _where(each: Reserve, words: Words) -> str:
    region = words.get(each.region or "", each.region or "")
    priority = words.get(each.priority or "", each.priority or "")
    place = f"in {region}" if region else "in all regions"
    purpose = f"held for {priority.lower()}" if priority else "held for later waves"
    return f"{place} {purpose} until the end of {formats.month(each.until)}"


def _weights(settings: Settings, words: Words) -> BarChart:
    rows = [
        (words.get(each.code, each.code), each.weight, f"{each.weight:g}")
        for each in settings.matching.priorities
    ]
    return bar_chart("Weights of the priorities", rows)


def _grouped(found: Iterable[Value]) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    groups: dict[str, list[Value]] = {}
    for each in found:
        groups.setdefault(each.group, []).append(each)
    return tuple((title, tuple(lines)) for title, lines in groups.items())


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


def _floor(share: float) -> str:
    return _percent(share) if share else "None"


def _percent(share: float) -> str:
    return f"{round(share * 100, 4):g}%"
