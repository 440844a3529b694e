"""Repair: fewest dropped beyond the events, exactly; then the ladder over what came free."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ortools.sat.python import cp_model

from matcher.allocation.repair import repair
from matcher.allocation.repair_bounds import Warm
from matcher.allocation.solver import Options, solve
from matcher.evidence.verifier import verify
from matcher.problem.events import CapacityChange, Decline, Withdrawal
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64


def pairs(allocation):
    return {(engagement.partner, engagement.request) for engagement in allocation.engagements}


def breaches(instance, allocation):
    return [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


@pytest.fixture(scope="module", params=[2, 9])
def run(request):
    document = random_document(request.param, partners=10, requests=10)
    document["ladder"] = ["mandated", "floors", "value", "change", "travel"]
    instance = as_instance(document)
    return instance, solve(instance, instance_sha256=DIGEST, wanted=Options(gap=0.01))


def test_no_event_gives_the_same_engagements(run):
    instance, solution = run
    changed, repaired = repair(instance, solution.allocation, [])
    assert repaired.engagements == solution.allocation.engagements
    assert not breaches(changed, repaired)


def fewest_dropped(changed, stood):
    """How many of the engagements that stood must go, by the oracle."""
    oracle = Oracle(changed)
    rows = [row for row, c in enumerate(oracle.rows) if (c.partner, c.request) in stood]
    oracle.model.maximize(sum(oracle.engaged[row] for row in rows))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(oracle.model) == cp_model.OPTIMAL
    return len(stood) - round(solver.objective_value)


def events_of(instance, allocation):
    """A decline, a withdrawal and a closed month for some of the engagements."""
    for engagement in allocation.engagements[:3]:
        month = max(range(len(engagement.days)), key=lambda at: engagement.days[at])
        yield Decline(engagement.partner, engagement.request)
        yield Withdrawal(engagement.request)
        yield CapacityChange(engagement.partner, instance.months[month], 0)


def test_no_more_is_dropped_than_must_be(run):
    instance, solution = run
    stood = pairs(solution.allocation)
    for event in events_of(instance, solution.allocation):
        changed, repaired = repair(instance, solution.allocation, [event])
        assert len(stood - pairs(repaired)) == fewest_dropped(changed, stood)
        assert not breaches(changed, repaired)


def test_locked_engagements_are_untouched(run):
    instance, solution = run
    kept, gone = solution.allocation.engagements[0], solution.allocation.engagements[-1]
    locked = replace(instance, locked=(kept,))
    _, repaired = repair(locked, solution.allocation, [Decline(gone.partner, gone.request)])
    assert kept in repaired.engagements


def test_remembered_prices_give_bounds_at_once(run):
    instance, solution = run
    warm = Warm({name: relaxation.prices for name, relaxation in solution.relaxations.items()})
    engagement = solution.allocation.engagements[0]
    event = Decline(engagement.partner, engagement.request)
    _, repaired = repair(instance, solution.allocation, [event], warm=warm)
    levels = {level.name: level for level in repaired.levels}
    assert levels["value"].bound >= levels["value"].value - 1e-6
