"""The child process of a solve: killed at the limit, believed only after the verifier, never empty-handed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from matcher.allocation.result import Allocation
from matcher.allocation.solver import allocate
from matcher.commands.files import RefusedError
from matcher.commands.first_answer import filled
from matcher.commands.solve import faults
from matcher.commands.solving import STOPPED_BY_ERROR, Job, Tell, solve_within
from matcher.problem.instance import Engagement
from tests.matcher.instance_documents import as_instance, golden_document
from tests.matcher.truthful_results import truthful

INSTANCE = as_instance(golden_document())
DIGEST = "0" * 64
POOR = truthful(INSTANCE, [Engagement("collab", "waits", (0, 0, 4))], DIGEST)
BETTER = truthful(
    INSTANCE, [Engagement("anna", "flow", (3, 3, 0)), Engagement("dora", "wards", (0, 2, 3))], DIGEST
)
FALSE = replace(BETTER, unmet=())


def solved(
    best: Callable[[float | None, Tell], Allocation], limit_seconds: float | None = None
) -> tuple[Allocation, float]:
    """The answer to a job whose search is ``best``, and the seconds it took."""
    started = time.monotonic()
    job = Job(INSTANCE, DIGEST, first=lambda: POOR, best=best, fill=lambda answer: answer)
    return solve_within(job, limit_seconds, started), time.monotonic() - started


def endless(tell: Tell, *answers: Allocation) -> Allocation:
    for answer in answers:
        tell(answer)
    time.sleep(600)
    raise AssertionError


def test_the_final_answer_is_given_out():
    assert solved(lambda seconds, tell: BETTER)[0] == BETTER


def test_the_search_is_told_how_long_it_may_take():
    def best(seconds: float | None, tell: Tell) -> Allocation:
        assert seconds is not None
        assert 0 < seconds <= 20
        return BETTER

    assert solved(best, limit_seconds=20)[0] == BETTER


def test_a_search_that_never_ends_is_killed_at_the_limit():
    answer, seconds = solved(lambda _, tell: endless(tell, BETTER), limit_seconds=3.0)
    assert answer == replace(BETTER, certificate={**BETTER.certificate, "stopped_by_time": True})
    assert seconds < 60


def test_the_better_of_the_first_and_the_latest_answer_is_kept():
    nothing = truthful(INSTANCE, [], DIGEST)
    answer, _ = solved(lambda _, tell: endless(tell, nothing), limit_seconds=0.5)
    assert answer.engagements == POOR.engagements


def test_a_false_answer_is_never_given_out():
    assert solved(lambda _, tell: FALSE)[0] == POOR


def test_a_search_that_dies_leaves_its_latest_answer_and_says_so():
    def best(_: float | None, tell: Tell) -> Allocation:
        tell(BETTER)
        raise ValueError("the programme is nonsense")

    answer = solved(best)[0]
    assert answer.engagements == BETTER.engagements
    assert answer.certificate[STOPPED_BY_ERROR] == "ValueError: the programme is nonsense"
    assert "nonsense" in "".join(faults(answer))
    assert not list(faults(BETTER))


def test_a_child_that_dies_before_any_answer_says_why():
    def first() -> Allocation:
        raise ValueError("nothing to begin with")

    job = Job(INSTANCE, DIGEST, first=first, best=lambda _, tell: BETTER, fill=lambda answer: answer)
    with pytest.raises(RefusedError) as error:
        solve_within(job, None, time.monotonic())
    assert error.value.lines == ("the solver ended without an answer: ValueError: nothing to begin with",)


def test_the_child_is_gone_afterwards():
    def best(_: float | None, tell: Tell) -> Allocation:
        return replace(BETTER, versions={"child": str(os.getpid())})

    answer, _ = solved(best)
    with pytest.raises(ProcessLookupError):
        os.kill(int(answer.versions["child"]), 0)


def test_room_that_is_given_away_at_the_limit_leaves_no_bound_that_was_proven_for_less_travel():
    instance = replace(INSTANCE, ladder=("travel", "value"))
    stayed = allocate(instance, instance_sha256=DIGEST)
    assert not stayed.engagements
    moved = filled(instance, 0.0, stayed)
    travel, value = moved.levels
    assert travel.held == travel.value > 0 == travel.bound
    best = allocate(replace(instance, ladder=("value",)), instance_sha256=DIGEST)
    assert value.bound >= best.levels[0].value > 0
