"""Two allocations side by side under one instance: who gains, who loses, and every level of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from matcher.candidates.graph import CandidateGraph
from matcher.evidence.fairness import Grouping, assess
from matcher.evidence.measures import SMALLER_IS_BETTER, measure
from matcher.evidence.situation import Situation
from matcher.problem.instance import Engagement, Instance
from matcher.problem.policy import LEVELS

TOLERANCE = 1e-9
_COUNTS = ("days", "engagements", "requests_met_in_full", "requests_with_nothing")


class Better(StrEnum):
    """Which of the two does better."""

    FIRST = "first"
    SECOND = "second"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One level in both; every level is compared, whether the ladder asks for it or not."""

    name: str
    first: float
    second: float
    better: Better


@dataclass(frozen=True, slots=True)
class CountChange:
    """A plain count in both."""

    name: str
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class RequestChange:
    """A request that gets other days or other partners; ``gain`` is in days, from first to second."""

    request: str
    region: str
    priority: str
    provider_type: str | None
    days_wanted: int
    days_first: int
    days_second: int
    gain: int
    partners_first: tuple[str, ...]
    partners_second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Days met of a group in both; ``gain`` from first to second."""

    grouping: Grouping
    code: str
    days_wanted: int
    days_first: int
    days_second: int
    gain: int


@dataclass(frozen=True, slots=True)
class PartnerChange:
    """Days given by a partner in both."""

    partner: str
    days_first: int
    days_second: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs; ``unknown_first`` and ``unknown_second`` count engagements left out of the measures,
    because they are no candidates in this instance."""

    levels: tuple[LevelChange, ...]
    counts: tuple[CountChange, ...]
    gainers: tuple[RequestChange, ...]
    losers: tuple[RequestChange, ...]
    swapped: tuple[RequestChange, ...]
    groups: tuple[GroupChange, ...]
    partners: tuple[PartnerChange, ...]
    added: int
    dropped: int
    unknown_first: int
    unknown_second: int


def compare(
    instance: Instance,
    first: Iterable[Engagement],
    second: Iterable[Engagement],
    graph: CandidateGraph | None = None,
) -> Comparison:
    """Both allocations measured under ``instance``."""
    one, first_unknown = _situation(instance, first, graph)
    other, second_unknown = _situation(instance, second, graph)
    changes = [each for each in _request_changes(one, other) if each]
    before, after = one.counts.pairs.keys(), other.counts.pairs.keys()
    return Comparison(
        levels=_level_changes(one, other),
        counts=_count_changes(one, other),
        gainers=_by_gain(each for each in changes if each.gain > 0),
        losers=_by_gain(each for each in changes if each.gain < 0),
        swapped=tuple(each for each in changes if each.gain == 0),
        groups=_group_changes(one, other),
        partners=_partner_changes(one, other),
        added=len(after - before),
        dropped=len(before - after),
        unknown_first=first_unknown,
        unknown_second=second_unknown,
    )


def _situation(
    instance: Instance, engagements: Iterable[Engagement], graph: CandidateGraph | None
) -> tuple[Situation, int]:
    given = tuple(engagements)
    known = tuple(
        each
        for each in given
        if each.total_days > 0
        and each.request in instance.request_index
        and instance.row_of(*each.pair) is not None
    )
    return Situation(instance, known, graph), len(given) - len(known)


def _level_changes(one: Situation, other: Situation) -> tuple[LevelChange, ...]:
    before, after = measure(one.instance, one.counts), measure(other.instance, other.counts)
    return tuple(
        LevelChange(name, float(before[name]), float(after[name]), _better(name, before[name], after[name]))
        for name in LEVELS
    )


def _better(name: str, first: float, second: float) -> Better:
    if abs(first - second) <= TOLERANCE * max(1.0, abs(first), abs(second)):
        return Better.SAME
    is_second = second < first if name in SMALLER_IS_BETTER else second > first
    return Better.SECOND if is_second else Better.FIRST


def _count_changes(one: Situation, other: Situation) -> tuple[CountChange, ...]:
    before, after = measure(one.instance, one.counts), measure(other.instance, other.counts)
    return tuple(CountChange(name, int(before[name]), int(after[name])) for name in _COUNTS)


def _request_changes(one: Situation, other: Situation) -> Iterable[RequestChange | None]:
    before, after = one.counts.teams(), other.counts.teams()
    for request in one.instance.requests:
        first, second = before.get(request.id, ()), after.get(request.id, ())
        days_first = one.counts.days.get(request.id, 0)
        days_second = other.counts.days.get(request.id, 0)
        if first == second and days_first == days_second:
            continue
        yield RequestChange(
            request=request.id,
            region=request.region,
            priority=request.priority,
            provider_type=request.provider_type,
            days_wanted=request.days,
            days_first=days_first,
            days_second=days_second,
            gain=days_second - days_first,
            partners_first=first,
            partners_second=second,
        )


def _by_gain(changes: Iterable[RequestChange]) -> tuple[RequestChange, ...]:
    return tuple(sorted(changes, key=lambda each: (-abs(each.gain), each.request)))


def _group_changes(one: Situation, other: Situation) -> tuple[GroupChange, ...]:
    return tuple(
        GroupChange(
            grouping=before.grouping,
            code=before.code,
            days_wanted=before.days_wanted,
            days_first=before.days_met,
            days_second=after.days_met,
            gain=after.days_met - before.days_met,
        )
        for before, after in zip(assess(one).groups, assess(other).groups, strict=True)
    )


def _partner_changes(one: Situation, other: Situation) -> tuple[PartnerChange, ...]:
    before, after = one.counts.used.sum(axis=1).tolist(), other.counts.used.sum(axis=1).tolist()
    return tuple(
        PartnerChange(partner.id, first, second)
        for partner, first, second in zip(one.instance.partners, before, after, strict=True)
        if first != second
    )
