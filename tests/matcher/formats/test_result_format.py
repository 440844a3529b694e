"""Reading and writing results: canonical bytes, unreadable files, and values that no result may hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.result import Allocation, Clash, Status
from matcher.serialisation import ResultError, read_result, write_result
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements, truthful

Change = Callable[[dict[str, Any]], object]


def some_result(seed: int = 3) -> Allocation:
    instance = random_instance(seed)
    return truthful(instance, random_engagements(instance, seed), "0" * 64)


def refusal(change: Change) -> ResultError:
    document = json.loads(write_result(some_result()))
    change(document)
    with pytest.raises(ResultError) as error:
        read_result(json.dumps(document).encode())
    return error.value


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000))
def test_writing_is_the_inverse_of_reading(seed: int):
    raw = write_result(some_result(seed))
    assert write_result(read_result(raw)) == raw


def test_an_infeasible_answer_needs_only_its_clash():
    clash = (Clash("capacity", "p1", "r1", 2), Clash("capacity", "p1", "r2", 2))
    answer = Allocation("0" * 64, Status.INFEASIBLE, (), (), (), clash=clash)
    assert read_result(write_result(answer)) == answer
    short = {
        "format": "support-matching-result/1",
        "instance_sha256": "0" * 64,
        "status": "infeasible",
        "clash": [{"rule": "team", "partner": None, "request": "r1", "month": None}],
    }
    assert read_result(json.dumps(short).encode()).clash == (Clash("team", None, "r1", None),)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d.update(extra=1), "extra: is not a known key"),
        (lambda d: d.pop("unmet"), "unmet: is missing"),
        (lambda d: d.update(format="x"), 'format: must be "support-matching-result/1", not "x"'),
        (lambda d: d["engagements"][0].pop("days"), "engagements[0].days: is missing"),
        (lambda d: d["levels"][0].update(value="many"), "levels[0].value: must be a number"),
        (lambda d: d["levels"][0].update(value=float("inf")), "levels[0].value: must be a number"),
        (lambda d: d.update(certificate=[]), "certificate: must be an object, not a list"),
    ],
)
def test_what_cannot_be_read_is_no_breach(change: Change, line: str):
    error = refusal(change)
    assert not error.is_breach
    assert any(problem.startswith(line) for problem in error.problems), error.problems


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d.update(status="fine"), 'status: "fine" is not known'),
        (lambda d: d["unmet"][0].update(reason="bored"), 'unmet[0].reason: "bored" is not known'),
        (
            lambda d: d["unmet"][0].update(days_short=1.5),
            "unmet[0].days_short: 1.5 is no number of whole days",
        ),
        (lambda d: d["levels"][0].update(bound=None), "levels[0].bound: must be a number, not null"),
        (
            lambda d: d["engagements"][0].update(days=[0, -1, True]),
            "engagements[0].days[1]: -1 is no number of whole days",
        ),
    ],
)
def test_a_value_that_no_result_may_hold_is_a_breach(change: Change, line: str):
    error = refusal(change)
    assert error.is_breach
    assert error.problems[0] == line


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=60))
def test_any_bytes_are_refused_without_a_crash(raw: bytes):
    with pytest.raises(ResultError):
        read_result(raw)
