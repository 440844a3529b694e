"""What an allocation adds up to, recomputed from the rows of the instance and from nothing a solver said.

``tally`` counts days, teams, covered skills and the load of each partner; ``measure`` scores every level that
an instance can ask for (MODEL.md section 4), and some plain counts for people.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from matcher.problem.instance import Engagement, Instance, IntArray, Request

SMALLER_IS_BETTER: Final = frozenset({"floors", "change", "travel"})

Pair = tuple[str, str]


@dataclass
class Tally:
    """Counts over engagements of known candidates, pairs written (partner, request).

    ``used`` and ``load`` are partners by months: days, and engagements under way at once.
    """

    used: IntArray
    load: IntArray
    pairs: dict[Pair, Engagement] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    team: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    fit_days: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    covered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    kilometre_days: float = 0.0

    def teams(self) -> dict[str, tuple[str, ...]]:
        """The partners on each request that has any, by id in order."""
        found: dict[str, list[str]] = defaultdict(list)
        for partner, request in self.pairs:
            found[request].append(partner)
        return {request: tuple(sorted(partners)) for request, partners in found.items()}


def tally(instance: Instance, engagements: Iterable[Engagement]) -> Tally:
    """Count engagements, each of which must be a candidate with a whole number of days for each month."""
    shape = (len(instance.partners), len(instance.months))
    counts = Tally(used=np.zeros(shape, np.int64), load=np.zeros(shape, np.int64))
    for engagement in engagements:
        row = instance.row_of(*engagement.pair)
        if row is None:
            raise KeyError(f"{engagement.partner} is no candidate for {engagement.request}")
        candidate = instance.candidate(row)
        counts.pairs[engagement.pair] = engagement
        counts.days[engagement.request] += engagement.total_days
        counts.team[engagement.request] += 1
        counts.fit_days[engagement.request] += candidate.fit * engagement.total_days
        counts.covered[engagement.request].update(candidate.covers)
        counts.kilometre_days += candidate.distance_km * engagement.total_days
        at = instance.partner_index[engagement.partner]
        counts.used[at] += engagement.days
        first, last = span(instance, engagement)
        counts.load[at, first : last + 1] += 1
    return counts


def span(instance: Instance, engagement: Engagement) -> tuple[int, int]:
    """First and last month of the request's window in which the partner has capacity; (0, -1) if in none."""
    first, last = instance.requests[instance.request_index[engagement.request]].window
    capacity = instance.partners[instance.partner_index[engagement.partner]].capacity
    months = [month for month in range(first, last + 1) if capacity[month] > 0]
    return (months[0], months[-1]) if months else (0, -1)


def share_up(share: float, days: int) -> int:
    """A share of whole days, rounded up exactly as the share is written."""
    return math.ceil(Fraction(str(share)) * days)


def share_down(share: float, days: int) -> int:
    """A share of whole days, rounded down exactly as the share is written."""
    return math.floor(Fraction(str(share)) * days)


def measure(instance: Instance, counts: Tally) -> dict[str, float]:
    """Every level and some counts, by name."""
    wanted = {request.id: request.days for request in instance.requests}
    got = {request.id: counts.days.get(request.id, 0) for request in instance.requests}
    return {
        "mandated": sum(r.severity for r in instance.requests if _is_mandate_met(instance, counts, r)),
        "floors": _floor_shortfall(instance, counts),
        "worst_group": min(group_shares(instance, counts).values(), default=0.0),
        "worst_request": min((counts.fit_days.get(r, 0.0) / wanted[r] for r in wanted), default=0.0),
        "value": _value(instance, counts),
        "change": _changed_pairs(instance, counts),
        "travel": counts.kilometre_days,
        "days": sum(got.values()),
        "engagements": len(counts.pairs),
        "requests_met_in_full": sum(got[request] == wanted[request] for request in wanted),
        "requests_with_nothing": sum(days == 0 for days in got.values()),
    }


def group_shares(instance: Instance, counts: Tally) -> dict[Pair, float]:
    """Met share of the wanted days of each group that has any, keyed ("priority" or "region", code)."""
    wanted, got = days_of_groups(instance, counts)
    return {group: got[group] / wanted[group] for group in sorted(wanted)}


def days_of_groups(instance: Instance, counts: Tally) -> tuple[Mapping[Pair, int], Mapping[Pair, int]]:
    """Days wanted and days met of each group, keyed ("priority" or "region", code)."""
    wanted: dict[Pair, int] = defaultdict(int)
    got: dict[Pair, int] = defaultdict(int)
    for request in instance.requests:
        for group in (("priority", request.priority), ("region", request.region)):
            wanted[group] += request.days
            got[group] += counts.days.get(request.id, 0)
    return wanted, got


def _is_mandate_met(instance: Instance, counts: Tally, request: Request) -> bool:
    if not request.mandated:
        return False
    essential = {skill.skill for skill in request.skills if skill.essential}
    enough = counts.days.get(request.id, 0) >= share_up(instance.mandated_share, request.days)
    return enough and essential <= counts.covered.get(request.id, set())


def _floor_shortfall(instance: Instance, counts: Tally) -> int:
    wanted, got = days_of_groups(instance, counts)
    floors = [(("priority", priority.code), priority.floor) for priority in instance.priorities]
    floors += [(("region", region.code), region.floor) for region in instance.regions]
    return sum(max(0, share_down(floor, wanted[group]) - got[group]) for group, floor in floors)


def _value(instance: Instance, counts: Tally) -> float:
    total = 0.0
    for request in instance.requests:
        covered = counts.covered.get(request.id, set())
        skills = sum(skill.weight for skill in request.skills if skill.skill in covered)
        bonus = instance.skill_bonus * request.days * skills
        total += (
            instance.weights[request.priority]
            * request.severity
            * (counts.fit_days.get(request.id, 0.0) + bonus)
        )
    return total


def _changed_pairs(instance: Instance, counts: Tally) -> int:
    """Engagements added or dropped against the previous ones; none if there were none."""
    previous = {engagement.pair for engagement in instance.previous}
    return len(previous ^ counts.pairs.keys()) if previous else 0
