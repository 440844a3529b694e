"""Rebuilding: thousands of small steps that take a few related plans away and give each the best that then fits.

Where to look is read off the strong bound: the gap is, exactly, the sum of what each request's plan earns less
than its best plan at the prices, and of priced days and places that stay unused. Steps are counted and random
numbers are the kernel's own, so the same start gives the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.calendar_kernel import Board, Calendar, Network, commit_all, settle_all
from matcher.allocation.formulation import Hold
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanProfits
from matcher.allocation.rebuild_kernel import Draw, Needs, rebuild_steps
from matcher.allocation.search import keeps
from matcher.problem.instance import FloatArray, IntArray

#: Steps of one phase, after which losses are counted again; where there are very many requests, one for so many.
STEPS, _REQUESTS_FOR_ONE = 200, 5
_NEAR = 20
#: Requests that one step takes.
_SMALLEST, _LARGEST, _LARGEST_IF_FEW = 2, 10, 6
#: Value that a step may lose at first and in the end, as shares of what a request is worth on average; where there
#: are few requests (less than so many), more.
_WARM, _COLD = 0.02, 0.001
_FEW, _WARM_IF_FEW = 100, 0.1
#: Shares of the prices that phases use in turn.
_STRENGTHS = (1.0, 0.8, 1.0, 0.5)
_SEED = 20_261_122


def can_rebuild(held: Sequence[Hold]) -> bool:
    """Whether the steps know how to keep these levels."""
    return {hold.name for hold in held} <= {"mandated", "floors", "worst_group"}


def rebuild(
    master: PlanMaster,
    marginals: FloatArray,
    days: IntArray,
    *,
    held: Sequence[Hold],
    phases: int,
    go_on: Callable[[float], bool],
    seed: int = 0,
) -> IntArray:
    """Better days, or the same. What comes back keeps the held levels if ``days`` do, or if steps lead there.

    Steps may lose value too, less and less from phase to phase, and the best days met come back. ``marginals``: at
    most what the bound changes by for each candidate. ``go_on`` is asked before each phase with the best value so
    far; another ``seed`` takes other steps.
    """
    work = _Rebuild(master, marginals, days, held)
    work.state[0] += seed
    random = np.random.default_rng(_SEED + seed)
    requests = master.arrays.requests
    scale = abs(master.bound) / requests * (_WARM_IF_FEW if requests < _FEW else _WARM)
    for phase in range(phases):
        if not go_on(work.best):
            break
        cooled = phase / max(1, phases - 1)
        allowance = scale * (_COLD / _WARM) ** cooled
        work.run_phase(_STRENGTHS[phase % len(_STRENGTHS)], random, allowance)
    return work.calendar.best_days


class _Rebuild:
    """The arrays that the kernel works on."""

    def __init__(
        self, master: PlanMaster, marginals: FloatArray, days: IntArray, held: Sequence[Hold]
    ) -> None:
        arrays = master.arrays
        self.master, self.arrays = master, arrays
        self.near = near_candidates(arrays, marginals, days)
        self.calendar = _empty_calendar(arrays)
        self.board = Board(
            rules=master.rules._replace(high=master.rules.high.copy()),
            plain=_plain(arrays),
            network=_network(master, marginals, self.near),
            calendar=self.calendar,
        )
        self.needs = _needs(arrays, held, master.rows.granted_severity)
        self.priced = master.rows.profits(master.best.prices)
        self.calendar.best_days[:] = days
        commit_all(self.board, days)
        settle_all(self.board)
        value = float(self.calendar.value.sum())
        best = value if keeps(arrays, days, held) else -np.inf
        self.calendar.totals[:] = (value, float(arrays.demand.severity @ self.calendar.supported), best)
        self.state = np.array([_SEED % 2**31], dtype=np.int64)

    @property
    def best(self) -> float:
        """Best value so far, without what is fixed."""
        return float(self.calendar.totals[2])

    def run_phase(self, strength: float, random: np.random.Generator, allowance: float) -> None:
        """Some steps at a share of the prices, begun where most is lost; each may lose up to an allowance."""
        weight = losses_by_request(self.master, self.near, self.calendar.days)
        requests = self.arrays.requests
        steps = max(STEPS, requests // _REQUESTS_FOR_ONE)
        seeds = random.choice(len(weight), steps, p=weight / weight.sum())
        most = min(_LARGEST_IF_FEW if requests < _FEW else _LARGEST, requests)
        sizes = random.integers(min(_SMALLEST, most), most + 1, steps)
        plain = self.board.plain
        guide = PlanProfits(
            per_day=plain.per_day - strength * (plain.per_day - self.priced.per_day),
            per_engagement=strength * self.priced.per_engagement,
            support_bonus=np.zeros(self.arrays.requests),
            charge_row=self.priced.charge_row,
            charges=strength * self.priced.charges,
        )
        allowed = allowance * random.random(steps) ** 2
        draw = Draw(seeds.astype(np.int64), sizes.astype(np.int64), allowed, self.state)
        rebuild_steps(self.board, guide, self.needs, draw)


def _plain(arrays: CandidateArrays) -> PlanProfits:
    """Profits at no prices."""
    return PlanProfits(
        per_day=arrays.day_value,
        per_engagement=np.zeros(len(arrays)),
        support_bonus=np.zeros(arrays.requests),
        charge_row=np.full(len(arrays), -1, dtype=np.int64),
        charges=np.zeros((1, 1)),
    )


def losses_by_request(master: PlanMaster, near: BoolArray, days: IntArray) -> FloatArray:
    """How much of the gap each request could be asked for, its share of what near partners leave unused
    included; nobody is left out altogether."""
    arrays = master.arrays
    loss, unused = master.losses(days)
    rows = np.flatnonzero(near)
    partner = arrays.partner[rows]
    shared = unused[partner] / np.maximum(1, np.bincount(partner, minlength=arrays.partners))[partner]
    weight = np.maximum(loss, 0) + 0.3 * np.bincount(arrays.request[rows], shared, arrays.requests)
    return np.asarray(weight + 0.2 * weight.mean() + 1e-9, dtype=float)


def near_candidates(arrays: CandidateArrays, marginals: FloatArray, days: IntArray) -> BoolArray:
    """The candidates of each request that cost the bound least, and those that are engaged."""
    order = np.lexsort((-marginals, arrays.request))
    rank = np.arange(len(order)) - np.searchsorted(arrays.request[order], arrays.request[order])
    near = days > 0
    near[order[rank < _NEAR]] = True
    return near


def _network(master: PlanMaster, marginals: FloatArray, near: BoolArray) -> Network:
    arrays, cuts = master.arrays, master.cuts
    rows = np.flatnonzero(near)
    rows = rows[np.lexsort((-marginals[rows], arrays.request[rows]))]
    return Network(
        partner=arrays.partner,
        first=arrays.first,
        last=arrays.last,
        high=arrays.high,
        near_start=np.searchsorted(arrays.request[rows], np.arange(arrays.requests + 1)).astype(np.int64),
        near_rows=rows.astype(np.int64),
        partner_start=cuts.start.astype(np.int64, copy=False),
        partner_rows=cuts.by_partner.astype(np.int64, copy=False),
        priority=arrays.demand.priority,
        region=arrays.demand.region,
        severity=arrays.demand.severity,
    )


def _needs(arrays: CandidateArrays, held: Sequence[Hold], granted: float) -> Needs:
    level = {hold.name: hold.value for hold in held}
    wanted, groups = arrays.groups.wanted, len(arrays.groups.wanted)
    least = np.zeros(groups, dtype=np.int64)
    if "worst_group" in level:
        least = np.ceil(level["worst_group"] * wanted - 1e-6).astype(np.int64)
    return Needs(
        support=level.get("mandated", 0.0) - arrays.fixed.mandated - granted,
        group_days=least,
        floor=arrays.groups.floor if "floors" in level else np.zeros(groups, dtype=np.int64),
        short=level.get("floors", 0.0),
    )


def _empty_calendar(arrays: CandidateArrays) -> Calendar:
    return Calendar(
        days=np.zeros(len(arrays), dtype=np.int64),
        slack=arrays.supply.interval_days.copy(),
        places=arrays.supply.places.copy(),
        group_days=arrays.groups.given.astype(np.int64).copy(),
        value=np.zeros(arrays.requests),
        supported=np.zeros(arrays.requests, dtype=np.int64),
        totals=np.zeros(3),
        best_days=np.zeros(len(arrays), dtype=np.int64),
        changed=np.zeros(arrays.requests, dtype=bool),
    )
