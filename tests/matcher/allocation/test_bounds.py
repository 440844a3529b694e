"""Rules and bounds: what a family charges is what its rows say, and no price ever gives a bound too low."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.backends import Limits, glop, highs_exact, highs_interior
from matcher.allocation.formulation import formulate
from matcher.allocation.highs_engine import quick_exact
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.programme import assemble, exact_columns, point_columns, with_links
from matcher.allocation.relaxation import price, relax
from matcher.allocation.search import solve_exactly
from tests.matcher.random_instances import random_instance

SEEDS = range(6)


def formulation_of(seed, level="value"):
    return formulate(from_instance(random_instance(seed)), level, ())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", ["value", "mandated", "worst_group", "worst_request", "floors"])
def test_charges_are_the_prices_times_the_coefficients(seed, level):
    formulation = formulation_of(seed, level)
    count, chance = len(formulation.arrays), np.random.default_rng(seed)
    for family in formulation.families:
        entries = family.entries(np.arange(count))
        prices = np.zeros(len(family.upper))
        rows = np.unique(entries.row)
        prices[rows] = chance.random(len(rows))
        per_day, per_engagement = family.charge(prices)
        expected = np.bincount(entries.position, prices[entries.row] * entries.per_day, count)
        assert per_day == pytest.approx(expected)
        expected = np.bincount(entries.position, prices[entries.row] * entries.per_engagement, count)
        assert per_engagement == pytest.approx(expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", sorted(LEVELS))
def test_no_prices_give_a_bound_below_the_exact_optimum(seed, level):
    formulation = formulation_of(seed, level)
    arrays, chance = formulation.arrays, np.random.default_rng(seed)
    days, proven = solve_exactly(formulation, Limits())
    assert proven
    assert days is not None
    best = LEVELS[level].signed(measure(arrays, days, [level])[level] - _fixed(arrays, level))
    relaxation = relax(formulation)
    assert relaxation is not None
    assert relaxation.bound >= best - 1e-7
    for _ in range(5):
        prices = [chance.random(len(family.upper)) for family in formulation.families]
        assert price(formulation, prices).bound >= best - 1e-7


def _fixed(arrays, level):
    return getattr(arrays.fixed, level) if LEVELS[level].separable else 0.0


def test_a_price_charged_with_the_wrong_sign_is_caught(monkeypatch):
    """The test above must be able to fail: turn one family's charges round."""
    from matcher.allocation.constraints import IntervalRows

    right = IntervalRows.charge
    monkeypatch.setattr(
        IntervalRows, "charge", lambda self, prices: tuple(3 * part for part in right(self, prices))
    )
    caught = 0
    for seed in SEEDS:
        formulation = formulation_of(seed)
        days, _ = solve_exactly(formulation, Limits())
        assert days is not None
        best = measure(formulation.arrays, days, ["value"])["value"]
        relaxation = relax(formulation, rounds=3)
        assert relaxation is not None
        caught += relaxation.bound_at_prices < best - 1e-6
    assert caught


@pytest.mark.parametrize("seed", SEEDS)
def test_two_solvers_agree_on_the_master(seed):
    formulation = formulation_of(seed)
    arrays = formulation.arrays
    columns = point_columns(np.arange(len(arrays)), arrays.high.astype(float))
    programme = assemble(formulation, columns).programme
    one, other = glop(programme), highs_interior(programme)
    assert one is not None
    assert other is not None
    assert one.objective == pytest.approx(other.objective, abs=1e-5)
    assert (one.marginals > -1e-6).all()
    assert (other.marginals > -1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_relaxation_over_few_columns_equals_the_one_over_all(seed):
    formulation = formulation_of(seed)
    arrays = formulation.arrays
    relaxation = relax(formulation, tolerance=1e-9)
    assert relaxation is not None
    both = np.concatenate((np.arange(len(arrays)), np.flatnonzero(arrays.low < arrays.high)))
    days = np.concatenate((arrays.high, arrays.low[arrays.low < arrays.high])).astype(float)
    whole = glop(assemble(formulation, point_columns(both, days)).programme)
    assert whole is not None
    assert relaxation.objective == pytest.approx(whole.objective, abs=1e-5)
    assert relaxation.bound == pytest.approx(whole.objective, abs=1e-5)


def test_exact_columns_have_extra_days_only_where_there_can_be_any():
    columns = exact_columns(np.array([1, 2]), np.array([1, 5]))
    assert columns.candidate.tolist() == [0, 1, 1]
    assert columns.upper.tolist() == [1, 1, 3]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", ["value", "worst_group", "floors"])
def test_a_living_master_proves_what_masters_built_anew_prove(seed, level, monkeypatch):
    formulation = formulation_of(seed, level)
    living = relax(formulation, tolerance=1e-9)
    monkeypatch.setattr("matcher.allocation.candidate_master._LIVING", 0)
    anew = relax(formulation, tolerance=1e-9)
    assert living is not None
    assert anew is not None
    assert living.bound == pytest.approx(anew.bound, rel=1e-6, abs=1e-6)
    assert living.objective == pytest.approx(anew.objective, rel=1e-6, abs=1e-6)
    assert living.bound >= living.objective - 1e-6


def test_the_quick_engine_proves_what_the_other_one_finds():
    for seed in (2, 5, 9):
        arrays = from_instance(random_instance(seed, partners=8, requests=10))
        formulation = formulate(arrays, "value", ())
        programme = with_links(
            assemble(formulation, exact_columns(arrays.low, arrays.high)), arrays.low, arrays.high
        )
        quick, usual = (solve(programme, Limits()) for solve in (quick_exact, highs_exact))
        assert quick.proven
        assert usual.proven
        assert quick.objective == pytest.approx(usual.objective)
        assert quick.bound == pytest.approx(usual.bound)
        nothing = replace(programme, row_upper=np.full(len(programme.row_upper), -1e6))
        assert quick_exact(nothing, Limits()).columns is None


def test_a_fixed_request_with_nothing_limits_the_worst_request_and_no_group():
    arrays = from_instance(random_instance(10, partners=5, requests=9))
    beside = replace(arrays, fixed=replace(arrays.fixed, least_share=0.0))
    best = {}
    for name, whole in (("alone", arrays), ("beside", beside)):
        days, proven = solve_exactly(formulate(whole, "worst_group", ()), Limits())
        assert proven
        assert days is not None
        best[name] = measure(arrays, days, ["worst_group"])["worst_group"]
    assert best["beside"] == pytest.approx(best["alone"])
    assert best["alone"] > 0
    relaxation = relax(formulate(beside, "worst_request", ()))
    assert relaxation is not None
    assert relaxation.bound == pytest.approx(0.0, abs=1e-9)
