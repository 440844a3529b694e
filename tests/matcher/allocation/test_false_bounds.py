"""No bound of any level is ever below what can be reached; where one is, it is told, noted, and not relied on."""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation import level_state
from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.best_possible import best_possible
from matcher.allocation.effort import Effort
from matcher.allocation.false_bounds import FalseBoundWarning
from matcher.allocation.formulation import fixed_value
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.ladder import Climb
from matcher.allocation.level_step import Step
from matcher.allocation.objectives import LEVELS
from matcher.allocation.result import FALSE_BOUNDS, Allocation, Status
from matcher.allocation.solver import allocate
from matcher.allocation.standing import Reached
from matcher.evidence.verifier import verify
from matcher.problem.instance import Instance
from matcher.serialisation import read_result, write_result
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64
NAMES = sorted(LEVELS)
#: Where sizes part the ways of the solver: lowered, the ways of large instances are taken on tiny ones.
SIZES = (
    "level_step._FEW",
    "level_step._QUICK_PROOF",
    "candidate_master._LIVING",
    "candidate_master._SIMPLEX",
    "candidate_master._INTERIOR",
    "plan_remainder._FEW",
    "rebuild._FEW",
    "sizes.LARGE",
    "sizes.VAST",
    "plan_answers._SMALL",
)


def instance_with(level: str, seed: int) -> Instance:
    """A small instance with floors of all kinds whose ladder ends with a level; one on which it is mostly not 0."""
    chance = random.Random(seed)
    document = random_document(seed, partners=4 + seed % 4, requests=4 + seed % 5)
    if level.startswith("worst"):
        document["requests"] = [row for row in document["requests"] if row["id"] in _served(document)][:4]
        _leave_out_unknown(document)
    others = [name for name in NAMES if name != level]
    document["ladder"] = [*chance.sample(others, chance.randint(0, 2)), level]
    for group in document["priorities"] + document["regions"]:
        group["floor"] = chance.choice([0, 0.2, 0.4, 0.7, 1.0])
    return as_instance(document)


def _served(document: dict[str, Any]) -> set[str]:
    """Requests with a partner that has days for the smallest block."""
    capacity = {row["id"]: row["capacity"] for row in document["partners"]}
    window = {row["id"]: row["window"] for row in document["requests"]}
    forbidden = {tuple(pair) for pair in document["forbidden"]}
    served = set()
    for row in document["candidates"]:
        first, last = window[row["request"]]
        days = sum(capacity[row["partner"]][first : last + 1])
        if days >= row["min_days"] and (row["partner"], row["request"]) not in forbidden:
            served.add(row["request"])
    return served


def _leave_out_unknown(document: dict[str, Any]) -> None:
    known = {row["id"] for row in document["requests"]}
    document["candidates"] = [row for row in document["candidates"] if row["request"] in known]
    document["previous"] = [row for row in document["previous"] if row["request"] in known]
    document["forbidden"] = [pair for pair in document["forbidden"] if pair[1] in known]


def solved_as_if_large(instance: Instance, seed: int, patch: pytest.MonkeyPatch) -> Allocation:
    """By the ways of large instances, a choice of them."""
    chance = random.Random(seed)
    patch.setattr("matcher.allocation.level_step.SMALL", 0)
    for size in SIZES:
        if chance.random() < 0.4:
            patch.setattr(f"matcher.allocation.{size}", 0)
    return allocate(instance, instance_sha256=DIGEST, gap=chance.choice([0.0, 0.001, 0.05]))


def assert_bounds_hold(instance: Instance, allocation: Allocation) -> None:
    """Each bound against the best that there is with the levels before it held where the result says."""
    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]
    for level, best in zip(allocation.levels, Oracle(instance).best_given(allocation.levels), strict=True):
        assert best is not None, f"{level.name}: what is held before it cannot be kept"
        signed, slack = LEVELS[level.name].signed, 3e-5 * max(1.0, abs(best))
        assert signed(level.bound) >= signed(best) - slack, f"{level.name}: {best} can be reached"
        assert signed(level.value) >= signed(level.held) - slack


@pytest.mark.parametrize("level", NAMES)
@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 100_000))
def test_no_bound_of_a_level_is_below_what_can_be_reached(level: str, seed: int):
    instance = instance_with(level, seed)
    with pytest.MonkeyPatch.context() as patch:
        assert_bounds_hold(instance, solved_as_if_large(instance, seed, patch))


