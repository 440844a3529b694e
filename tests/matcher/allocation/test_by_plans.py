"""A level over whole plans: a bound that no answer passes, and days that keep the rules, within the time."""

from __future__ import annotations

import pytest

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.by_plans import by_plans
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.living_lp import LivingLp
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import LEVELS
from matcher.allocation.relaxation import relax
from matcher.allocation.search import keeps
from matcher.problem.instance import Instance, IntArray
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

LAST = ("worst_group", "worst_request", "change", "travel")


def invented(seed: int, *ladder: str, size: int = 6) -> Instance:
    document = random_document(seed, partners=size, requests=size)
    return as_instance({**document, "essential_is_hard": False, "ladder": list(ladder)})


def opened(instance: Instance) -> tuple[CandidateArrays, IntArray]:
    opening = open_instance(instance)
    assert opening.arrays is not None
    assert opening.days is not None
    return opening.arrays, opening.days


@pytest.mark.parametrize("seed", range(24))
def test_no_answer_has_a_better_worst_group_than_the_bound(seed):
    instance = invented(seed, "worst_group")
    arrays, days = opened(instance)
    best = Oracle(instance).best()
    assert best is not None
    relaxation = relax(formulate(arrays, "worst_group", ()))
    assert relaxation is not None
    plans = by_plans(arrays, "worst_group", (), relaxation)
    assert plans is not None

    bound, found = plans.solve(days, Effort())

    assert best[0] - 1e-7 <= bound <= relaxation.bound + 1e-3
    assert keeps(arrays, found, ())


@pytest.mark.parametrize("name", LAST)
@pytest.mark.parametrize("seed", range(6))
def test_cover_counts_in_a_value_that_is_held_before_the_level(seed, name):
    instance = invented(seed, "value", name)
    arrays, days = opened(instance)
    best = Oracle(instance).best()
    assert best is not None
    held = [Hold("value", best[0] - 1e-4)]
    relaxation = relax(formulate(arrays, name, held))
    assert relaxation is not None
    plans = by_plans(arrays, name, held, relaxation)
    assert plans is not None

    bound = plans.solve(days, Effort())[0]

    level, fixed = LEVELS[name], len(instance.previous) if name == "change" else 0.0
    assert bound >= level.signed(best[1] - fixed) - 1e-5 * max(1.0, abs(best[1]))


def test_once_time_is_over_no_more_programmes_are_solved(monkeypatch):
    arrays, days = opened(invented(3, "worst_group", size=12))
    relaxation = relax(formulate(arrays, "worst_group", ()))
    assert relaxation is not None
    plans = by_plans(arrays, "worst_group", (), relaxation)
    assert plans is not None
    solves: list[float | None] = []
    solve = LivingLp.solve

    def counted(living: LivingLp, seconds: float | None = None) -> bool:
        solves.append(seconds)
        return solve(living, seconds)

    monkeypatch.setattr(LivingLp, "solve", counted)
    plans.solve(days, Effort())
    in_time, solves = len(solves), []

    bound, found = plans.solve(days, Effort(deadline=0.0))

    assert len(solves) <= 2 < in_time
    assert bound <= relaxation.bound + 1e-3
    assert keeps(arrays, found, ())
