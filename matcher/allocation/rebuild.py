"""Rebuilding: thousands of small steps that take a few related plans away and give each the best that then fits.

Where to look is read off the strong bound: the gap is, exactly, the sum of what each request's plan earns less
than its best plan at the prices, and of priced days and places that stay unused. Steps are counted and random
numbers are the kernel's own, so the same start gives the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.calendar_kernel import Board, Calendar, Network, Sums, commit_all, settle_all
from matcher.allocation.formulation import Hold, fixed_value
from matcher.allocation.objectives import LEVELS, linear_form
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanProfits
from matcher.allocation.ranges import rank_within
from matcher.allocation.rebuild_kernel import Draw, Needs, rebuild_steps
from matcher.allocation.search import keeps
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

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
#: What groups and held sums miss costs so many times their price; where days that miss something are begun with, it
#: costs their price at first, and begins to rise after this share of the phases. Groups without a price cost this
#: share of what a wanted day is worth on average.
_STRICT, _LENIENT, _LEAST_FINE = 100.0, 0.3, 0.1
_SEED = 20_261_122


def can_rebuild(held: Sequence[Hold]) -> bool:
    """Whether the steps know how to keep these levels: all but a worst request that is held above nothing."""
    return not any(hold.name == "worst_request" and hold.value > 0 for hold in held)


def rebuild(
    master: PlanMaster,
    marginals: FloatArray,
    days: IntArray,
    *,
    held: Sequence[Hold],
    phases: int,
    go_on: Callable[[float], bool],
    seed: int = 0,
    worth: float = 1.0,
) -> IntArray:
    """Better days on the master's level (``value``, ``change`` or ``travel``), or the same. What comes back keeps the
    held levels if ``days`` do, or if steps lead there.

    Steps may lose worth too, less and less from phase to phase, and the best days met come back. Worth is the level,
    and held levels that are sums at a price: steps that give some of them to spare pay for steps that take it.
    ``marginals``: at most what the bound changes by for each candidate. ``go_on`` is asked before each phase with the
    best level so far (signed); another ``seed`` takes other steps; ``worth`` is the share of their price that held sums
    count.
    """
    work = _Rebuild(master, marginals, days, held, worth)
    work.state[0] += seed
    random = np.random.default_rng(_SEED + seed)
    requests = master.arrays.requests
    scale = work.typical * (_WARM_IF_FEW if requests < _FEW else _WARM)
    is_kept = np.isfinite(work.best)
    for phase in range(phases):
        if not go_on(work.best):
            break
        cooled = phase / max(1, phases - 1)
        allowance = scale * (_COLD / _WARM) ** cooled
        work.be_strict(1.0 if is_kept else max(0.0, cooled - _LENIENT) / (1 - _LENIENT))
        work.run_phase(_STRENGTHS[phase % len(_STRENGTHS)], random, allowance)
    return (work.calendar.best_days if np.isfinite(work.best) else work.calendar.days).astype(np.int64)


class _Rebuild:
    """The arrays that the kernel works on."""

    def __init__(
        self, master: PlanMaster, marginals: FloatArray, days: IntArray, held: Sequence[Hold], worth: float
    ) -> None:
        arrays = master.arrays
        self.master, self.arrays = master, arrays
        self.near = near_candidates(arrays, marginals, days)
        held_sums = [hold for hold in held if LEVELS[hold.name].separable and hold.name != "mandated"]
        self.sums = _sums(master, held_sums)
        self.needs = _needs(arrays, held, held_sums, master)
        self.needs.prices[1:] *= worth
        self.needs.fines[1:] *= worth
        self.calendar = _empty_calendar(arrays, len(self.needs.sums))
        self.priced = master.linking.profits(master.best.prices)
        base = self._at_prices()
        self.fines = self.needs.fines.copy(), self.needs.group_fines.copy()
        cover = _at(self.needs.prices, self.sums.cover)
        self.board = Board(
            rules=master.rules._replace(high=master.rules.high.copy(), cover_value=cover),
            plain=base,
            sums=self.sums,
            network=_network(master, marginals, self.near),
            calendar=self.calendar,
        )
        self.calendar.best_days[:] = days
        commit_all(self.board, days)
        settle_all(self.board)
        self.calendar.sums[:] = self.calendar.amounts.sum(axis=0)
        best = self.calendar.sums[0] if keeps(arrays, days, held) else -np.inf
        self.calendar.totals[:] = (float(arrays.demand.severity @ self.calendar.supported), best)
        self.state = np.array([_SEED % 2**31], dtype=np.int64)

    @property
    def best(self) -> float:
        """Best of the level so far, signed and without what is fixed."""
        return float(self.calendar.totals[1])

    @property
    def typical(self) -> float:
        """What a request is worth on average: on the level, and in held sums at their prices."""
        of_sums = self.needs.prices[1:] @ abs(self.needs.sums[1:])
        return float(abs(self.master.bound) + of_sums) / self.arrays.requests

    def be_strict(self, share: float) -> None:
        """Fines between lenient (0) and strict (1)."""
        self.needs.fines[:] = self.fines[0] * _STRICT**share
        self.needs.group_fines[:] = self.fines[1] * _STRICT**share

    def _at_prices(self) -> PlanProfits:
        """What members earn for the level, for held sums at their prices, and for groups at their fines."""
        arrays, needs = self.arrays, self.needs
        per_day = _at(needs.prices, self.sums.per_day)
        if needs.group_fines.any():
            for_groups = needs.group_fines[arrays.demand.priority] + needs.group_fines[arrays.demand.region]
            per_day = per_day + for_groups[arrays.request]
        return PlanProfits(
            per_day=per_day,
            per_engagement=_at(needs.prices, self.sums.per_engagement),
            support_bonus=np.zeros(arrays.requests),
            charge_row=np.full(len(arrays), -1, dtype=np.int32),
            charges=np.zeros((1, 1)),
        )

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
            per_engagement=plain.per_engagement
            - strength * (plain.per_engagement - self.priced.per_engagement),
            support_bonus=np.zeros(self.arrays.requests),
            charge_row=self.priced.charge_row,
            charges=strength * self.priced.charges,
        )
        allowed = allowance * random.random(steps) ** 2
        draw = Draw(seeds.astype(np.int64), sizes.astype(np.int64), allowed, self.state)
        rebuild_steps(self.board, guide, self.needs, draw)


def _sums(master: PlanMaster, held: Sequence[Hold]) -> Sums:
    """The level, and the held levels that are sums."""
    names = [master.formulation.level, *(hold.name for hold in held)]
    forms = [linear_form(master.arrays, name) for name in names]
    cover = master.rules.cover_value
    return Sums(
        per_day=_rows([form.per_day for form in forms]),
        per_engagement=_rows([form.per_engagement for form in forms]),
        cover=_rows([cover if name == "value" else np.zeros_like(cover) for name in names]),
    )


def _rows(arrays: Sequence[FloatArray]) -> FloatArray:
    """Arrays as rows of one; a single one is not copied."""
    return np.ascontiguousarray(arrays[0])[None] if len(arrays) == 1 else np.array(arrays)


def _at(prices: FloatArray, rows: FloatArray) -> FloatArray:
    """Rows added up at their prices; a single one, of price 1, is not copied."""
    return rows[0] if len(rows) == 1 else np.tensordot(prices, rows, 1)


def losses_by_request(master: PlanMaster, near: BoolArray, days: IntArray | SmallIntArray) -> FloatArray:
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
    rank = rank_within(arrays.request[order])
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
        partner_rows=cuts.by_partner,
        priority=arrays.demand.priority,
        region=arrays.demand.region,
        severity=arrays.demand.severity,
    )


def _needs(
    arrays: CandidateArrays, held: Sequence[Hold], held_sums: Sequence[Hold], master: PlanMaster
) -> Needs:
    level = {hold.name: hold.value for hold in held}
    wanted, groups = arrays.groups.wanted, len(arrays.groups.wanted)
    least, fines = np.zeros(groups, dtype=np.int64), np.zeros(groups)
    if "worst_group" in level:
        least = np.ceil(level["worst_group"] * wanted - 1e-6).astype(np.int64)
        fines = np.maximum(
            _prices_of(master, "worst_group"), _LEAST_FINE * abs(master.bound) / max(1, wanted.sum())
        )
    prices = np.array([1.0, *(_prices_of(master, hold.name)[0] for hold in held_sums)])
    of_sums = [_least_sum(arrays, hold) for hold in held_sums]
    return Needs(
        support=level.get("mandated", 0.0) - arrays.fixed.mandated - master.linking.granted_severity,
        group_days=least,
        group_fines=fines,
        floor=arrays.groups.floor if "floors" in level else np.zeros(groups, dtype=np.int64),
        short=level.get("floors", 0.0),
        sums=np.array([0.0, *of_sums]),
        prices=prices,
        fines=prices.copy(),
    )


def _least_sum(arrays: CandidateArrays, hold: Hold) -> float:
    """What free candidates must give to a held sum (signed), with as much room for rounding as is left to an answer."""
    least = LEVELS[hold.name].signed(hold.value - fixed_value(arrays, hold.name))
    return least - 1e-9 * max(1.0, abs(hold.value))


def _prices_of(master: PlanMaster, held: str) -> FloatArray:
    """The prices of the rows of a held level, at the prices that prove most."""
    families = zip(master.rows.families, master.best.prices.families, strict=True)
    return next(price for family, price in families if family.name == f"held_{held}")


def _empty_calendar(arrays: CandidateArrays, sums: int) -> Calendar:
    return Calendar(
        days=np.zeros(len(arrays), dtype=np.int32),
        slack=arrays.supply.interval_days.copy(),
        places=arrays.supply.places.copy(),
        group_days=arrays.groups.given.astype(np.int64).copy(),
        supported=np.zeros(arrays.requests, dtype=np.int64),
        amounts=np.zeros((arrays.requests, sums)),
        sums=np.zeros(sums),
        totals=np.zeros(2),
        best_days=np.zeros(len(arrays), dtype=np.int32),
        changed=np.zeros(arrays.requests, dtype=bool),
    )
