"""Instances too large for most programmes: masters solved nearly, mandated support by search, answers only rebuilt.

The sizes at which these ways part from the others are lowered, so that small instances take them too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from matcher.allocation import backends, candidate_master
from matcher.allocation.backends import glop, pdlp
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold, formulate
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import measure
from matcher.allocation.programme import assemble, point_columns
from matcher.allocation.relaxation import relax
from matcher.allocation.solver import allocate
from matcher.evidence.verifier import verify
from matcher.problem.instance import Instance
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.allocation.test_replay import DIGEST, ShortTime, effort_of, timeless
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document, random_instance

SEEDS = range(6)


@pytest.fixture
def nearly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Masters by the first-order method."""
    for size in ("_LIVING", "_SIMPLEX", "_INTERIOR"):
        monkeypatch.setattr(candidate_master, size, 0)


@pytest.fixture
def vast(monkeypatch: pytest.MonkeyPatch, nearly: None) -> None:
    """All ways of a vast instance."""
    for size in ("level_step.SMALL", "level_step._FEW", "sizes.LARGE", "sizes.VAST"):
        monkeypatch.setattr(f"matcher.allocation.{size}", 0)


def formulation_of(seed: int, held: tuple[Hold, ...] = ()) -> Formulation:
    return formulate(from_instance(random_instance(seed, partners=9, requests=12)), "value", held)


def best_of(formulation: Formulation) -> float:
    """The optimum of the whole relaxation, by simplex."""
    arrays = formulation.arrays
    more = np.flatnonzero(arrays.low < arrays.high)
    days = np.concatenate((arrays.high, arrays.low[more])).astype(float)
    columns = point_columns(np.append(np.arange(len(arrays)), more), days)
    whole = glop(assemble(formulation, columns).programme)
    assert whole is not None
    return whole.objective


@pytest.mark.usefixtures("nearly")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_bound_from_nearly_solved_masters_is_proven_and_within_its_tolerance(seed: int) -> None:
    formulation = formulation_of(seed)
    relaxation, best = relax(formulation, tolerance=1e-2), best_of(formulation)
    assert relaxation is not None
    assert best - 1e-6 <= relaxation.bound <= 1.012 * best


def test_columns_that_cannot_keep_the_rows_end_the_first_order_method(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backends, "_STEPS", 200)
    formulation = formulation_of(1)
    columns = point_columns(np.arange(4), formulation.arrays.high[:4].astype(float))
    programme = assemble(formulation, columns).programme
    assert pdlp(programme, 1e-3) is not None
    none = replace(programme, row_upper=np.full(len(programme.row_upper), -1e3))
    assert pdlp(none, 1e-3) is None


@pytest.mark.usefixtures("nearly")
@pytest.mark.parametrize("seed", SEEDS)
def test_days_in_hand_give_the_first_master_an_answer(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = from_instance(random_instance(seed, partners=9, requests=12))
    days = spreadsheet(arrays)
    held = tuple(Hold(name, value) for name, value in measure(arrays, days, ("mandated", "floors")).items())
    monkeypatch.setattr(
        candidate_master, "_first_points", lambda arrays: np.flatnonzero(arrays.fit > arrays.fit.max())
    )
    relaxation = relax(formulate(arrays, "value", held), tolerance=1e-2, begin=days, rounds=1)
    assert relaxation is not None
    assert relaxation.objective >= 0.99 * measure(arrays, days, ["value"])["value"]


def small(seed: int) -> Instance:
    document = random_document(seed, partners=7, requests=8)
    return as_instance({**document, "ladder": ["mandated", "floors", "value"]})


@pytest.mark.usefixtures("vast")
@pytest.mark.parametrize("seed", SEEDS)
def test_vast_instances_keep_every_rule_and_their_bounds_hold(seed: int) -> None:
    instance = small(seed)
    found = allocate(instance, instance_sha256=DIGEST, gap=0.01)
    assert not [breach for breach in verify(instance, found).breaches if "sha256" not in breach]
    for level, best in zip(found.levels, Oracle(instance).best_given(found.levels), strict=True):
        assert best is not None
        slack = 3e-5 * max(1.0, abs(best))
        assert level.bound <= best + slack if level.name == "floors" else level.bound >= best - slack
    assert timeless(allocate(instance, instance_sha256=DIGEST, gap=0.01)) == timeless(found)


@pytest.mark.usefixtures("vast")
@pytest.mark.parametrize("looks", [2, 5, 9, 14, 20, 28, 40])
def test_a_vast_run_that_time_stopped_is_replayed_to_the_same_bytes(
    looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = partial(allocate, small(3), instance_sha256=DIGEST, gap=0.0)
    with monkeypatch.context() as patch:
        patch.setattr("matcher.allocation.solver.Effort", partial(Effort, clock=ShortTime(looks)))
        stopped = run(limit_seconds=1e6)
    assert timeless(run(effort=effort_of(stopped))) == timeless(stopped)
