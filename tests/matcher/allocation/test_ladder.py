"""The ladder against an oracle that knows neither arrays nor interval rows, on instances small enough to prove."""

from __future__ import annotations

import random

import pytest

from matcher.allocation.objectives import LEVELS
from matcher.allocation.result import Status
from matcher.allocation.solver import allocate
from matcher.evidence.verifier import verify
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64


@pytest.mark.parametrize("seed", range(16))
def test_every_level_in_any_order_is_the_exact_optimum(seed):
    document = random_document(seed, partners=4 + seed % 3, requests=4 + seed % 4)
    if seed % 2:
        order = random.Random(seed)
        document["ladder"] = order.sample(sorted(LEVELS), order.randint(1, len(LEVELS)))
    instance = as_instance(document)

    allocation = allocate(instance, instance_sha256=DIGEST, gap=0.0)

    best = Oracle(instance).best()
    assert best is not None
    values = [level.value for level in allocation.levels]
    assert values == pytest.approx(best, rel=2e-5, abs=2e-5)
    assert [level.bound for level in allocation.levels] == pytest.approx(best, rel=2e-5, abs=2e-5)
    assert allocation.status is Status.OPTIMAL
    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


@pytest.mark.parametrize("seed", range(100, 102))
def test_the_search_alone_keeps_every_rule_and_never_passes_the_optimum(seed, monkeypatch):
    """Without the exact programme for small levels: what large instances go through."""
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    instance = as_instance(random_document(seed, partners=8, requests=9))

    allocation = allocate(instance, instance_sha256=DIGEST, gap=0.02)

    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]
    best = Oracle(instance).best()
    assert best is not None
    first = allocation.levels[0]
    level = LEVELS[first.name]
    assert level.signed(first.value) <= level.signed(best[0]) + 2e-5 * max(1, abs(best[0]))
    assert level.signed(first.bound) >= level.signed(best[0]) - 2e-5 * max(1, abs(best[0]))
