"""Masters of large instances are solved nearly, forget plans and dive through what is left: as proven as others."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sparse

from matcher.allocation import plan_remainder, sizes
from matcher.allocation.dive import dive
from matcher.allocation.first_order import FirstOrderLp
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.objectives import measure
from matcher.allocation.search import keeps
from matcher.problem.instance import FloatArray
from tests.matcher.allocation.test_rebuild import start

SEEDS = range(40, 45)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setattr(plan_remainder, "_FEW", 10)


def programmes(seed: int) -> tuple[LivingLp, FirstOrderLp, sparse.csr_matrix, tuple[FloatArray, FloatArray]]:
    """The same programme of 30 choices for both: three columns that are in none, then 150 in no order."""
    random = np.random.default_rng(seed)
    choice = random.integers(0, 30, 150)
    first = sparse.csr_matrix((np.ones(150), (choice, 3 + np.arange(150))), shape=(30, 153))
    other = sparse.csr_matrix(random.integers(0, 9, (40, 153)) * (random.random((40, 153)) < 0.2))
    matrix = sparse.csr_matrix(sparse.vstack((first, other)))
    upper = np.concatenate((np.ones(30), random.integers(4, 20, 40).astype(float)))
    profit, most = random.random(153) * 50, np.concatenate((np.full(3, 0.5), np.full(150, np.inf)))
    found = LivingLp(), FirstOrderLp(30)
    for programme in found:
        programme.add_rows(upper[:50], sparse.csr_matrix((50, 0)))
        programme.add_columns(profit[:90], most[:90], sparse.csc_matrix(matrix[:50, :90]))
        programme.add_rows(upper[50:], matrix[50:, :90])
        programme.add_columns(profit[90:], most[90:], sparse.csc_matrix(matrix[:, 90:]))
    return *found, matrix, (profit, upper)


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_come_near_to_the_optimum_and_their_prices_prove_it(seed: int) -> None:
    corner, steps, matrix, (profit, upper) = programmes(seed)
    assert corner.solve()
    for _ in range(5):
        steps.solve(5e-4 * corner.objective)
    assert steps.is_near
    assert steps.objective == pytest.approx(corner.objective, rel=1e-3)
    assert (matrix[:30] @ steps.values <= 1 + 1e-9).all()
    assert (matrix @ steps.values <= upper + 0.1).all()
    assert (steps.values >= 0).all()
    assert (steps.prices >= 0).all()
    gains = profit - steps.prices @ matrix
    assert (gains[3:] <= 1e-9).all(), "the price of a choice is what it gains at most"
    proven = upper @ steps.prices + 0.5 * np.maximum(gains[:3], 0.0).sum()
    assert corner.objective - 1e-6 <= proven <= 1.001 * corner.objective
    assert profit @ steps.values == pytest.approx(corner.objective, rel=1e-2)


def test_steps_go_on_from_where_another_programme_was() -> None:
    _, first, _, _ = programmes(3)
    _, again, _, _ = programmes(3)
    for _ in range(5):
        first.solve(1e-3)
    again.follow(first, first.values.copy(), first.prices.copy())
    again.solve(1.0)
    assert again.is_near
    assert again.objective == pytest.approx(first.objective, rel=1e-4)


def test_equal_programmes_take_equal_steps() -> None:
    _, first, _, _ = programmes(5)
    _, second, _, _ = programmes(5)
    for programme in (first, second):
        programme.solve(0.0)
    assert first.values.tobytes() == second.values.tobytes()
    assert first.prices.tobytes() == second.prices.tobytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_are_as_tight_as_at_corners_and_never_below_a_dive(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    corner, _, _ = start(seed)
    corner.strengthen(8, 1e-5, lambda: True)
    monkeypatch.setattr(sizes, "LARGE", 0)
    master, _, held = start(seed)
    master.strengthen(8, 1e-5, lambda: True)
    assert master.bound == pytest.approx(corner.bound, rel=5e-3)
    for found in (dive(master), dive(corner)):
        if keeps(master.arrays, found, held):
            value = measure(master.arrays, found, ["value"])["value"] - master.arrays.fixed.value
            assert value <= master.bound + 1e-6


@pytest.mark.usefixtures("large")
def test_plans_that_are_forgotten_change_no_optimum() -> None:
    master, _, _ = start(41)
    before, plans = master.objective, len(master.pool)
    master.forget()
    assert len(master.pool) < plans
    assert master.solve_lp()
    assert master.objective == pytest.approx(before, rel=1e-3)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", SEEDS)
def test_dives_keep_the_rules_and_leave_the_master_as_it_was(seed: int) -> None:
    master, _, _ = start(seed)
    pool, shares, bound = master.pool, master.shares.copy(), master.bound
    plans = len(pool)
    first, second = dive(master, batch=0.2, rounds=1), dive(master, batch=0.2, rounds=1)
    assert (first == second).all()
    assert first.any()
    assert keeps(master.arrays, first, [])
    assert (master.pool, len(master.pool), master.bound) == (pool, plans, bound)
    assert (master.shares == shares).all()


@pytest.mark.usefixtures("large")
def test_a_dive_whose_time_is_over_engages_nobody() -> None:
    master, _, _ = start(44)
    assert not dive(master, go_on=lambda: False).any()
