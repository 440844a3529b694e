"""Candidates as parallel arrays: what solvers read.

Locks are taken off before anything is built: an allocation is the locks plus whole days on the candidates
that are left, so nothing below this module needs to know about locks or prohibitions. The same type holds a
*neighbourhood* (some requests free, all else fixed), because fixing an engagement is locking it.

Symbols: P partners, R requests, S required skills (request by request), M months, G groups (priorities, then
regions), E candidates; ``d[e]`` is ``days[candidate]`` and ``y[e]`` is ``engaged[candidate]``; lo and hi are
``low`` and ``high``, a and b are ``first`` and ``last``, theta is the mandated share, k is ``team``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from matcher.problem.instance import FloatArray, Instance, IntArray, SmallIntArray

BoolArray = NDArray[np.bool_]

#: Stands for "no rule" in concurrency and for intervals that end before they start.
UNLIMITED = 1 << 40


def same(number: float, count: int) -> FloatArray:
    """One number for each of many, in the memory of one, to be read only."""
    return np.broadcast_to(np.float64(number), count)


def same_of(column: FloatArray) -> float | None:
    """The number of a column that ``same`` made; None for any other."""
    return float(column[0]) if column.strides == (0,) and len(column) else None


@dataclass(frozen=True, eq=False)
class Supply:
    """What partners have left. ``interval_days[p, i, j]`` are the days of months i to j (``UNLIMITED`` where
    j < i), ``places[p, m]`` the engagements that month m can still hold."""

    interval_days: IntArray
    places: IntArray


@dataclass(frozen=True, eq=False)
class Demand:
    """What requests still want, and what fixed engagements already gave them. All arrays have length R.

    ``days`` and ``team`` are what is left; ``wanted`` the days asked for; ``fit_days`` the fit-weighted days
    already given; ``support_days`` the days still missing for mandated support (0 or less: reached),
    ``mandated`` whether the request counts there, ``engaged`` whether a fixed engagement serves it.
    ``priority`` and ``region`` are positions among the G groups.
    """

    days: IntArray
    team: IntArray
    wanted: IntArray
    weight: FloatArray
    severity: IntArray
    mandated: BoolArray
    support_days: IntArray
    fit_days: FloatArray
    engaged: BoolArray
    priority: IntArray
    region: IntArray

    def by_group(self, days: IntArray, groups: int) -> IntArray:
        """Days of requests (R) added up by group (G): each counts for its priority and for its region."""
        total = np.bincount(self.priority, days, groups) + np.bincount(self.region, days, groups)
        return total.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Skills:
    """Required skills, length S: the request, the worth of cover, and whether a fixed engagement covers it."""

    request: IntArray
    worth: FloatArray
    essential: BoolArray
    covered: BoolArray


@dataclass(frozen=True, eq=False)
class Groups:
    """Priorities then regions, length G: wanted days, floor in whole days, days given by what is fixed."""

    wanted: IntArray
    floor: IntArray
    given: IntArray


@dataclass(frozen=True)
class Fixed:
    """What all fixed engagements score, request by request, on the levels that add up; and the least
    fit-weighted share among requests that are fixed entirely (infinite where there is none)."""

    mandated: float = 0.0
    value: float = 0.0
    change: float = 0.0
    travel: float = 0.0
    least_share: float = math.inf


@dataclass(frozen=True, eq=False)
class CandidateArrays:
    """The free candidates, sorted by (request, partner), with the demand and supply that are left for them.

    ``row`` is the row in the instance's candidate table. ``change`` is what engaging adds to the number of
    changes against the previous plan: -1 where the pair was in it, +1 where not, 0 without a previous plan.
    ``cover_candidate`` and ``cover_skill`` list which candidate covers which required skill, by candidate.
    """

    row: SmallIntArray | IntArray
    partner: IntArray
    request: IntArray
    first: IntArray
    last: IntArray
    low: IntArray
    high: IntArray
    fit: FloatArray
    day_value: FloatArray
    distance_km: FloatArray
    change: FloatArray
    cover_candidate: SmallIntArray | IntArray
    cover_skill: IntArray
    supply: Supply
    demand: Demand
    skills: Skills
    groups: Groups
    fixed: Fixed
    essential_is_hard: bool

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def cover_start(self) -> SmallIntArray:
        """Length E + 1: where each candidate's part of ``cover_skill`` begins."""
        numbers = np.arange(len(self) + 1, dtype=self.cover_candidate.dtype)
        return np.searchsorted(self.cover_candidate, numbers).astype(np.int32)

    @property
    def months(self) -> int:
        return int(self.supply.places.shape[1])

    @property
    def partners(self) -> int:
        return int(self.supply.places.shape[0])

    @property
    def requests(self) -> int:
        return len(self.demand.days)


