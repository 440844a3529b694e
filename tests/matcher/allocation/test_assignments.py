"""Capacity, conflicts and fit alone: the best worst case and the best total, both to the last digit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.backends import Limits
from matcher.allocation.exactness import Remainder, is_assignment, settle
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import measure
from matcher.allocation.relaxation import relax
from matcher.allocation.result import Status
from matcher.allocation.search import solve_exactly
from matcher.allocation.solver import allocate
from matcher.evidence.verifier import verify
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance

DIGEST = "0" * 64


@pytest.mark.parametrize(("requests", "partners", "capacity"), [(60, 80, 3), (80, 60, 4)])
def test_worst_case_and_total_are_those_of_the_whole_programme(requests, partners, capacity):
    instance = as_instance(reviewer_document(requests, partners, 7, capacity))
    allocation = allocate(instance, instance_sha256=DIGEST)
    worst, total = allocation.levels
    arrays = from_instance(instance)

    days, proven = solve_exactly(formulate(arrays, "value", [Hold("worst_request", worst.value)]), Limits())

    assert proven
    assert days is not None
    assert total.value == pytest.approx(measure(arrays, days, ["value"])["value"], abs=1e-6)
    assert allocation.status is Status.OPTIMAL
    assert worst.bound == pytest.approx(worst.value, abs=1e-9)
    assert total.bound == pytest.approx(total.value, abs=1e-6)
    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


def test_scarce_capacity_is_solved_to_proof_as_well():
    """Every partner day is needed: the worst case is limited by rivals, not by a request's own partners."""
    instance = as_instance(reviewer_document(30, 30, 11, capacity=3))
    allocation = allocate(instance, instance_sha256=DIGEST)
    arrays = from_instance(instance)

    days, proven = solve_exactly(formulate(arrays, "worst_request", ()), Limits())

    assert proven
    assert days is not None
    best = measure(arrays, days, ["worst_request"])["worst_request"]
    assert allocation.levels[0].value == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("levels", [4, 1_000_000])
def test_rivals_for_few_specialists_are_solved_to_proof(levels):
    """Most requests want the same few partners; fits have few levels, or many decimals."""
    document = reviewer_document(24, 18, 5, capacity=5)
    chance = np.random.default_rng(levels)
    for candidate in document["candidates"]:
        is_specialist = int(candidate["partner"][1:]) < 6
        fit = np.clip((0.8 if is_specialist else 0.2) + chance.normal(0, 0.1), 0.01, 1)
        candidate["fit"] = round(float(np.ceil(fit * levels) / levels), 6)
    instance = as_instance(document)
    allocation = allocate(instance, instance_sha256=DIGEST)
    arrays = from_instance(instance)

    days, proven = solve_exactly(formulate(arrays, "worst_request", ()), Limits())

    assert proven
    assert days is not None
    best = measure(arrays, days, ["worst_request"])["worst_request"]
    assert allocation.levels[0].value == pytest.approx(best, abs=1e-6)
    assert allocation.levels[0].bound >= best - 1e-9
    assert allocation.status is Status.OPTIMAL


def test_blocks_and_skills_are_no_assignment():
    arrays = from_instance(as_instance(reviewer_document(10, 10, 3)))
    assert is_assignment(arrays)
    longer = arrays.high.copy()
    longer[0] += 1
    object.__setattr__(arrays, "high", longer)
    assert not is_assignment(arrays)
    assert np.all(arrays.low == 1)


def test_settling_ends_where_the_relaxation_lies_further_above_than_any_reduced_profit():
    arrays = from_instance(as_instance(reviewer_document(6, 6, 7, 3)))
    relaxation = relax(formulate(arrays, "value", ()))
    assert relaxation is not None
    far = replace(relaxation, bound=relaxation.bound + 1_000.0, bound_at_prices=relaxation.bound + 1_000.0)
    problem = Remainder(arrays, "value", (), np.ones(len(arrays), dtype=bool))

    days, proven, found = settle(problem, far, Limits(), np.zeros(len(arrays), dtype=np.int64))

    assert proven
    assert found is not None
    assert np.array_equal(days, found)
    assert measure(arrays, days, ["value"])["value"] == pytest.approx(relaxation.bound, rel=1e-6)
