"""Reads the prices of a solved linear programme: worth of one more day, least cost of a forced pair.

Prices come as plain arrays from whoever solved; nothing is solved here. A price is a slope, not a promise:
where a person will act on it, confirm it by a re-solve with one day more and one day less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.candidates.graph import CandidateGraph
from matcher.problem.instance import FloatArray, Instance, IntArray


@dataclass(frozen=True, eq=False)
class IntervalPrices:
    """Prices (>= 0) of capacity rows: partner position, first and last month, price of a day."""

    partner: IntArray
    first: IntArray
    last: IntArray
    price: FloatArray


@dataclass(frozen=True, slots=True)
class DayWorth:
    """Worth of one more day of a kind of partner in one month: the most, and the mean over them."""

    month: int
    region: str | None
    skill: str | None
    partners: int
    highest: float
    mean: float


def worth_of_days(instance: Instance, prices: IntervalPrices) -> FloatArray:
    """Worth of one more day, shape (partners, months): the prices of all intervals that hold the month."""
    months = len(instance.months)
    steps = np.zeros((len(instance.partners), months + 1))
    np.add.at(steps, (prices.partner, prices.first), prices.price)
    np.add.at(steps, (prices.partner, prices.last + 1), -prices.price)
    worth: FloatArray = np.maximum(np.cumsum(steps, axis=1)[:, :months], 0.0)
    return worth


def summarise(
    instance: Instance, worth: FloatArray, graph: CandidateGraph | None = None
) -> tuple[DayWorth, ...]:
    """Worth by region and month and, where skills are known, by skill and month; highest first."""
    found = [
        DayWorth(month, region, skill, len(members), *_highest_and_mean(worth[members, month]))
        for region, skill, members in _groups(instance, graph)
        for month in range(worth.shape[1])
        if len(members)
    ]
    return tuple(sorted(found, key=_highest_first))


def most_binding(
    instance: Instance, worth: FloatArray, graph: CandidateGraph | None, most: int
) -> tuple[tuple[DayWorth, str], ...]:
    """Every month with a price of the dearest groups of each kind, at most so many groups, each with the partner
    whose day is dearest in it; regions first, the highest first."""
    members = {(region, skill): found for region, skill, found in _groups(instance, graph)}
    dearest = [each for each in summarise(instance, worth, graph) if each.highest > 0]
    named = dict.fromkeys((each.region, each.skill) for each in dearest)
    kept = {
        group
        for is_skill in (False, True)
        for group in [group for group in named if (group[1] is not None) == is_skill][:most]
    }
    chosen = []
    for each in (found for found in dearest if (found.region, found.skill) in kept):
        group = members[each.region, each.skill]
        chosen.append((each, instance.partners[group[np.argmax(worth[group, each.month])]].id))
    return tuple(chosen)


def _groups(
    instance: Instance, graph: CandidateGraph | None
) -> list[tuple[str | None, str | None, IntArray]]:
    return [*_by_region(instance), *(_by_skill(graph) if graph is not None else ())]


def _highest_first(found: DayWorth) -> tuple[bool, float, str, int]:
    return found.skill is not None, -found.highest, found.region or found.skill or "", found.month


def _highest_and_mean(values: FloatArray) -> tuple[float, float]:
    return round(float(values.max()), 6), round(float(values.mean()), 6)


def _by_region(instance: Instance) -> Iterator[tuple[str | None, str | None, IntArray]]:
    homes = np.array([partner.region for partner in instance.partners], dtype=object)
    for region in instance.regions:
        yield region.code, None, np.flatnonzero(homes == region.code).astype(np.int64)


def _by_skill(graph: CandidateGraph) -> Iterator[tuple[str | None, str | None, IntArray]]:
    holders: dict[str, list[int]] = {}
    for position, partner in enumerate(graph.snapshot.partners):
        for held in partner.skills:
            holders.setdefault(held.skill, []).append(position)
    for skill in sorted(holders):
        yield None, skill, np.array(holders[skill], dtype=np.int64)