@pytest.mark.parametrize("level", NAMES)
def test_bounds_that_are_a_little_too_low_are_caught_on_every_level(level: str, monkeypatch):
    """The test above must be able to fail."""
    honest = level_state.LevelState.natural

    def false(state: level_state.LevelState, signed_bound: float) -> float:
        bound, own = honest(state, signed_bound), state.level
        less = 1.0 if own.whole else 0.02 * abs(bound)
        return bound - own.signed(less) if own.name == level else bound

    monkeypatch.setattr(level_state.LevelState, "natural", false)
    caught = 0
    for seed in range(6):
        instance = instance_with(level, seed)
        try:
            assert_bounds_hold(instance, solved_as_if_large(instance, seed, monkeypatch))
        except (FalseBoundWarning, AssertionError):
            caught += 1
    assert caught


@pytest.fixture
def instance() -> Instance:
    """An instance on which each level can be something else than nothing."""
    return as_instance({**random_document(5, partners=7, requests=8), "ladder": ["mandated", "value"]})


def step_of(instance: Instance, level: str) -> Step:
    """A level at the days that are best for it."""
    best = allocate(instance, instance_sha256=DIGEST, gap=0.0)
    arrays = from_instance(instance)
    rows = {instance.row_of(each.partner, each.request): each.total_days for each in best.engagements}
    days = np.array([rows.get(row, 0) for row in arrays.row.tolist()], dtype=np.int64)
    return Step(Climb(arrays, days, 0.0, Effort(), [level]), LEVELS[level])


def lower(step: Step, by: float) -> None:
    """Say that nothing is better than something that much worse than what is in hand."""
    name, fixed = step.level.name, 0.0
    if step.level.separable:
        fixed = fixed_value(step.climb.arrays, name)
    step.tighten(step.level.signed(step.now.value - fixed) - by)


@pytest.mark.parametrize("level", NAMES)
def test_a_bound_below_what_is_in_hand_is_told_and_gives_way_to_one_that_was_counted(level, instance):
    step = step_of(instance, level)
    with pytest.warns(FalseBoundWarning, match=f"^{level}: "):
        lower(step, 1.0)
    counted, signed = best_possible(step.climb.arrays, level), step.level.signed
    assert step.now.bound == max(counted, step.now.value, key=signed)
    assert step.climb.false_bounds == {level}
    lower(step, -1e-3)
    step.close(step.now.value)
    assert step.now.bound == max(counted, step.now.value, key=signed), "nothing else is believed"


@pytest.mark.parametrize("level", ["value", "travel", "worst_group"])
def test_rounding_lifts_a_bound_without_a_word(level, instance):
    step = step_of(instance, level)
    lower(step, 1e-9 * max(1.0, abs(step.now.value)))
    assert step.now.bound == step.now.value
    assert not step.climb.false_bounds


def test_an_argument_that_misses_what_is_in_hand_proves_nothing(instance):
    for end in (None, 0.5):
        step = step_of(instance, "value")
        assert step.now.value > 1.0
        with pytest.warns(FalseBoundWarning):
            step.close(end)
        assert step.now.bound > step.now.value


def test_the_answer_stands_and_its_certificate_names_the_level(instance, monkeypatch):
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    honest = level_state.LevelState.natural
    monkeypatch.setattr(
        level_state.LevelState,
        "natural",
        lambda state, bound: honest(state, bound) - (state.level.name == "value"),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FalseBoundWarning)
        allocation = allocate(instance, instance_sha256=DIGEST, gap=0.0)
    assert allocation.status is Status.FEASIBLE
    assert allocation.certificate[FALSE_BOUNDS] == ["value"]
    assert read_result(write_result(allocation)).certificate[FALSE_BOUNDS] == ["value"]
    assert_bounds_hold(instance, allocation)


def test_a_finished_answer_better_than_its_bound_is_told_too(instance):
    best = allocate(instance, instance_sha256=DIGEST)
    assert FALSE_BOUNDS not in best.certificate
    arrays = from_instance(instance)
    false = [Reached(level.name, level.value, level.value - 1.0, level.value) for level in best.levels]
    draft = Draft(arrays, step_of(instance, "value").climb.room.days, false)
    with pytest.warns(FalseBoundWarning):
        answer = allocation_of(instance, draft, digest=DIGEST, gap=0.0, certificate={})
    assert answer.certificate[FALSE_BOUNDS] == ["mandated", "value"]
    assert_bounds_hold(instance, answer)
