"""Dives for whole teams, and programmes that begin where the interior point ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from benchmarks.assignments import assignment_document
from matcher.allocation.formulation import formulate
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.solver import allocate
from matcher.allocation.team_master import shared_rows
from matcher.allocation.team_ways import TeamWays, team_ways
from matcher.problem.instance import Instance
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance


def wanted_by_all(seed: int) -> Instance:
    """A few partners fit all requests better than others do."""
    chance = np.random.default_rng(seed)
    fit = 0.4 * chance.beta(2, 5, (100, 1)) + 0.6 * chance.beta(1, 4, (1, 61))
    fit = np.round(np.clip(fit + chance.normal(0, 0.05, (100, 61)), 0, 1), 4)
    return as_instance(assignment_document(fit, chance.random(fit.shape) >= 0.05, load=5))


def popular(seed: int) -> TeamWays:
    arrays = from_instance(wanted_by_all(seed))
    ways = team_ways(arrays, formulate(arrays, "worst_request", ()))
    assert ways is not None
    return ways


def relaxed_best(ways: TeamWays) -> float:
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        reached, proven = ways.relaxed(middle)
        assert proven
        low, high = (low, middle) if reached is None else (max(middle, reached), high)
    return low


def test_a_dive_leaves_dead_ends_and_finds_what_none_without_does(monkeypatch: pytest.MonkeyPatch) -> None:
    share = relaxed_best(popular(1)) - 1e-9
    patient = popular(1)
    patient.relaxed(share)
    days = patient.seek(share)
    monkeypatch.setattr("matcher.allocation.team_ways._MISSES", 0)
    hasty = popular(1)
    hasty.relaxed(share)

    assert days is not None
    assert hasty.seek(share) is None
    worth = np.bincount(patient.arrays.request, patient.arrays.fit * days, patient.arrays.requests)
    assert worth.min() / 3 >= share - 1e-9


def test_blocks_of_two_sizes_leave_half_a_block_of_room() -> None:
    document = reviewer_document(12, 9, 5, capacity=3)
    even = from_instance(as_instance(document))
    for candidate in document["candidates"][: len(document["candidates"]) // 2]:
        candidate["min_days"] = candidate["max_days"] = 2
    for request in document["requests"]:
        request["days"] = 6
    uneven = from_instance(as_instance(document))

    for arrays, are_even in ((even, True), (uneven, False)):
        rows = shared_rows(formulate(arrays, "value", ()))
        assert rows is not None
        assert rows.are_even is are_even


@pytest.mark.parametrize("seed", range(4))
def test_a_simplex_that_begins_where_the_interior_point_ends_ends_where_one_from_nothing_does(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(seed)
    matrix = sparse.csc_matrix(chance.integers(0, 4, (40, 300)) * (chance.random((40, 300)) < 0.3))
    profit, upper = chance.random(300), chance.integers(3, 9, 40).astype(float)
    ends = []
    for many in (10_000, 1):
        monkeypatch.setattr("matcher.allocation.living_lp._MANY", many)
        programme = LivingLp(method="primal")
        programme.add_rows(upper, sparse.csr_matrix((40, 0)))
        for part in (slice(0, 200), slice(200, 300)):
            programme.add_columns(profit[part], np.ones(len(profit[part])), matrix[:, part])
            assert programme.solve()
        ends.append(programme)
    nothing, inside = ends

    assert inside.objective == pytest.approx(nothing.objective, abs=1e-7)
    assert (matrix @ inside.values <= upper + 1e-6).all()
    gains = profit - inside.prices @ matrix
    assert upper @ inside.prices + np.maximum(gains, 0).sum() == pytest.approx(inside.objective, abs=1e-6)


@pytest.mark.parametrize(("few", "arguments"), [(10_000, 2), (0, 1)])
def test_what_teams_leave_open_is_argued_over_candidates_where_they_are_few(
    few: int, arguments: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    argued: list[object] = []
    monkeypatch.setattr("matcher.allocation.assignment._FEW", few)
    monkeypatch.setattr("matcher.allocation.assignment._aim", lambda _, targets: argued.append(targets))

    allocate(wanted_by_all(1), instance_sha256="0" * 64)

    assert len(argued) == arguments
