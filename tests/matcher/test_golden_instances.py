"""Golden instances: solved to proof, with the levels they have always had (compared by value and bound only)."""

from __future__ import annotations

import json

import pytest

from matcher.allocation.result import Status
from matcher.allocation.solver import allocate
from matcher.evidence.verifier import verify
from matcher.serialisation import read_instance, sha256, write_instance, write_result
from tests import independent_checker
from tests.matcher.instance_documents import GOLDEN

LEVELS = {
    "tiny": {"mandated": 4, "floors": 0, "value": 332.3},
    "every_level": {
        "mandated": 9,
        "floors": 0,
        "worst_group": 0.5925925925925926,
        "worst_request": 0,
        "value": 338.9625,
        "change": 9,
        "travel": 5096.5,
    },
    "hard_essentials": {"mandated": 7, "floors": 0, "value": 197.56},
    "locks": {
        "mandated": 6,
        "floors": 0,
        "worst_group": 0.5555555555555556,
        "value": 340.915,
        "change": 14,
        "travel": 4532.3,
    },
}


@pytest.mark.parametrize("name", LEVELS)
def test_a_golden_instance_keeps_its_levels(name: str):
    raw = (GOLDEN / f"{name}.json").read_bytes()
    instance = read_instance(raw)
    assert write_instance(instance) == raw
    answer = allocate(instance, instance_sha256=sha256(raw), gap=0.0)
    assert answer.status is Status.OPTIMAL
    assert {level.name: level.value for level in answer.levels} == pytest.approx(LEVELS[name])
    assert {level.name: level.bound for level in answer.levels} == pytest.approx(LEVELS[name])
    assert verify(instance, answer, instance_sha256=sha256(raw)).breaches == ()
    document = json.loads(write_result(answer))
    assert independent_checker.check(json.loads(raw), document, sha256(raw), 1e-6)[0] == []
