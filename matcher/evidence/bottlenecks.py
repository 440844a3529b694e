"""Sets of requests whose common candidates have too few days: certificates that anyone can add up.

A cut comes from the largest flow of days from partner-months to requests, every other rule left out: the
requests that are still short, with all that share their candidates' days, want more days than those
candidates have. Blocks, teams and concurrency can only make it worse, so a cut is certain. Its requests fall
into separate sets where no partner-month joins them.

Where days are scarce everywhere, one cut holds nearly everyone. What to recruit shows when only candidates
count who cover an essential skill: the set with the least share of its wanted days comes first, then the most
starved of the rest once those days are counted out, and so on. Groups (a topic in a region, a skill) are
tested on their own: days wanted against all days that their candidates have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matcher.candidates.graph import CandidateGraph
from matcher.evidence.day_network import DayNetwork, peel
from matcher.problem.instance import Instance, IntArray

_PEELED = 12
_SHOWN = 8


class BottleneckKind(StrEnum):
    """How the set of requests was found."""

    CUT = "cut"
    STARVED = "starved"
    REGION = "region"
    TOPIC = "topic"
    TOPIC_IN_REGION = "topic_in_region"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class PartnerDays:
    """Days that a partner has in the months that count."""

    partner: str
    days: int


@dataclass(frozen=True, slots=True)
class WantedDays:
    """Days wanted of a skill or in a region, rounded to whole days."""

    code: str
    days: int


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A set of requests that wants ``days_wanted`` where all its candidates together have ``days_available``.

    ``partners`` lists those candidates with days; their days add to ``days_available``. ``skills`` says which
    skills make up the wanted days, most first, by the weights of the requests; ``regions`` where they are.
    """

    kind: BottleneckKind
    region: str | None
    topic: str | None
    skill: str | None
    requests: tuple[str, ...]
    partners: tuple[PartnerDays, ...]
    days_wanted: int
    days_available: int
    days_short: int
    skills: tuple[WantedDays, ...]
    regions: tuple[WantedDays, ...]


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """All cuts and all groups that are too thin, most days short first.

    ``days_deliverable`` is the most that could be delivered if only days and windows counted. ``starved``
    holds the sets short of candidates who cover an essential skill (any skill, where none is essential), the
    least share of wanted days first; the days of one set are not counted in the next.
    """

    days_wanted: int
    days_deliverable: int
    cuts: tuple[Bottleneck, ...]
    starved: tuple[Bottleneck, ...]
    groups: tuple[Bottleneck, ...]


def find_bottlenecks(instance: Instance, graph: CandidateGraph | None = None) -> Bottlenecks:
    """The bottlenecks of an instance, whatever was allocated; topics need the graph's snapshot."""
    network = DayNetwork.of(instance)
    cut = network.smallest_cut()
    cuts = [_bottleneck(instance, network, each, BottleneckKind.CUT) for each in network.parts(cut.requests)]
    starved = [
        _bottleneck(instance, each.network, each.requests, BottleneckKind.STARVED)
        for each in peel(DayNetwork.of(instance, is_skilled=True), _PEELED)
    ]
    groups = [
        found
        for kind, names, members in _groups(instance, graph)
        if (found := _bottleneck(instance, network, members, kind, **names)).days_short > 0
    ]
    return Bottlenecks(
        days_wanted=int(network.wanted.sum()),
        days_deliverable=cut.delivered,
        cuts=tuple(sorted(cuts, key=_most_short_first)),
        starved=tuple(starved),
        groups=tuple(sorted(groups, key=_most_short_first)),
    )


def _most_short_first(found: Bottleneck) -> tuple[int, str, tuple[str, ...]]:
    return -found.days_short, found.kind, found.requests


def _bottleneck(
    instance: Instance,
    network: DayNetwork,
    members: IntArray,
    kind: BottleneckKind,
    *,
    region: str | None = None,
    topic: str | None = None,
    skill: str | None = None,
) -> Bottleneck:
    days = network.days_of_partners(members)
    wanted = int(network.wanted[members].sum())
    requests = [instance.requests[each] for each in members]
    return Bottleneck(
        kind=kind,
        region=region,
        topic=topic,
        skill=skill,
        requests=tuple(request.id for request in requests),
        partners=tuple(
            PartnerDays(instance.partners[each].id, int(days[each])) for each in np.flatnonzero(days)
        ),
        days_wanted=wanted,
        days_available=int(days.sum()),
        days_short=wanted - int(days.sum()),
        skills=_most_wanted((each.skill, each.weight * r.days) for r in requests for each in r.skills),
        regions=_most_wanted((request.region, request.days) for request in requests),
    )


def _most_wanted(shares: Iterable[tuple[str, float]]) -> tuple[WantedDays, ...]:
    days: dict[str, float] = {}
    for code, share in shares:
        days[code] = days.get(code, 0.0) + share
    ordered = sorted((WantedDays(code, round(total)) for code, total in days.items()), key=_most_days_first)
    return tuple(each for each in ordered[:_SHOWN] if each.days)


def _most_days_first(wanted: WantedDays) -> tuple[int, str]:
    return -wanted.days, wanted.code


def _groups(
    instance: Instance, graph: CandidateGraph | None
) -> Iterable[tuple[BottleneckKind, dict[str, str], IntArray]]:
    """Requests by region, by essential skill and, where topics are known, by topic and topic in a region."""
    members: dict[tuple[BottleneckKind, tuple[tuple[str, str], ...]], list[int]] = {}
    for position, request in enumerate(instance.requests):
        keys: list[tuple[BottleneckKind, tuple[tuple[str, str], ...]]] = [
            (BottleneckKind.REGION, (("region", request.region),))
        ]
        keys += [
            (BottleneckKind.SKILL, (("skill", each.skill),)) for each in request.skills if each.essential
        ]
        topic = graph.snapshot.request_by_id[request.id].topic if graph else None
        if topic is not None:
            keys.append((BottleneckKind.TOPIC, (("topic", topic),)))
            keys.append((BottleneckKind.TOPIC_IN_REGION, (("region", request.region), ("topic", topic))))
        for key in keys:
            members.setdefault(key, []).append(position)
    for (kind, names), positions in sorted(members.items()):
        yield kind, dict(names), np.array(positions, dtype=np.int64)
