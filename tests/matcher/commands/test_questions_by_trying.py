"""Questions about one pair or one day against every choice of days that their neighbourhood allows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np
import pytest

from matcher.allocation.day_worth import two_sided
from matcher.allocation.forcing import force
from matcher.allocation.freed_part import Part, part_of
from matcher.allocation.objectives import LEVELS
from matcher.allocation.search import keeps
from matcher.allocation.settled import Settled
from matcher.allocation.solved_again import part_around
from matcher.allocation.solver import allocate
from matcher.problem.instance import IntArray
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64
MOST_CHOICES = 3_000
LADDERS = (
    ["mandated", "floors", "worst_group", "value", "change", "travel"],
    ["worst_request", "value"],
    ["value", "mandated"],
    ["change"],
)


def standing(seed: int, ladder: Sequence[str] | None = None) -> Settled:
    """What stands of a small instance; where a ladder is given, every other candidate has no way to go."""
    document = random_document(seed, partners=3 + seed % 3, requests=3 + seed % 3)
    document["ladder"] = LADDERS[seed % len(LADDERS)] if ladder is None else list(ladder)
    for at, candidate in enumerate(document["candidates"]):
        candidate["distance_km"] *= ladder is None or at % 2
        candidate["max_days"] = min(candidate["max_days"], candidate["min_days"] + 2)
    instance = as_instance(document)
    return Settled.of(instance, allocate(instance, instance_sha256=DIGEST, gap=0.05).engagements)


def best_by_trying(part: Part, forced: IntArray) -> dict[str, float] | None:
    """The levels of the best days that engage some candidates; None where there are none."""
    arrays, found = part.arrays, []
    ranges = [[0, *range(low, high + 1)] for low, high in zip(arrays.low, arrays.high, strict=True)]
    for chosen in product(*ranges):
        days = np.array(chosen, dtype=np.int64)
        if (days[forced] > 0).all() and keeps(arrays, days, ()):
            levels = part.levels(days)
            found.append(([LEVELS[name].signed(value) for name, value in levels.items()], levels))
    return max(found, key=lambda each: each[0])[1] if found else None


def is_small(part: Part) -> bool:
    return prod((part.arrays.high - part.arrays.low + 2).tolist()) <= MOST_CHOICES


NOBODY: IntArray = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize("seed", range(12))
def test_what_a_forced_pair_costs_is_what_trying_everything_says(seed: int):
    settled = standing(seed)
    instance, tried = settled.instance, 0
    engaged = {(each.partner, each.request) for each in settled.engagements}
    for row in range(len(instance.candidates)):
        pair = instance.candidate(row).partner, instance.candidate(row).request
        part = part_around(settled, *pair)
        position = np.flatnonzero(part.position(*pair))
        if pair in instance.forbidden or not len(position) or not is_small(part):
            continue
        tried, forced, best = tried + 1, force(settled, pair), best_by_trying(part, position)
        assert (forced is None) == (best is None), pair
        if forced is None or best is None:
            continue
        assert {name: forced.after[name] for name in best} == pytest.approx(best, rel=2e-5, abs=2e-5)
        without = best_by_trying(part, NOBODY)
        assert without is not None
        if pair not in engaged:
            assert {name: forced.without[name] for name in without} == pytest.approx(
                without, rel=2e-5, abs=2e-5
            )
    assert tried


@pytest.mark.parametrize("seed", [6, 7, 17, 18])
def test_a_level_may_gain_by_a_pair_that_costs_one_above_it(seed: int):
    settled, gains = standing(seed, ["travel", "floors"]), 0
    for row in range(len(settled.instance.candidates)):
        pair = settled.instance.candidate(row).partner, settled.instance.candidate(row).request
        part = part_around(settled, *pair)
        position, forced = np.flatnonzero(part.position(*pair)), force(settled, pair)
        if forced is None or not is_small(part):
            continue
        assert {name: forced.after[name] for name in forced.after} == best_by_trying(part, position)
        gains += forced.loss["travel"] > 0 > forced.loss["floors"]
    assert gains


@pytest.mark.parametrize("seed", range(8))
def test_what_a_day_is_worth_both_ways_is_what_trying_everything_says(seed: int):
    settled, month = standing(seed), seed % 3
    for at, partner in enumerate(settled.instance.partners):
        here = part_around(settled, partner.id)
        if not is_small(here):
            continue
        found, now = two_sided(settled, partner.id, month), best_by_trying(here, NOBODY)
        assert now is not None
        assert found.now == pytest.approx(now, rel=2e-5, abs=2e-5)
        for side, more in ((found.more, 1), (found.less, -1)):
            if side is None or partner.capacity[month] == 0:
                continue  # a day in an empty month may do harm, and is then not taken up
            changed = Settled.of(side.instance, settled.engagements) if side.instance is not None else settled
            assert changed.instance.partners[at].capacity[month] == partner.capacity[month] + more
            best = best_by_trying(part_of(changed, here.freed), NOBODY)
            assert best is not None
            then = {name: found.now[name] + LEVELS[name].signed(side.gain[name]) for name in found.now}
            assert then == pytest.approx(best, rel=2e-5, abs=2e-5)