@dataclass(frozen=True, eq=False)
class Spans:
    """First and last month in which each candidate occupies its partner; ``first > last`` where none."""

    first: IntArray
    last: IntArray


def capacity_table(instance: Instance) -> IntArray:
    """Whole days of each partner in each month, P x M, as the instance gives them."""
    table = np.array([partner.capacity for partner in instance.partners], dtype=np.int64)
    return table.reshape(len(instance.partners), len(instance.months))


def spans(instance: Instance) -> Spans:
    """Spans of all rows of the candidate table, from the instance's own capacity (before locks)."""
    open_months = capacity_table(instance) > 0
    months = open_months.shape[1]
    numbers = np.arange(months)
    following = np.where(open_months, numbers, months)
    following = np.minimum.accumulate(following[:, ::-1], axis=1)[:, ::-1]
    preceding = np.maximum.accumulate(np.where(open_months, numbers, -1), axis=1)
    windows = np.array([request.window for request in instance.requests], dtype=np.int64).reshape(-1, 2)
    table = instance.candidates
    row = table.partner * months
    first = np.take(following, row + windows[table.request, 0])
    last = np.take(preceding, row + windows[table.request, 1])
    return Spans(first=first.astype(np.int64, copy=False), last=last.astype(np.int64, copy=False))


def interval_days(capacity: IntArray) -> IntArray:
    """Days of months i to j for each partner: P x M x M, ``UNLIMITED`` below the diagonal."""
    partners, months = capacity.shape
    total = np.concatenate((np.zeros((partners, 1), dtype=np.int64), np.cumsum(capacity, axis=1)), axis=1)
    table = total[:, None, 1:] - total[:, :months, None]
    table[:, np.tril(np.ones((months, months), dtype=bool), -1)] = UNLIMITED
    return np.ascontiguousarray(table)


@lru_cache(maxsize=4096)
def share_of_days(share: float, days: int, *, round_up: bool) -> int:
    """A share of whole days, rounded exactly (the share is read as the decimal that was written)."""
    exact = Fraction(str(share)) * days
    return math.ceil(exact) if round_up else math.floor(exact)


def least_room(arrays: CandidateArrays) -> IntArray:
    """Most days that each candidate could hold alone: by capacity, demand, team and concurrency."""
    supply, demand = arrays.supply, arrays.demand
    span = (arrays.partner * arrays.months + arrays.first) * arrays.months + arrays.last
    days = np.minimum(arrays.high, np.take(supply.interval_days, span))
    days = np.minimum(days, demand.days[arrays.request])
    has_place = np.take(least_places(supply.places) > 0, span)
    return np.where((demand.team > 0)[arrays.request] & has_place, days, 0)


def least_places(places: IntArray) -> IntArray:
    """Fewest engagements that any of months i to j can still hold: P x M x M, ``UNLIMITED`` below the diagonal."""
    months = places.shape[1]
    table = np.repeat(places[:, None, :], months, axis=1)
    table[:, np.tril(np.ones((months, months), dtype=bool), -1)] = UNLIMITED
    least: IntArray = np.minimum.accumulate(table, axis=2, out=table)
    return least
