"""Neighbourhood search: free a few requests that share partners, solve them exactly, keep what is better.

Which requests are freed is drawn from a fixed seed, by what each loses against the relaxation; the levels held
are rows of every sub-programme, so no step can ever give them up. Rounds are counted, never timed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.backends import ExactSolver, Limits, highs_exact
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold, Targets, formulate
from matcher.allocation.neighbourhoods import Neighbourhood, around
from matcher.allocation.objectives import LEVELS, measure, outcome
from matcher.allocation.programme import assemble, exact_columns, with_links
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room, keeps_essentials
from matcher.problem.instance import FloatArray, IntArray

_SEED = 20_261_122
_NODES = 100
_SECONDS = 30.0
_BETTER = 1e-9
_STEP = 1e-5


@dataclass(frozen=True)
class Style:
    """How a search moves: requests freed at first and at most, candidates of each, gap of sub-programmes."""

    free: int = 40
    most_free: int = 90
    most_candidates: int = 600
    near: int = 14
    gap: float = 5e-4


@dataclass(frozen=True)
class Aim:
    """What a step is for: the level, what is held, and targets where there are any.

    With targets a step maximises value less what is missing to them; a ``guarded`` level is not made worse.
    """

    level: str
    held: Sequence[Hold]
    targets: Targets | None = None
    guarded: bool = True

    @property
    def driver(self) -> str:
        """The level in the objective of a step."""
        return self.level if self.targets is None else "value"


@dataclass
class Search:
    """Improves ``room`` on one level with the levels before it held.

    ``targets`` (worst group, worst request) let a step count that brings the many below the target nearer, as
    long as the worst itself is not made worse (unless not ``guarded``: days that do not yet keep what is held).
    ``losses`` tells how much of the gap each request is good for at given days, where something knows; another
    ``seed`` looks at other neighbourhoods.
    """

    room: Room
    level: str
    held: Sequence[Hold]
    relaxation: Relaxation | None
    style: Style = field(default_factory=Style)
    targets: Targets | None = None
    guarded: bool = True
    losses: Callable[[IntArray], FloatArray] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        arrays = self.room.arrays
        self.near = near_candidates(arrays, self.relaxation, self.style.near)
        self.random = np.random.default_rng(
            [_SEED + self.seed, len(self.held), sorted(LEVELS).index(self.level)]
        )
        kept = np.flatnonzero(self.near | (self.room.days > 0))
        ones = np.ones(len(kept), dtype=np.int8)
        shape = (arrays.requests, arrays.partners)
        self._partners_of = sparse.csr_matrix(
            (ones, (arrays.request[kept], arrays.partner[kept])), shape=shape
        )
        self._requests_of = self._partners_of.T.tocsr()
        self._aim = Aim(self.level, self.held, self.targets, self.guarded)
        self._names = sorted({self.level, self._aim.driver, *(hold.name for hold in self.held)})
        self._free = min(self.style.free, arrays.requests)
        self._weights = self._losses()
        self._effort: Effort | None = None

    def run(
        self, effort: Effort, most: int, done: Callable[[float], bool], counted_as: str | None = None
    ) -> float:
        """Search until ``done(value)``, ``most`` rounds, or the end of the effort; the level's value."""
        name = counted_as or f"{self.level}_rounds"
        value = self.value()
        stale = 0
        self._effort = effort
        while not done(value) and stale < self._patience() and effort.take(name, most):
            if self._round():
                value, stale = self.value(), 0
            else:
                stale += 1
        return value

    def value(self) -> float:
        """The level as it stands."""
        return measure(self.room.arrays, self.room.days, [self.level])[self.level]

    def _patience(self) -> int:
        """Rounds without gain after which nothing more is expected: about four visits to every request."""
        return 8 + 4 * self.room.arrays.requests // max(1, self._free)

    def _round(self) -> bool:
        free = self._choose()
        near = self.near
        part = around(self.room, free, near, self._names)
        if not len(part.arrays):
            return False
        days, effortless = improve(part, self._aim, self._limits())
        self._resize(len(part.arrays), effortless)
        self._weights[free] *= 0.7
        if days is None:
            return False
        self.room.change(part.candidate.tolist(), _spread(self.room.days, part.candidate, days))
        if self.losses is not None:
            self._weights = self._losses()
        else:
            self._weights[free] = np.maximum(self._weights[free], self._weights.mean())
        return True

    def _limits(self) -> Limits:
        return Limits(gap=self.style.gap, nodes=_NODES, seconds=_SECONDS, clock=self._effort)

    def _resize(self, candidates: int, effortless: bool) -> None:
        most = min(self.style.most_free, self.room.arrays.requests)
        if not effortless or candidates > self.style.most_candidates:
            self._free = max(4, self._free - 2)
        elif self._free < most:
            self._free += 1

    def _choose(self) -> IntArray:
        """A request by its loss, then a walk over shared partners."""
        arrays, random = self.room.arrays, self.random
        total = self._weights.sum()
        if total < 1e-9:
            self._weights = self._losses()
            total = self._weights.sum()
        start = int(random.choice(arrays.requests, p=self._weights / total))
        free, seen = [start], {start}
        for _ in range(40 * self._free):
            if len(free) >= self._free:
                break
            request = self._step(free[int(random.integers(len(free)))])
            if request not in seen:
                seen.add(request)
                free.append(request)
        return np.array(free, dtype=np.int64)

    def _step(self, request: int) -> int:
        arrays, random = self.room.arrays, self.random
        partners = self._partners_of.indices[
            self._partners_of.indptr[request] : self._partners_of.indptr[request + 1]
        ]
        if len(partners) == 0 or random.random() < 0.05:
            return int(random.integers(arrays.requests))
        partner = partners[int(random.integers(len(partners)))]
        requests = self._requests_of.indices[
            self._requests_of.indptr[partner] : self._requests_of.indptr[partner + 1]
        ]
        return int(requests[int(random.integers(len(requests)))])

    def _losses(self) -> FloatArray:
        if self.losses is not None:
            losses = self.losses(self.room.days)
        else:
            losses = request_losses(self.room, self.level, self.relaxation, self.targets)
        return losses + max(1e-3 * float(losses.max(initial=0.0)), 1e-6)


