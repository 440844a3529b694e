"""An instance with the engagements that stand on it, as arrays: what a part is cut from to be solved again.

Built once for each run that is asked about. A part frees some requests; all else stays as it is, months included,
so what partners have left is counted by month, and what others score by request.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays, Fixed, Groups, capacity_table
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import Outcome, outcome
from matcher.problem.instance import Engagement, FloatArray, Instance, IntArray


@dataclass(frozen=True, eq=False)
class Settled:
    """``arrays`` are the instance's without its locks; ``engagements`` all that stands, locks among them."""

    instance: Instance
    arrays: CandidateArrays
    engagements: tuple[Engagement, ...]

    @classmethod
    def of(cls, instance: Instance, engagements: Sequence[Engagement]) -> Settled:
        """An instance whose locks are feasible, with engagements that keep its rules."""
        return cls(instance, from_instance(instance), tuple(engagements))

    def ready(self) -> Settled:
        """The same, with all counted that every question needs."""
        self.capacity_without(self.request_of[:0])
        self.places_without(self.request_of[:0])
        self.fixed_without(self.request_of[:0])
        return self

    @cached_property
    def rows(self) -> IntArray:
        """The table row of each engagement, -1 for what is no candidate any more."""
        return self.instance.rows_of(self.engagements)

    @cached_property
    def months(self) -> IntArray:
        """Days of each engagement in each month."""
        table = np.array([each.days for each in self.engagements], dtype=np.int64)
        return table.reshape(len(self.engagements), len(self.instance.months))

    @cached_property
    def position(self) -> IntArray:
        """Where each row of the table stands in ``arrays``, -1 where it cannot be chosen freely."""
        place = np.full(len(self.instance.candidates), -1, dtype=np.int64)
        place[self.arrays.row] = np.arange(len(self.arrays))
        return place

    @cached_property
    def days(self) -> IntArray:
        """Days of every free candidate as they stand."""
        days = np.zeros(len(self.arrays), dtype=np.int64)
        at = np.append(self.position, -1)[self.rows]
        days[at[at >= 0]] = self.months.sum(axis=1)[at >= 0]
        return days

    @cached_property
    def is_locked(self) -> BoolArray:
        """Which engagements are locked."""
        locked = self.instance.locked_pairs
        return np.array([each.pair in locked for each in self.engagements], dtype=np.bool_)

    @cached_property
    def partner_of(self) -> IntArray:
        """The partner of each engagement, by position."""
        index = self.instance.partner_index
        return np.array([index[each.partner] for each in self.engagements], dtype=np.int64)

    @cached_property
    def request_of(self) -> IntArray:
        """The request of each engagement, by position."""
        index = self.instance.request_index
        return np.array([index[each.request] for each in self.engagements], dtype=np.int64)

    @cached_property
    def left(self) -> IntArray:
        """Days of every partner in every month beside all that stands; below 0 where too much does."""
        left = capacity_table(self.instance)
        np.subtract.at(left, self.partner_of, self.months)
        return left

    @cached_property
    def places(self) -> IntArray:
        """Engagements that every partner could still hold in every month, beside all that stands and is free."""
        engaged = np.flatnonzero(self.days)
        return self.arrays.supply.places - self._present(engaged)

    def _present(self, candidates: IntArray) -> IntArray:
        """How many of some candidates occupy each partner in each month."""
        arrays = self.arrays
        steps = np.zeros((arrays.partners, arrays.months + 1), dtype=np.int64)
        np.add.at(steps, (arrays.partner[candidates], arrays.first[candidates]), 1)
        np.subtract.at(steps, (arrays.partner[candidates], arrays.last[candidates] + 1), 1)
        return np.cumsum(steps, axis=1)[:, :-1].astype(np.int64)

    @cached_property
    def _outcome(self) -> Outcome:
        return outcome(self.arrays, self.days)

    @cached_property
    def _by_request(self) -> dict[str, FloatArray]:
        """What each request adds to the levels that add up, by what stands and is free."""
        arrays, count = self.arrays, self.arrays.requests
        result, days = self._outcome, self.days
        gained = arrays.skills.worth * (result.covered & ~arrays.skills.covered)
        value = np.bincount(arrays.request, arrays.day_value * days, count)
        found = {
            "mandated": arrays.demand.severity * result.supported,
            "value": value + np.bincount(arrays.skills.request, gained, count),
            "change": np.bincount(arrays.request, arrays.change * (days > 0), count),
            "travel": np.bincount(arrays.request, arrays.distance_km * days, count),
        }
        return {name: each.astype(float) for name, each in found.items()}

    def capacity_without(self, requests: IntArray) -> IntArray:
        """Days of every partner in every month once some requests' free engagements are given back."""
        given = np.flatnonzero(np.isin(self.request_of, requests) & ~self.is_locked)
        left = self.left.copy()
        np.add.at(left, self.partner_of[given], self.months[given])
        return left

    def places_without(self, requests: IntArray) -> IntArray:
        """Engagements that every month can still hold once some requests' free engagements are given back."""
        engaged = np.flatnonzero(self.days)
        return self.places + self._present(engaged[np.isin(self.arrays.request[engaged], requests)])

    def fixed_without(self, requests: IntArray) -> tuple[Groups, Fixed]:
        """What everything but some requests gives to groups, and scores."""
        arrays, result = self.arrays, self._outcome
        others = np.ones(arrays.requests, dtype=np.bool_)
        others[requests] = False
        groups = arrays.groups
        got = np.where(others, result.days_of_request, 0)
        given = groups.given + arrays.demand.by_group(got, len(groups.wanted))
        sums = {
            name: getattr(arrays.fixed, name) + float(each[others].sum())
            for name, each in self._by_request.items()
        }
        shares = np.append(result.share_of_request[others], arrays.fixed.least_share)
        least = float(shares.min()) if len(shares) else math.inf
        return Groups(groups.wanted, groups.floor, given), Fixed(**sums, least_share=least)
