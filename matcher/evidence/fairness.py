"""Who got how much: coverage of wanted days by region, priority, provider type, severity and waiting.

And the credit that waiting earns in the next round: visible, bounded, the same for all (PRODUCT.md 2.5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.evidence.measures import share_down
from matcher.evidence.situation import Situation
from matcher.problem.instance import Instance, Request

CREDIT_LIMIT = 0.10
CREDIT_PER_ROUND = 0.03
CREDIT_FOR_LAGGING_GROUP = 0.02
LAGGING_BY = 0.10
UNSTATED = "unstated"


class Grouping(StrEnum):
    """What requests are grouped by."""

    REGION = "region"
    PRIORITY = "priority"
    PROVIDER_TYPE = "provider_type"
    SEVERITY = "severity"
    MANDATED = "mandated"
    WAITED = "waited"


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """One group of requests: how many got help, and how much of the wanted days; its floor if it has one."""

    grouping: Grouping
    code: str
    requests: int
    helped: int
    met_in_full: int
    days_wanted: int
    days_met: int
    share: float
    floor: float | None
    days_short_of_floor: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Coverage over all requests and by group; ``worst`` is the least covered region or priority."""

    days_wanted: int
    days_met: int
    share: float
    groups: tuple[GroupCoverage, ...]
    worst: str | None


def assess(situation: Situation) -> Fairness:
    """The fairness of the situation's engagements."""
    instance, days = situation.instance, situation.counts.days
    floors = _floors(instance)
    groups: list[GroupCoverage] = []
    for grouping, code_of in _groupings(situation).items():
        members: dict[str, list[Request]] = {}
        for request in instance.requests:
            members.setdefault(code_of(request), []).append(request)
        groups += [
            _coverage(grouping, code, members[code], days, floors.get((grouping, code)))
            for code in sorted(members)
        ]
    wanted = sum(request.days for request in instance.requests)
    met = sum(days.values())
    bound = [each for each in groups if each.grouping in (Grouping.REGION, Grouping.PRIORITY)]
    worst = min(bound, key=lambda each: (each.share, each.grouping, each.code), default=None)
    return Fairness(
        days_wanted=wanted,
        days_met=met,
        share=_share(met, wanted),
        groups=tuple(groups),
        worst=f"{worst.grouping}:{worst.code}" if worst else None,
    )


def waiting_credit(
    rounds_waited: int,
    group_shares: Mapping[str, float],
    overall_share: float,
    *,
    each_round: float = CREDIT_PER_ROUND,
    each_group: float = CREDIT_FOR_LAGGING_GROUP,
) -> float:
    """The credit 0..0.10 that a request carries into the next round.

    ``each_round`` for each round its requester has waited, ``each_group`` more for each of its groups (region,
    provider type) whose share of wanted days lagged the overall share by a tenth; a tenth at most in all.
    """
    lagging = sum(lags(share, overall_share) for share in group_shares.values())
    credit = each_round * max(rounds_waited, 0) + each_group * lagging
    return round(min(credit, CREDIT_LIMIT), 6)


def lags(share: float, overall_share: float) -> bool:
    """Does a group that got ``share`` of its wanted days lag the overall share by a tenth or more?"""
    return round(overall_share - share, 9) >= LAGGING_BY


def _groupings(situation: Situation) -> dict[Grouping, Callable[[Request], str]]:
    graph = situation.graph
    found: dict[Grouping, Callable[[Request], str]] = {
        Grouping.REGION: lambda request: request.region,
        Grouping.PRIORITY: lambda request: request.priority,
        Grouping.PROVIDER_TYPE: lambda request: request.provider_type or UNSTATED,
        Grouping.SEVERITY: lambda request: str(request.severity),
        Grouping.MANDATED: lambda request: "yes" if request.mandated else "no",
    }
    if graph is not None:
        credit_of = {each.id: each.waiting_credit for each in graph.snapshot.requests}
        found[Grouping.WAITED] = lambda request: "yes" if credit_of[request.id] > 0 else "no"
    return found


def _floors(instance: Instance) -> dict[tuple[Grouping, str], float]:
    floors = {(Grouping.REGION, each.code): each.floor for each in instance.regions}
    return floors | {(Grouping.PRIORITY, each.code): each.floor for each in instance.priorities}


def _coverage(
    grouping: Grouping, code: str, members: list[Request], days: Mapping[str, int], floor: float | None
) -> GroupCoverage:
    wanted = sum(request.days for request in members)
    met = [days.get(request.id, 0) for request in members]
    return GroupCoverage(
        grouping=grouping,
        code=code,
        requests=len(members),
        helped=sum(each > 0 for each in met),
        met_in_full=sum(each == request.days for each, request in zip(met, members, strict=True)),
        days_wanted=wanted,
        days_met=sum(met),
        share=_share(sum(met), wanted),
        floor=floor,
        days_short_of_floor=0 if floor is None else max(0, share_down(floor, wanted) - sum(met)),
    )


def _share(met: int, wanted: int) -> float:
    return round(met / wanted, 6) if wanted else 1.0
