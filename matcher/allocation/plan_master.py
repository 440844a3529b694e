"""The plan master: the strong relaxation over whole plans, and a bound proven at every round.

Column generation with smoothed prices (Wentges): plans are priced at a mix of the best prices so far and the master's.
The Lagrangian bound at any prices of 0 or more holds for all plans of all candidates: prices times limits of the rows
that tie requests together, and the best plan of each request at what is left of its profit. So stopping early makes it
looser, never false. Partner cuts are added in turn with plans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Clock, in_time
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.first_order import FirstOrderLp
from matcher.allocation.formulation import Formulation
from matcher.allocation.linking_rules import LinkingRules, PlanPrices
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.partner_cuts import separate
from matcher.allocation.plan_pricing import PricedPlans, forced_values, price_plans
from matcher.allocation.plan_programme import PlanProgramme
from matcher.allocation.plan_rows import PlanRows
from matcher.allocation.plan_rules import PlanRules
from matcher.allocation.relaxation import Prices
from matcher.allocation.request_plans import PlanPool, Plans, usage
from matcher.allocation.sizes import is_large, is_vast
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

Separation = Callable[[CandidateArrays, CutPool, Plans, FloatArray], int]

#: Share of the best prices so far in the prices that plans are priced at; what counts as no profit.
_SMOOTHING, _TINY = 0.7, 1e-7
#: Where the master is solved nearly, shares of plans below this are nothing.
_FAINT = 1e-3
#: In a large one, what a plan may lack to pay before it is left out, as a share of what a request is worth on average.
_FAR = 0.05
#: A turn of cuts that gains less than this share of the bound is the last.
_IDLE = 2e-6
#: Where the bound is near, one row in so many may be left broken: it joins with the next plans or cuts.
_FEW_BROKEN = 100
#: Where steps are counted, the programme is solved within this share of what plans may be away from the bound.
_PRECISION = 0.2

#: Prices times limits beyond so many times the bound say nothing of it: what they leave is rounding.
_RUNAWAY = 1e6


@dataclass(frozen=True, eq=False)
class PricedRound:
    """Plans at some prices, and the bound that these prices prove."""

    prices: PlanPrices
    bound: float
    plans: PricedPlans


class PlanMaster:
    """The living master with its plans, rows and cuts, those of an earlier level among them where there was one.
    ``bound`` is the best so far; where a ``clock`` is given it limits each solve, and once one was cut short there are
    no more."""

    clock: Clock | None = None
    precision = _PRECISION * 1e-4
    _is_cut = False

    def __init__(
        self,
        formulation: Formulation,
        rules: PlanRules,
        prices: Prices,
        days: IntArray,
        cuts: CutPool | None = None,
    ) -> None:
        self.formulation, self.rules, self.arrays = formulation, rules, formulation.arrays
        self.cuts = CutPool(self.arrays) if cuts is None else cuts
        self.linking = LinkingRules(formulation, rules, self.cuts)
        self.rows = PlanRows(self.linking)
        self.rows.add_cuts()
        self.pool = PlanPool(rules, formulation.objective)
        self.rounds = 0
        start = self.linking.known_prices(prices)
        self.rows.add_priced(start)
        self.best = self.price(start, np.full(self.arrays.requests, _TINY), most=16)
        self.take(self.best.plans)
        self._days = days
        self.pool.add_allocation(self.arrays, days)
        self.programme = PlanProgramme(formulation, self.rows, self.pool.plans, is_large=self.is_large)
        self.objective = 0.0
        self.shares: FloatArray = np.zeros(len(self.pool))
        self.row_prices: FloatArray = np.zeros(len(self.rows))

    @property
    def bound(self) -> float:
        """Proven: no whole-day answer of the free candidates is worth more (what is fixed not counted)."""
        return self.best.bound

    # -- the living programme ------------------------------------------------------------------------

    def extend(self) -> None:
        """Bring new rows and plans into the living programme."""
        self.programme.extend(self.pool.plans)

    def forget(self) -> None:
        """Leave plans out that are far from paying, but not those that keep what is held: nothing is lost but their
        place, and they may come back."""
        shares = np.zeros(len(self.pool))
        shares[: len(self.shares)] = self.shares
        kept = np.flatnonzero((shares > 0) | (self._reduced(self.pool.plans) >= -self.far))
        self.pool, self.shares = self.pool.part(kept), shares[kept]
        added = self.pool.add_allocation(self.arrays, self._days)
        self.shares = np.append(self.shares, np.zeros(added))
        self.programme.begin_anew(self.pool.plans, self.shares, self.padded_prices())

    def solve_lp(self) -> bool:
        """Solve the living programme as it is; make the rows that its answer breaks (not yet in it)."""
        lp = self.programme.lp
        if not self.solve_in_time(lp, self.precision):
            return False
        shares = lp.values[self.programme.sides :]
        if self.is_large:
            shares = np.where(shares > _FAINT, shares, 0.0)
        self.follow(lp.objective, shares, lp.prices)
        return True

    def follow(self, objective: float, shares: FloatArray, row_prices: FloatArray) -> None:
        """Go on from a solution: its shares of plans, and prices of rows; make the rows that it breaks."""
        self.objective, self.shares, self.row_prices = objective, shares, row_prices
        self.broken = self.rows.add_violated(*self.usage())

    @property
    def far(self) -> float:
        """What a plan may lack before it counts as far from good."""
        return _FAR * abs(self.bound) / self.arrays.requests

    def solve_in_time(self, lp: LivingLp | FirstOrderLp, precision: float) -> bool:
        """At a corner within what is left of the time, or by counted steps as near as a share of the bound."""
        if isinstance(lp, FirstOrderLp):
            lp.solve(precision * abs(self.bound))
            return not self._is_cut
        if self._is_cut:
            return False
        is_solved, self._is_cut = in_time(self.clock, lp.solve, lambda solved: not solved and lp.was_cut)
        return bool(is_solved)

    @property
    def is_large(self) -> bool:
        """Whether there are so many candidates that the master is solved nearly, and cuts take long."""
        return is_large(self.arrays)

    @property
    def is_vast(self) -> bool:
        """Whether there are so many requests that a solve of the master would take longer than all else."""
        return is_vast(self.arrays)

    def usage(self) -> tuple[FloatArray, FloatArray]:
        """Engagement and days of each candidate in the relaxed choice."""
        return usage(self.pool.plans, self.shares, len(self.arrays))

    # -- pricing -------------------------------------------------------------------------------------

    def price(self, prices: PlanPrices, threshold: FloatArray, most: int = 8) -> PricedRound:
        """Price all plans; the bound is proven whatever the prices are."""
        rules = self.linking.rules_at(prices)
        plans = price_plans(rules, self.linking.profits(prices), threshold, most)
        return PricedRound(prices, self.linking.outside_value(prices) + float(plans.best.sum()), plans)

    def take(self, plans: PricedPlans, chosen: IntArray | None = None) -> int:
        """Put priced plans into the pool; how many were new."""
        if chosen is None:
            return self.pool.add(plans.request, plans.row, plans.days)
        return self.pool.add(plans.request[chosen], plans.row[chosen], plans.days[chosen])

    def _step(self, smoothing: float) -> tuple[int, float]:
        """Price at smoothed prices and at the master's own; new plans and the smoothing to go on with.

        Smoothed prices prove more, the master's own find what it lacks; both in one round spare half of the rounds.
        """
        own = self.rows.prices(self.row_prices)
        added = 0
        if smoothing > 0:
            added = self._take_paying(self.best.prices.mixed(own, smoothing))
            smoothing = smoothing if added else max(0.0, smoothing - 0.2)
        plan_price = np.maximum(self.row_prices[: self.arrays.requests], 0.0)
        return added + self.take(self._priced(own, plan_price + _TINY).plans), smoothing

    def _take_paying(self, prices: PlanPrices) -> int:
        """Plans that are good at these prices and pay at the master's own; how many were new."""
        priced = self._priced(prices, np.full(self.arrays.requests, _TINY))
        found = self.pool.as_plans(priced.plans.request, priced.plans.row, priced.plans.days)
        return self.take(priced.plans, np.flatnonzero(self._reduced(found) > _TINY))

    def _priced(self, prices: PlanPrices, threshold: FloatArray) -> PricedRound:
        priced = self.price(prices, threshold)
        if priced.bound < self.best.bound - 1e-9 and self._adds_up(priced.prices):
            self.best = priced
        return priced

    def _adds_up(self, prices: PlanPrices) -> bool:
        """Whether prices have a size at which double precision says anything of their bound: where nothing in the
        programme keeps what is held they run away, and sums of them are chance."""
        size = float(np.abs(self.rows.row_prices(prices)) @ np.maximum(np.abs(self.rows.upper), 1.0))
        return size <= _RUNAWAY * max(1.0, abs(self.best.bound))

    def generate(self, rules: PlanRules, most: int = 8) -> int:
        """Plans that the master lacks under other rules (requests closed, less room); no bound follows."""
        own = self.rows.prices(self.row_prices)
        plan_price = np.maximum(self.row_prices[: self.arrays.requests], 0.0)
        rules = self.linking.rules_at(own, rules)
        return self.take(price_plans(rules, self.linking.profits(own), plan_price + 10 * _TINY, most))

    def _reduced(self, plans: Plans) -> FloatArray:
        """Reduced profit of plans at the master's own row prices."""
        prices = self.padded_prices()
        return np.asarray(plans.profit - prices @ self.rows.coefficients(plans).tocsr(), dtype=float)

    def padded_prices(self) -> FloatArray:
        """The master's own row prices, 0 for rows that joined it since it was solved."""
        prices = np.zeros(len(self.rows))
        prices[: len(self.row_prices)] = self.row_prices
        return prices

    # -- rounds --------------------------------------------------------------------------------------

    def solve(self, tolerance: float, rounds: int, go_on: Callable[[], bool]) -> None:
        """Generate plans until the bound is within a relative tolerance of the master, or rounds are over."""
        smoothing = _SMOOTHING
        self.precision = _PRECISION * tolerance
        for _ in range(rounds):
            if not self.solve_lp():
                return
            self.rounds += 1
            added, smoothing = self._step(smoothing)
            near = abs(self.bound - self.objective) <= tolerance * max(1.0, abs(self.bound))
            near = near and _FEW_BROKEN * self.broken <= len(self.rows)
            if near or (added + self.broken == 0 and self.programme.lp.is_near) or not go_on():
                return
            self.extend()

    def strengthen(
        self, rounds: int, tolerance: float, go_on: Callable[[], bool], find: Separation = separate
    ) -> int:
        """Add partner cuts and plans in turn; how many cuts were found. Stops where they help no more."""
        found = 0
        for turn in range(rounds):
            before = self.bound, self.objective
            if find(self.arrays, self.cuts, self.pool.plans, self.shares) == 0:
                break
            found += self.rows.add_cuts()
            if self.is_large:
                self.forget()
            else:
                self.extend()
            self.solve(tolerance, 60, go_on)
            gain = max(before[0] - self.bound, before[1] - self.objective)
            if not go_on() or (turn > 3 and gain < _IDLE * abs(self.bound)):
                break
        return found

    def marginals(self) -> FloatArray:
        """For each candidate, at most what the bound changes by if it is engaged.

        Where bound plus marginal is below an answer in hand, no better answer has the candidate in it.
        """
        rules = self.linking.rules_at(self.best.prices)
        forced = forced_values(rules, self.linking.profits(self.best.prices))
        return forced - self.best.plans.best[self.arrays.request]

    def losses(self, days: IntArray | SmallIntArray) -> tuple[FloatArray, FloatArray]:
        """Where the gap between the bound and whole days lies: by request, what its plan earns less than its best
        at the best prices; by partner, the price of its days, places and cuts that are not used up."""
        pool = PlanPool(self.rules, self.formulation.objective)
        pool.add_allocation(self.arrays, days)
        coefficients = self.rows.coefficients(pool.plans).tocsr()
        prices = self.rows.row_prices(self.best.prices)
        loss = self.best.plans.best.copy()
        loss[pool.plans.request] -= pool.plans.profit - prices @ coefficients
        unused = prices * (self.rows.upper - coefficients @ np.ones(len(pool)))
        partner = self.rows.partners()
        own = partner >= 0
        return loss, np.bincount(partner[own], unused[own], self.arrays.partners).astype(float)
