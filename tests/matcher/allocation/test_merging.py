"""Merging takes the best that good answers have, each somewhere, and never gives up a rule or a held level."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation import merging, plan_answers
from matcher.allocation.backends import Limits
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.merging import GoodAnswers
from matcher.allocation.objectives import measure
from matcher.allocation.plan_answers import PlanAnswers
from matcher.allocation.plan_choice import choose
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.relaxation import relax
from matcher.allocation.search import keeps, solve_exactly
from matcher.problem.instance import IntArray
from tests.matcher.random_instances import random_instance

HELD = ("mandated",)


def start(seed: int) -> tuple[PlanMaster, IntArray, list[Hold]]:
    """A master that knows the plans of a simple answer only, and the best days."""
    arrays = from_instance(random_instance(seed, partners=9, requests=12, months=3))
    days = spreadsheet(arrays)
    held = [Hold(name, value) for name, value in measure(arrays, days, HELD).items()]
    formulation, rules = formulate(arrays, "value", held), plan_rules(arrays)
    relaxation = relax(formulation)
    best, proven = solve_exactly(formulation, Limits(nodes=100_000))
    assert relaxation is not None
    assert rules is not None
    assert best is not None
    assert proven
    return PlanMaster(formulation, rules, relaxation.prices, days), best, held


def value(master: PlanMaster, days: IntArray) -> float:
    return measure(master.arrays, days, ["value"])["value"]


def without(master: PlanMaster, days: IntArray, request: int) -> IntArray:
    """The same days, but for one request that gets nothing."""
    return np.where(master.arrays.request == request, 0, days)


def may_lack(master: PlanMaster, best: IntArray, held: list[Hold]) -> list[int]:
    """Requests that can be left without help while all that is held is kept."""
    served = np.unique(master.arrays.request[best > 0])
    return [int(each) for each in served if keeps(master.arrays, without(master, best, each), held)]


@pytest.mark.parametrize("seed", range(8))
def test_answers_that_each_miss_something_make_one_that_misses_nothing(seed: int) -> None:
    master, best, held = start(seed)
    lacking = may_lack(master, best, held)[:3]
    assert len(lacking) >= 2
    good = GoodAnswers(master)
    for request in lacking:
        days = without(master, best, request)
        good.add(days, value(master, days))
    merged = good.merged()
    assert merged is not None
    assert keeps(master.arrays, merged, held)
    assert value(master, merged) == pytest.approx(value(master, best))
    same = ~np.isin(master.arrays.request, lacking)
    assert (merged[same] == best[same]).all()


def test_what_has_been_merged_is_merged_again_only_when_an_answer_is_new() -> None:
    master, best, held = start(3)
    first, second, third = (without(master, best, each) for each in may_lack(master, best, held)[:3])
    good = GoodAnswers(master)
    good.add(first, value(master, first))
    assert good.merged() is None
    good.add(second, value(master, second))
    assert good.merged() is not None
    good.add(first, value(master, first))
    assert good.merged() is None
    good.add(third, value(master, third))
    assert good.merged() is not None


def test_answers_that_differ_on_too_many_requests_are_left_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    master, best, held = start(3)
    lacking = may_lack(master, best, held)[:2]
    good = GoodAnswers(master)
    for days in (best, without(master, best, lacking[0]), without(master, best, lacking[1])):
        good.add(days, value(master, days))
    monkeypatch.setattr(merging, "_MOST_FREE", 0)
    assert good.merged() is None


def test_only_the_best_answers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_MOST", 1)
    master, best, held = start(5)
    good = GoodAnswers(master)
    good.add(best, value(master, best))
    for request in may_lack(master, best, held):
        days = without(master, best, request)
        good.add(days, value(master, days))
    assert good.merged() is None


@pytest.mark.parametrize("seed", range(4))
def test_a_choice_beside_days_that_are_kept_leaves_them_as_they_are_and_keeps_every_rule(seed: int) -> None:
    master, best, held = start(20 + seed)
    arrays = master.arrays
    master.pool.add_allocation(arrays, best)
    plans = master.pool.plans
    free = np.unique(arrays.request[best > 0])[::2]
    is_free = np.isin(arrays.request, free)
    kept = np.where(is_free, 0, best)
    days = choose(master, Limits(), plans.chosen(np.flatnonzero(np.isin(plans.request, free))), kept)
    assert days is not None
    assert (days[~is_free] == best[~is_free]).all()
    assert keeps(arrays, days, held)
    assert value(master, days) == pytest.approx(value(master, best))


def test_turns_that_each_find_something_end_with_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but merging is left to bring together what two dives have found."""
    master, best, held = start(3)
    ends = iter([without(master, best, each) for each in may_lack(master, best, held)[:2]])
    monkeypatch.setattr(plan_answers, "dive", lambda *_, **__: next(ends))
    monkeypatch.setattr(plan_answers, "rebuild", lambda master, marginals, days, **_: days)
    monkeypatch.setattr(plan_answers, "NEIGHBOURHOODS", 0)
    relaxation, told = relax(master.formulation), []
    assert relaxation is not None
    answers = PlanAnswers(
        master,
        spreadsheet(master.arrays),
        held,
        effort=Effort(),
        enough=lambda *_: False,
        offer=lambda days: told.append(value(master, days)),
        turns=2,
    )
    answers.relaxation = relaxation
    answers.improve(0)
    answers.improve(1)
    assert value(master, answers.days) == pytest.approx(value(master, best))
    assert told == sorted(told)
