"""The doors: same answer every time, stored effort, limits, complete answers on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.allocation import solver
from matcher.allocation.result import Status
from matcher.allocation.solver import Options, allocate, solve
from matcher.evidence.verifier import verify
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64


@pytest.fixture(scope="module")
def instance():
    document = random_document(3, partners=14, requests=16)
    document["ladder"] = ["mandated", "floors", "worst_group", "value", "change", "travel"]
    return as_instance(document)


def without_seconds(allocation):
    levels = tuple(replace(level, seconds=0.0) for level in allocation.levels)
    return replace(allocation, levels=levels, seconds=0.0)


def test_the_same_instance_gives_the_same_answer(instance):
    first = allocate(instance, instance_sha256=DIGEST, gap=0.02)
    second = allocate(instance, instance_sha256=DIGEST, gap=0.02)
    assert without_seconds(first) == without_seconds(second)


def test_a_stored_effort_repeats_a_run_that_was_cut_short(instance):
    short = allocate(instance, instance_sha256=DIGEST, gap=0.0, effort={"value_rounds": 3})
    again = allocate(instance, instance_sha256=DIGEST, gap=0.0, effort=short.certificate["effort"])
    assert without_seconds(short) == without_seconds(again)


def test_a_limit_that_is_over_still_leaves_a_feasible_answer(instance):
    allocation = allocate(instance, instance_sha256=DIGEST, limit_seconds=0.0)
    assert allocation.engagements
    assert [level.name for level in allocation.levels] == list(instance.ladder)
    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


def test_every_answer_on_the_way_is_complete_and_keeps_the_rules(instance):
    seen = []
    allocate(instance, instance_sha256=DIGEST, gap=0.02, on_incumbent=seen.append)
    assert len(seen) > len(instance.ladder)
    for allocation in seen:
        assert [level.name for level in allocation.levels] == list(instance.ladder)
        assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


def test_a_level_still_under_way_tells_its_time_and_holds_nothing_for_others(instance, monkeypatch):
    monkeypatch.setattr(solver, "_BETWEEN_INCUMBENTS", 0.0)
    seen = []
    allocate(instance, instance_sha256=DIGEST, gap=0.02, on_incumbent=seen.append)
    levels = [{level.name: level for level in allocation.levels} for allocation in seen]
    *under_way, left = [now["value"] for now in levels if now["value"].seconds and not now["change"].seconds]
    assert any(0 < level.seconds < left.seconds for level in under_way)
    assert all(level.held == pytest.approx(level.value, rel=1e-12) for level in under_way)


def test_answers_with_their_bounds_are_told_while_a_level_is_under_way(instance, monkeypatch):
    """Where the search is killed the last one is all that is left of it."""
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    seen = []
    allocate(instance, instance_sha256=DIGEST, gap=0.005, on_incumbent=seen.append)
    levels = [{level.name: level for level in allocation.levels} for allocation in seen]
    under_way = [now["value"].bound for now in levels if now["floors"].seconds and not now["change"].seconds]
    untouched, *_, left = under_way
    assert any(left <= bound < untouched for bound in under_way[:-1])


def test_progress_tells_level_value_and_bound(instance):
    told = []
    allocate(instance, instance_sha256=DIGEST, gap=0.02, progress=lambda *news: told.append(news))
    assert {name for name, *_ in told} == set(instance.ladder)
    assert all(0 <= done < 1 for _, done, _, _ in told)


def test_prices_come_with_the_solution(instance):
    solution = solve(instance, instance_sha256=DIGEST, wanted=Options(gap=1e-4))
    assert solution.allocation.status in (Status.OPTIMAL, Status.FEASIBLE)
    assert solution.arrays is not None
    assert solution.days is not None


def test_an_instance_with_nothing_to_match_is_answered():
    document = random_document(1)
    document["candidates"], document["forbidden"], document["previous"] = [], [], []
    allocation = allocate(as_instance(document), instance_sha256=DIGEST)
    assert allocation.engagements == ()
    assert {unmet.reason for unmet in allocation.unmet} == {"no_candidate"}
    assert len(allocation.unmet) == len(document["requests"])
