"""A run that the clock stopped, wherever that was, is replayed from its note to the same bytes."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from matcher.allocation.effort import Effort
from matcher.allocation.result import Allocation
from matcher.allocation.solver import allocate
from matcher.problem.instance import Instance
from matcher.serialisation import write_result
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64


class ShortTime:
    """A clock by which time has run out after so many looks."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def __call__(self) -> float:
        self.left -= 1
        return time.perf_counter() + (1e9 if self.left < 0 else 0.0)


def groups() -> Instance:
    """The worst group, searched with targets that rise."""
    document = random_document(3, partners=9, requests=10)
    return as_instance({**document, "essential_is_hard": False, "ladder": ["floors", "worst_group"]})


def plans() -> Instance:
    """Value by plans, dive, mending and search, then the levels after it."""
    document = random_document(5, partners=10, requests=12)
    ladder = ["mandated", "floors", "value", "change", "travel"]
    return as_instance({**document, "essential_is_hard": False, "ladder": ladder})


def reviewers() -> Instance:
    return as_instance(reviewer_document(25, 20, 5, 4))


def timeless(allocation: Allocation) -> bytes:
    """The bytes without seconds, as a service keeps them."""
    levels = tuple(replace(level, seconds=0.0) for level in allocation.levels)
    return write_result(replace(allocation, levels=levels, seconds=0.0))


def stopped(instance: Instance, looks: int, monkeypatch: pytest.MonkeyPatch) -> Allocation:
    with monkeypatch.context() as patch:
        patch.setattr("matcher.allocation.solver.Effort", partial(Effort, clock=ShortTime(looks)))
        return allocate(instance, instance_sha256=DIGEST, limit_seconds=1e6)


def effort_of(allocation: Allocation) -> dict[str, Any]:
    """As a service would have stored it."""
    note: dict[str, Any] = json.loads(json.dumps(allocation.certificate["effort"]))
    return note


@pytest.mark.parametrize("looks", [1, 3, 6, 10, 15, 22, 30, 45, 60])
@pytest.mark.parametrize("instance", [groups, plans, reviewers])
def test_a_stopped_run_and_its_replay_give_the_same_bytes(instance, looks, monkeypatch):
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    run = stopped(instance(), looks, monkeypatch)

    again = allocate(instance(), instance_sha256=DIGEST, effort=effort_of(run))

    assert timeless(again) == timeless(run)


def test_a_run_that_was_not_stopped_keeps_no_looks(monkeypatch):
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    timed = allocate(reviewers(), instance_sha256=DIGEST, limit_seconds=1e6)
    free = allocate(reviewers(), instance_sha256=DIGEST)

    assert not any(key.startswith("clock") for key in effort_of(timed))
    assert timeless(timed) == timeless(free)


def test_without_its_note_a_stopped_run_comes_out_otherwise(monkeypatch):
    """So that the moments above are known to matter."""
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    run = stopped(plans(), 22, monkeypatch)
    assert timeless(allocate(plans(), instance_sha256=DIGEST)) != timeless(run)


def test_a_programme_that_was_cut_short_is_left_out_in_the_replay():
    live = Effort(deadline=time.perf_counter() + 1e6)
    assert not live.out_of_time()
    live.ended(cut=True)
    live.ended(cut=False)
    again = Effort(live.note())
    assert [again.out_of_time(), again.skips(), again.skips()] == [False, True, False]
    assert again.note() == live.note()
