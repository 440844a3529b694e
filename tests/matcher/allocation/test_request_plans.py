"""The strong bound: never below the exact optimum, valid at any prices, tighter than candidates alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sparse

from matcher.allocation import plan_answers, sizes, strong_bound
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.candidate_cuts import separate_by_candidate
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold, formulate
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.highs_engine import is_available
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.linking_rules import PlanPrices
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.objectives import measure
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import MOST_CELLS, plan_rules
from matcher.allocation.relaxation import relax
from matcher.allocation.search import keeps, solve_exactly
from tests.matcher.random_instances import random_instance


def always() -> bool:
    return True


def master_of(formulation: Formulation, days: np.ndarray) -> PlanMaster:
    relaxation, rules = relax(formulation), plan_rules(formulation.arrays)
    assert relaxation is not None
    assert rules is not None
    return PlanMaster(formulation, rules, relaxation.prices, days)


def tight(formulation: Formulation, days: np.ndarray) -> PlanMaster:
    master = master_of(formulation, days)
    master.solve(1e-6, 100, always)
    master.strengthen(10, 1e-6, always)
    master.strengthen(10, 1e-6, always, separate_by_candidate)
    return master


def exact(formulation: Formulation) -> tuple[np.ndarray, float]:
    """The optimum by branch and bound, without what is fixed."""
    days, proven = solve_exactly(formulation, Limits(gap=0.0, nodes=100_000))
    assert proven
    assert days is not None
    value = measure(formulation.arrays, days, ["value"])["value"] - formulation.arrays.fixed.value
    return days, value


def arrays_of(seed: int) -> CandidateArrays:
    return from_instance(random_instance(seed, partners=7, requests=8, months=3))


@pytest.mark.parametrize("seed", range(24))
def test_never_below_the_exact_optimum_of_a_tiny_instance(seed: int) -> None:
    formulation = formulate(arrays_of(seed), "value", [])
    days, value = exact(formulation)
    relaxation = relax(formulation)
    assert relaxation is not None
    master = tight(formulation, spreadsheet(formulation.arrays))
    assert master.bound >= value - 1e-6
    assert master.bound <= relaxation.bound + 1e-5 * max(1.0, relaxation.bound)
    gap = master.bound - value
    assert gap <= 0.6 * (relaxation.bound - value) + 0.02 * value + 1e-6
    master.pool.add_allocation(formulation.arrays, days)
    assert master.bound >= value - 1e-6


@pytest.mark.parametrize("seed", range(12))
def test_held_levels_are_rows_and_the_bound_stays_valid(seed: int) -> None:
    arrays = arrays_of(100 + seed)
    first, _ = exact(formulate(arrays, "mandated", []))
    names = ("mandated", "floors", "worst_group", "worst_request")
    held = [Hold(name, value) for name, value in measure(arrays, first, names).items()]
    formulation = formulate(arrays, "value", held)
    days, value = exact(formulation)
    master = tight(formulation, first)
    assert master.bound >= value - 1e-5
    assert master.bound <= value * 1.25 + 1.0
    assert (measure(arrays, days, ["mandated"])["mandated"]) >= held[0].value


def test_the_bound_is_valid_at_any_prices() -> None:
    arrays = arrays_of(5)
    held = [Hold(name, value) for name, value in measure(arrays, spreadsheet(arrays), ["mandated"]).items()]
    formulation = formulate(arrays, "value", held)
    _, value = exact(formulation)
    master = tight(formulation, spreadsheet(arrays))
    rng = np.random.default_rng(1)
    for _ in range(30):
        scale = 10.0 ** rng.uniform(-2, 1.5)
        noise = [
            scale * rng.random(len(price)) * (rng.random(len(price)) < 0.3)
            for price in master.best.prices.families
        ]
        noise = [
            np.where(family.upper < 1e9, price, 0.0)
            for family, price in zip(master.rows.families, noise, strict=True)
        ]
        prices = PlanPrices(tuple(noise), scale * rng.random(len(master.cuts)))
        assert master.price(prices, np.zeros(arrays.requests)).bound >= value - 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_no_better_answer_holds_a_candidate_proven_irrelevant(seed: int) -> None:
    formulation = formulate(arrays_of(200 + seed), "value", [])
    days, value = exact(formulation)
    master = tight(formulation, spreadsheet(formulation.arrays))
    engaged = days > 0
    assert (master.bound + master.marginals()[engaged] >= value - 1e-6).all()


def test_plans_are_kept_once_and_an_allocation_becomes_plans() -> None:
    formulation = formulate(arrays_of(3), "value", [])
    arrays = formulation.arrays
    days = spreadsheet(arrays)
    master = master_of(formulation, days)
    assert master.pool.add_allocation(arrays, days) == 0
    plans = master.pool.plans
    keys = {
        (r, row.tobytes(), d.tobytes())
        for r, row, d in zip(plans.request, plans.row, plans.days, strict=True)
    }
    assert len(keys) == len(plans)


def test_the_same_instance_gives_the_same_rounds_bound_and_plans() -> None:
    first, second = (tight(formulate(arrays_of(9), "value", []), spreadsheet(arrays_of(9))) for _ in range(2))
    assert first.bound == second.bound
    assert first.rounds == second.rounds
    assert (first.pool.plans.row == second.pool.plans.row).all()


def test_the_living_programme_agrees_with_a_cold_one() -> None:
    from scipy import sparse
    from scipy.optimize import linprog

    assert is_available()
    rng = np.random.default_rng(2)
    matrix = sparse.random(60, 200, 0.1, random_state=3, format="csc")
    profit, limit = rng.random(200), rng.random(60) * 4 + 1
    living = LivingLp()
    living.add_rows(limit[:40], sparse.csr_matrix((40, 0)))
    living.add_columns(profit[:90], np.full(90, 2.0), matrix[:40, :90].tocsc())
    assert living.solve()
    living.add_rows(limit[40:], matrix[40:, :90].tocsr())
    living.add_columns(profit[90:], np.full(110, 2.0), matrix[:, 90:].tocsc())
    assert living.solve()
    cold = linprog(-profit, A_ub=matrix, b_ub=limit, bounds=(0, 2))
    assert living.objective == pytest.approx(-cold.fun)
    assert living.prices == pytest.approx(-cold.ineqlin.marginals, abs=1e-7)
    assert living.values.shape == (200,)


@pytest.mark.parametrize("seed", range(3))
def test_cuts_and_answers_in_turn_prove_and_keep_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setattr(strong_bound, "_CYCLES_IF_LARGE", 5)
    for name in ("NEIGHBOURHOODS", "_FIRST_PHASES", "_TURN_PHASES"):
        monkeypatch.setattr(plan_answers, name, 1)
    formulation = formulate(arrays_of(seed), "value", [])
    _, value = exact(formulation)
    relaxation, start = relax(formulation), spreadsheet(formulation.arrays)
    assert relaxation is not None
    found = []
    for _ in range(2):
        effort = Effort()
        strong = strong_bound.strengthen(
            formulation,
            relaxation,
            start,
            held=[],
            effort=effort,
            enough=lambda bound, best: bound <= best + 1e-6,
        )
        assert strong is not None
        assert strong.bound >= value - 1e-6
        assert keeps(formulation.arrays, strong.answers[0], [])
        found.append((strong.bound, strong.answers[0].tolist(), effort.used))
    assert found[0] == found[1]


def test_a_living_programme_gives_up_when_its_time_is_over_and_goes_on_where_it_was() -> None:
    random = np.random.default_rng(7)
    programme = LivingLp(presolve=False)
    programme.add_rows(np.ones(300), sparse.csr_matrix((300, 0)))
    programme.add_columns(random.random(900), np.ones(900), sparse.csc_matrix(random.random((300, 900))))
    assert not programme.solve(1e-3)
    assert programme.was_cut
    assert programme.solve()
    assert not programme.was_cut


def test_a_master_whose_solve_had_been_cut_short_solves_no_more() -> None:
    formulation = formulate(arrays_of(3), "value", [])
    stopped = Effort(allowed={"clock_0000": 1, "clock_0001": 1})
    master = master_of(formulation, spreadsheet(formulation.arrays))
    master.clock = stopped
    assert [master.solve_lp() for _ in range(3)] == [True, False, False]
    assert stopped.stopped_by_time


def test_a_request_whose_tables_would_not_fit_has_no_plans_and_a_large_one_has() -> None:
    arrays = arrays_of(0)
    assert plan_rules(arrays) is not None
    large, too_large = (
        replace(arrays, demand=replace(arrays.demand, days=np.full(arrays.requests, days)))
        for days in (50_000, MOST_CELLS)
    )
    assert plan_rules(large) is not None
    assert plan_rules(too_large) is None
