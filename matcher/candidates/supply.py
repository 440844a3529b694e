"""What a round asks for beside what its candidates have, before anything is solved.

For each topic, skill, region and month: days asked for, and days of the partners who could help at least one of
its requests. A partner's days count in every group they could help, so what is there is an upper bound: where
more is asked for than there is, somebody will go short whatever a solver does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.columns import CODES, PartnerColumns
from matcher.candidates.eligibility import are_interests_stale
from matcher.problem.instance import IntArray
from matcher.problem.partners import Release
from matcher.problem.requests import SupportRequest
from matcher.problem.snapshot import Snapshot

FEW = 2
"""A request with this many candidates or fewer hangs by a thread."""
NO_TOPIC = "none"


@dataclass(frozen=True, slots=True)
class Group:
    """A topic, skill or region: its requests, days asked for and days there are, in all and by month."""

    code: str
    requests: int
    wanted: int
    available: int
    wanted_by_month: tuple[int, ...]
    available_by_month: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Thin:
    """A request with few candidates; ``reason`` is the rule that bars most partners with a close skill."""

    request: str
    candidates: int
    reason: str


@dataclass(frozen=True, slots=True)
class Unoffered:
    """A skill that nobody holds at ``level`` or above, the least that ``requests`` ask for."""

    skill: str
    level: int
    requests: tuple[str, ...]
    days: int


@dataclass(frozen=True, slots=True)
class Supply:
    """All of it; partners by id where their interests are stale or their release is missing."""

    months: tuple[str, ...]
    topics: tuple[Group, ...]
    skills: tuple[Group, ...]
    regions: tuple[Group, ...]
    whole: Group
    thin: tuple[Thin, ...]
    unoffered: tuple[Unoffered, ...]
    stale: tuple[str, ...]
    unreleased: tuple[str, ...]


class _Tally:
    """Days asked for, and which partners could help, of one group."""

    def __init__(self, partners: int, months: int) -> None:
        self.requests = 0
        self.wanted = np.zeros(months, dtype=np.float64)
        self.helpers: NDArray[np.bool_] = np.zeros(partners, dtype=np.bool_)

    def add(self, by_month: NDArray[np.float64], helpers: NDArray[np.bool_]) -> None:
        self.requests += 1
        self.wanted += by_month
        self.helpers |= helpers


def supply(snapshot: Snapshot) -> Supply:
    """Count a snapshot. Locks play no part: what they hold is asked for as well."""
    plain = replace(snapshot.canonical(), locked=())
    columns = PartnerColumns(plain)
    tallies: dict[tuple[str, str], _Tally] = defaultdict(
        lambda: _Tally(len(plain.partners), len(plain.months))
    )
    thin: list[Thin] = []
    for request in plain.requests:
        codes = columns.codes(request)
        helpers = np.asarray(codes == 0)
        by_month = _spread(request, len(plain.months))
        tallies["whole", "all"].add(by_month, helpers)
        tallies["topic", request.topic or NO_TOPIC].add(by_month, helpers)
        tallies["region", request.region].add(by_month, helpers)
        for wanted in request.skills:
            able = helpers & columns.skills.answer(wanted).covers
            tallies["skill", wanted.skill].add(by_month * wanted.weight, able)
        if int(helpers.sum()) <= FEW:
            thin.append(Thin(request.id, int(helpers.sum()), _main_reason(codes)))
    capacity = np.array([each.capacity for each in plain.partners], dtype=np.int64).reshape(
        len(plain.partners), len(plain.months)
    )
    groups = {key: _group(key[1], tally, capacity) for key, tally in sorted(tallies.items())}
    months = plain.policy.stale_interest_months
    return Supply(
        months=plain.months,
        topics=_of(groups, "topic"),
        skills=_of(groups, "skill"),
        regions=_of(groups, "region"),
        whole=groups.get(("whole", "all"), _group("all", _Tally(0, len(plain.months)), capacity[:0])),
        thin=tuple(sorted(thin, key=lambda each: (each.candidates, each.request))),
        unoffered=tuple(_unoffered(plain, columns)),
        stale=tuple(each.id for each in plain.partners if are_interests_stale(each, plain.as_of, months)),
        unreleased=tuple(each.id for each in plain.partners if each.release is Release.MISSING),
    )


def _spread(request: SupportRequest, months: int) -> NDArray[np.float64]:
    first, last = request.window
    by_month = np.zeros(months, dtype=np.float64)
    by_month[first : last + 1] = request.days / (last - first + 1)
    return by_month


def _main_reason(codes: NDArray[np.int8]) -> str:
    """The rule that bars most of those who have a close skill; nothing where nobody has one."""
    barred = codes[codes > 1]
    if not len(barred):
        return str(CODES[0])
    return str(CODES[int(np.bincount(barred).argmax()) - 1])


def _group(code: str, tally: _Tally, capacity: IntArray) -> Group:
    available = capacity[tally.helpers].sum(axis=0)
    return Group(
        code=code,
        requests=tally.requests,
        wanted=round(float(tally.wanted.sum())),
        available=int(available.sum()),
        wanted_by_month=tuple(round(float(days)) for days in tally.wanted),
        available_by_month=tuple(int(days) for days in available),
    )


def _of(groups: dict[tuple[str, str], Group], kind: str) -> tuple[Group, ...]:
    return tuple(group for (each, _), group in groups.items() if each == kind)


def _unoffered(snapshot: Snapshot, columns: PartnerColumns) -> Iterator[Unoffered]:
    asking: dict[str, list[SupportRequest]] = defaultdict(list)
    least: dict[str, int] = {}
    for request in snapshot.requests:
        for wanted in request.skills:
            if not columns.skills.answer(wanted).covers.any():
                asking[wanted.skill].append(request)
                least[wanted.skill] = min(wanted.level, least.get(wanted.skill, wanted.level))
    for skill, requests in sorted(asking.items()):
        days = sum(request.days for request in requests)
        yield Unoffered(skill, least[skill], tuple(each.id for each in requests), days)