def improve(part: Neighbourhood, aim: Aim, limits: Limits) -> tuple[IntArray | None, bool]:
    """Better days for a neighbourhood, or None; and whether it was solved without running into a limit."""
    arrays, held = part.arrays, _with_cutoff(part, aim)
    days, proven = solve_exactly(formulate(arrays, aim.driver, held, aim.targets), limits)
    if days is None:
        return None, proven
    better = score(arrays, days, aim) > score(arrays, part.days, aim) + _BETTER
    return (days if better and keeps(arrays, days, held) else None), proven


def _with_cutoff(part: Neighbourhood, aim: Aim) -> tuple[Hold, ...]:
    """The holds, and the level itself as it stands: an answer that is no better is not looked for, and a worst
    group or request is not made worse for the sake of targets."""
    signed = LEVELS[aim.level].signed
    now = measure(part.arrays, part.days, [aim.level])[aim.level]
    if aim.targets is not None:
        return (*aim.held, Hold(aim.level, now)) if aim.guarded else tuple(aim.held)
    if not LEVELS[aim.level].separable:
        return tuple(aim.held)
    return (*aim.held, Hold(aim.level, signed(signed(now) + _STEP * max(1.0, abs(now)))))


def solve_exactly(
    formulation: Formulation, limits: Limits, solver: ExactSolver = highs_exact
) -> tuple[IntArray | None, bool]:
    """Whole days for all candidates of a formulation by branch and bound, and whether they were proven."""
    arrays = formulation.arrays
    assembled = assemble(formulation, exact_columns(arrays.low, arrays.high))
    answer = solver(with_links(assembled, arrays.low, arrays.high), limits)
    if answer.columns is None:
        return None, answer.proven
    units = np.rint(answer.columns[: len(assembled.columns)])
    days = np.bincount(assembled.columns.candidate, units * assembled.columns.days, len(arrays))
    return days.astype(np.int64), answer.proven


