"""A level over whole plans: a bound that no answer passes, and days that keep the rules, within the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.by_plans import ByPlans, by_plans
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.plan_master import PlanMaster, PricedRound
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.relaxation import relax
from matcher.allocation.result import Allocation
from matcher.allocation.search import keeps
from matcher.allocation.solver import allocate
from matcher.problem.instance import Instance, IntArray
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document


def invented(seed: int, *ladder: str, size: int = 6) -> Instance:
    document = random_document(seed, partners=size, requests=size)
    return as_instance({**document, "essential_is_hard": False, "ladder": list(ladder)})


def opened(instance: Instance) -> tuple[CandidateArrays, IntArray]:
    opening = open_instance(instance)
    assert opening.arrays is not None
    assert opening.days is not None
    return opening.arrays, opening.days


def planned(
    arrays: CandidateArrays,
    days: IntArray,
    name: str,
    held: Sequence[Hold] = (),
    cuts: CutPool | None = None,
) -> ByPlans:
    formulation = formulate(arrays, name, held)
    relaxation = relax(formulation)
    assert relaxation is not None
    plans = by_plans(formulation, relaxation, days, Effort(), cuts)
    assert plans is not None
    return plans


@pytest.mark.parametrize("seed", range(24))
def test_no_answer_has_a_better_worst_group_than_the_bound(seed):
    instance = invented(seed, "worst_group")
    arrays, days = opened(instance)
    best = Oracle(instance).best()
    relaxation = relax(formulate(arrays, "worst_group", ()))
    assert best is not None
    assert relaxation is not None
    plans = planned(arrays, days, "worst_group")

    assert best[0] - 1e-7 <= plans.prove() <= relaxation.bound + 1e-3
    assert keeps(arrays, plans.follow(), ())


@pytest.mark.parametrize("name", ["worst_group", "worst_request", "change", "travel"])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_hold_where_masters_are_large_and_their_plans_earn_nothing(seed, name, monkeypatch):
    monkeypatch.setattr("matcher.allocation.sizes.LARGE", 0)
    instance = invented(seed, name)
    arrays, days = opened(instance)
    best = Oracle(instance).best()
    assert best is not None
    level, fixed = LEVELS[name], len(instance.previous) if name == "change" else 0.0

    bound = planned(arrays, days, name).prove()

    assert bound >= level.signed(best[0] - fixed) - 1e-5 * max(1.0, abs(best[0]))


def test_prices_that_ran_away_prove_nothing(monkeypatch):
    """Where nothing keeps what is held they grow without end, and their sums are chance."""
    arrays, days = opened(invented(3, "value"))
    master = planned(arrays, days, "value").master
    master.solve(1e-5, 3, lambda: True)
    proven, prices = master.bound, master.best.prices
    gone = replace(prices, families=tuple(each + 1e30 for each in prices.families))
    chance = PricedRound(gone, -1e20, master.best.plans)
    monkeypatch.setattr(master, "price", lambda *_, **__: chance)
    master.solve(1e-5, 3, lambda: True)
    assert master.bound == proven


@pytest.mark.parametrize("name", ["worst_group", "worst_request", "change", "travel"])
@pytest.mark.parametrize("seed", range(6))
def test_cover_counts_in_a_value_that_is_held_before_the_level(seed, name):
    instance = invented(seed, "value", name)
    arrays, days = opened(instance)
    best = Oracle(instance).best()
    assert best is not None
    level, fixed = LEVELS[name], len(instance.previous) if name == "change" else 0.0

    bound = planned(arrays, days, name, [Hold("value", best[0] - 1e-4)]).prove()

    assert bound >= level.signed(best[1] - fixed) - 1e-5 * max(1.0, abs(best[1]))


@pytest.mark.parametrize("seed", range(6))
def test_cuts_of_a_level_before_bound_the_next_one_too_and_never_too_low(seed):
    instance = invented(seed, "value", "travel")
    arrays, days = opened(instance)
    best, relaxation = Oracle(instance).best(), relax(formulate(arrays, "value", ()))
    rules = plan_rules(arrays)
    assert best is not None
    assert relaxation is not None
    assert rules is not None
    before = PlanMaster(formulate(arrays, "value", ()), rules, relaxation.prices, days)
    before.solve(1e-5, 50, lambda: True)
    before.strengthen(8, 1e-5, lambda: True)
    held = [Hold("value", best[0] - 1e-4)]

    without, cut = planned(arrays, days, "travel", held), planned(arrays, days, "travel", held, before.cuts)
    without.master.solve(1e-5, 50, lambda: True)
    cut.master.solve(1e-5, 50, lambda: True)

    travel = best[1] - arrays.fixed.travel
    assert (
        -travel - 1e-5 * max(1.0, travel)
        <= cut.master.bound
        <= without.master.bound + 1e-5 * max(1.0, travel)
    )


@pytest.mark.parametrize("name", ["travel", "change"])
@pytest.mark.parametrize("seed", range(4))
def test_trades_keep_what_is_held_and_are_no_better_than_the_best(seed, name):
    instance = invented(seed, "value", name)
    arrays, _ = opened(instance)
    exact = Oracle(instance).best()
    start = days_of(
        arrays, instance, allocate(replace(instance, ladder=("value",)), instance_sha256="0" * 64)
    )
    assert exact is not None
    held = [Hold("value", exact[0] - 1e-4)]
    plans = planned(arrays, start, name, held)
    plans.prove()

    traded = plans.trade(start, held, lambda _: False)

    before, after = (measure(arrays, days, [name])[name] for days in (start, traded))
    assert keeps(arrays, traded, held)
    assert exact[1] - 1e-6 <= after <= before + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_a_choice_among_plans_keeps_what_is_held_and_is_no_better_than_the_bound(seed):
    instance = invented(seed, "value", "travel")
    arrays, _ = opened(instance)
    best = allocate(instance, instance_sha256="0" * 64)
    start = days_of(arrays, instance, best)
    held = [Hold("value", 0.99 * best.levels[0].value)]
    plans = planned(arrays, start, "travel", held)

    bound, chosen = plans.prove(), plans.choose()

    assert chosen is not None
    assert keeps(arrays, chosen, held)
    travel = measure(arrays, chosen, ["travel"])["travel"]
    assert -bound - 1e-5 <= travel <= measure(arrays, start, ["travel"])["travel"] * (1 + 1e-3) + 1e-6


def days_of(arrays: CandidateArrays, instance: Instance, allocation: Allocation) -> IntArray:
    """The days of an allocation on the arrays of an instance without locks."""
    days = np.zeros(len(instance.candidates), dtype=np.int64)
    days[instance.rows_of(allocation.engagements)] = [sum(one.days) for one in allocation.engagements]
    return days[arrays.row]


def test_a_dive_goes_on_where_a_held_row_cannot_be_kept():
    arrays, days = opened(invented(3, "value", size=12))
    most = relax(formulate(arrays, "worst_group", ()))
    free = relax(formulate(arrays, "value", ()))
    rules = plan_rules(arrays)
    assert most is not None
    assert free is not None
    assert rules is not None
    held = [Hold("worst_group", 1.1 * most.bound)]
    master = PlanMaster(formulate(arrays, "value", held), rules, free.prices, days)
    master.programme.relieve(relieved=True)
    master.solve(1e-4, 50, lambda: True)

    found = dive(master)

    reached = measure(arrays, found, ["worst_group", "value"])
    assert keeps(arrays, found, ())
    assert reached["worst_group"] > 0.5 * most.bound
    assert reached["value"] > 0.5 * free.bound


def test_once_time_is_over_no_more_programmes_are_solved(monkeypatch):
    arrays, days = opened(invented(3, "worst_group", size=12))
    solves: list[float | None] = []
    solve = LivingLp.solve

    def counted(living: LivingLp, seconds: float | None = None) -> bool:
        solves.append(seconds)
        return solve(living, seconds)

    monkeypatch.setattr(LivingLp, "solve", counted)
    timely = planned(arrays, days, "worst_group")
    timely.prove()
    timely.follow()
    in_time = len(solves)
    late = planned(arrays, days, "worst_group")
    late.effort.deadline = 0.0
    bound, found = late.prove(), late.follow()

    assert 4 * (len(solves) - in_time) < in_time
    assert bound >= timely.master.bound / 1e4 - 1e-9
    assert keeps(arrays, found, ())
