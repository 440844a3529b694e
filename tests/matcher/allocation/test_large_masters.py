"""Masters of large instances end near the middle, forget plans and dive through what is left: as proven as others."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sparse

from matcher.allocation import plan_master, plan_remainder
from matcher.allocation.dive import dive
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.objectives import measure
from matcher.allocation.search import keeps
from tests.matcher.allocation.test_rebuild import start

SEEDS = range(40, 45)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_master, "LARGE", 0)
    monkeypatch.setattr(plan_remainder, "_FEW", 10)


def test_the_middle_is_as_good_as_a_corner_nearly() -> None:
    random = np.random.default_rng(3)
    matrix = sparse.csc_matrix(random.random((40, 120)) * (random.random((40, 120)) < 0.3))
    profit = random.random(120)
    found = []
    for middle in (False, True):
        programme = LivingLp()
        programme.add_rows(np.ones(40), sparse.csr_matrix((40, 0)))
        programme.add_columns(profit, np.full(120, 0.5), matrix)
        assert programme.solve_centre() if middle else programme.solve()
        prices = np.maximum(programme.prices, 0.0)
        proven = prices.sum() + 0.5 * np.maximum(profit - prices @ matrix, 0.0).sum()
        assert (matrix @ programme.values <= 1 + 1e-4).all()
        found.append((programme.objective, proven))
    assert found[1] == pytest.approx(found[0], rel=1e-3)
    assert found[1][1] >= found[0][0] - 1e-9


def test_a_middle_that_takes_too_long_is_given_up_and_a_corner_found_later() -> None:
    random = np.random.default_rng(7)
    programme = LivingLp()
    programme.add_rows(np.ones(300), sparse.csr_matrix((300, 0)))
    programme.add_columns(random.random(900), np.ones(900), sparse.csc_matrix(random.random((300, 900))))
    assert not programme.solve_centre(1e-3)
    assert programme.was_cut
    assert programme.solve()


@pytest.mark.parametrize("seed", SEEDS)
def test_bounds_are_as_tight_as_at_corners_and_never_below_a_dive(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    corner, _, _ = start(seed)
    corner.strengthen(8, 1e-5, lambda: True)
    monkeypatch.setattr(plan_master, "LARGE", 0)
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