def keeps(arrays: CandidateArrays, days: IntArray, held: Sequence[Hold]) -> bool:
    """Whether days keep every hard rule and every held level, in whole numbers and without any solver."""
    if not Room(arrays, days).holds or not keeps_essentials(arrays, days):
        return False
    values = measure(arrays, days, [hold.name for hold in held])
    return all(
        LEVELS[hold.name].signed(values[hold.name])
        >= LEVELS[hold.name].signed(hold.value) - 1e-9 * max(1.0, abs(hold.value))
        for hold in held
    )


def near_candidates(arrays: CandidateArrays, relaxation: Relaxation | None, each: int) -> BoolArray:
    """The best candidates of each request by reduced profit (by fit without a relaxation), and the relaxed choice."""
    good = arrays.fit if relaxation is None else relaxation.reduced
    order = np.lexsort((-good, arrays.request))
    rank = np.arange(len(order)) - np.searchsorted(arrays.request[order], arrays.request[order])
    near = np.zeros(len(arrays), dtype=bool)
    near[order[rank < each]] = True
    if relaxation is not None:
        near |= relaxation.engaged > 1e-7
    return near | (arrays.change < 0)


def request_losses(
    room: Room, level: str, relaxation: Relaxation | None, targets: Targets | None
) -> FloatArray:
    """How much each request seems to lose on a level: where a search should look first."""
    arrays = room.arrays
    count = arrays.requests
    if targets is not None:
        return _shortage(room, level, targets)
    if level == "value" and relaxation is not None:
        missed = np.bincount(arrays.request, arrays.day_value * (relaxation.days - room.days), count)
        return np.maximum(missed, 0.0) + 1.0
    if level == "travel":
        return np.bincount(arrays.request, arrays.distance_km * room.days, count).astype(float)
    if level == "change":
        added = np.bincount(arrays.request, (arrays.change > 0) & (room.days > 0), count)
        dropped = np.bincount(arrays.request, (arrays.change < 0) & (room.days == 0), count)
        return (added + dropped).astype(float)
    return _shortage(room, level, targets)


def _shortage(room: Room, level: str, targets: Targets | None) -> FloatArray:
    """Days short, where the group or the request is below what it should have."""
    arrays = room.arrays
    demand, result = arrays.demand, outcome(arrays, room.days)
    short = room.wanted.astype(float)
    if level == "mandated":
        return short * (demand.mandated & ~result.supported)
    if level == "worst_request" or (targets is not None and targets.days_of_group is None):
        share = 1.0 if targets is None or targets.share_of_request is None else targets.share_of_request
        return np.maximum(share - result.share_of_request, 0.0)
    days = arrays.groups.floor.astype(float)
    if targets is not None and targets.days_of_group is not None:
        days = targets.days_of_group
    below = np.maximum(days - result.days_of_group, 0.0) / np.maximum(arrays.groups.wanted, 1)
    return short * (below[demand.priority] + below[demand.region])


def score(arrays: CandidateArrays, days: IntArray, aim: Aim) -> float:
    """What a step must improve: the level, signed to be maximised; value less what is missing to targets."""
    value = LEVELS[aim.driver].signed(measure(arrays, days, [aim.driver])[aim.driver])
    return (
        value if aim.targets is None else value - aim.targets.price * missing_days(arrays, days, aim.targets)
    )


def missing_days(arrays: CandidateArrays, days: IntArray, targets: Targets) -> float:
    """Days (fit-weighted for requests) that are missing to targets."""
    result, gap = outcome(arrays, days), 0.0
    if targets.days_of_group is not None:
        gap += float(np.maximum(targets.days_of_group - result.days_of_group, 0).sum())
    if targets.share_of_request is not None:
        short = np.maximum(targets.share_of_request - result.share_of_request, 0)
        gap += float(short @ arrays.demand.wanted)
    return gap


def _spread(days: IntArray, candidate: IntArray, new: IntArray) -> IntArray:
    spread = days.copy()
    spread[candidate] = new
    return spread
