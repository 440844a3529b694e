"""What a version of the policy says, value by value in words, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.services.policies import Settings
from webapp.services.service_rules import PriorityDates, Reserve, ServiceRules
from webapp.ui import formats, ladder

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


def grouped(found: Iterable[Value]) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    """The values under the heading of their group, as the page shows them."""
    groups: dict[str, list[Value]] = {}
    for each in found:
        groups.setdefault(each.group, []).append(each)
    return tuple((title, tuple(lines)) for title, lines in groups.items())


def _floor(share: float) -> str:
    return _percent(share) if share else "None"


def _percent(share: float) -> str:
    return f"{round(share * 100, 4):g}%"
