"""First answers to an assignment, before anything is proven: kept rules, and nobody left with nothing."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.evening import evened
from matcher.allocation.greedy import in_turns, spreadsheet
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import measure
from matcher.allocation.room import Room
from matcher.allocation.search import keeps
from matcher.allocation.share_targets import Halving
from matcher.allocation.solver import allocate
from tests.matcher.allocation.every_choice import small_assignment
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance

DIGEST = "0" * 64


def worst_of(arrays, days):
    return measure(arrays, days, ["worst_request"])["worst_request"]


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_choosing_in_turns_serves_the_worst_off_better_than_choosing_by_urgency(seed):
    arrays = from_instance(as_instance(reviewer_document(60, 48, seed)))

    in_turn, by_urgency = in_turns(arrays), spreadsheet(arrays)

    assert keeps(arrays, in_turn, ())
    assert Room(arrays, in_turn).holds
    assert worst_of(arrays, in_turn) > worst_of(arrays, by_urgency)


@pytest.mark.parametrize("seed", range(0, 60, 7))
def test_choosing_in_turns_keeps_what_is_chosen_already(seed):
    arrays = from_instance(small_assignment(seed))
    start = spreadsheet(arrays)
    start[np.flatnonzero(start)[::2]] = 0

    days = in_turns(arrays, start)

    assert (days >= start).all()
    assert Room(arrays, days).holds


def test_a_limit_that_ends_before_the_first_proof_leaves_nobody_with_nothing():
    """Each partner day is needed: by urgency the last requests are left with hardly anything."""
    instance = as_instance(reviewer_document(60, 48, 5))
    arrays = from_instance(instance)

    cut = allocate(instance, instance_sha256=DIGEST, limit_seconds=1e-6)

    assert cut.levels[0].value >= worst_of(arrays, in_turns(arrays)) > worst_of(arrays, spreadsheet(arrays))
    assert cut.levels[0].bound >= cut.levels[0].value


@pytest.mark.parametrize("seed", range(40))
def test_evening_out_keeps_every_rule_and_leaves_nobody_worse_off_than_the_worst_was(seed):
    arrays = from_instance(small_assignment(seed))
    before = spreadsheet(arrays)

    days = evened(arrays, before, lambda: True)

    assert Room(arrays, days).holds
    assert keeps(arrays, days, ())
    assert worst_of(arrays, days) >= worst_of(arrays, before)


def test_where_all_want_the_same_partners_evening_out_finds_what_choosing_in_turns_does_not():
    """What a partner is worth is the same share of what each request could have."""
    document = reviewer_document(60, 48, 5) | {"ladder": ["worst_request"]}
    chance = np.random.default_rng(5)
    asked, known = chance.uniform(0.3, 1, 60), chance.uniform(0.2, 1, 48)
    for row in document["candidates"]:
        row["fit"] = round(float(asked[int(row["request"][1:])] * known[int(row["partner"][1:])]), 6)
    instance = as_instance(document)
    arrays = from_instance(instance)

    in_turn = in_turns(arrays)
    worst = allocate(instance, instance_sha256=DIGEST).levels[0]

    assert worst_of(arrays, evened(arrays, in_turn, lambda: True)) > 1.1 * worst_of(arrays, in_turn)
    assert worst.value >= 0.99 * worst.bound


def test_evening_out_ends_where_nothing_may_go_on():
    arrays = from_instance(as_instance(reviewer_document(60, 48, 5)))
    start = spreadsheet(arrays)
    assert (evened(arrays, start, lambda: False) == start).all()


def halving(reachable, *, decides):
    """Shares up to ``reachable`` are found by quick looks; asking ``decides`` everything or nothing."""
    asked = []

    def seek(target):
        asked.append(target)
        return np.array([int(1e6 * reachable)]) if target <= reachable else None

    halves = Halving(
        value=0.2,
        bound=0.9,
        step=0.0,
        finest=1e-11,
        relaxed=lambda target: (target, True) if target <= 0.5 else (None, True),
        seek=seek,
        ask=lambda target: (None, decides),
        found=lambda days: days[0] / 1e6,
        go_on=lambda: len(asked) < 200,
    )
    halves.run(halves.lower())
    return halves, asked


def test_where_a_target_stays_open_what_lies_a_little_below_it_is_found():
    halves, asked = halving(0.49, decides=False)

    assert halves.value == pytest.approx(0.49)
    assert halves.bound == pytest.approx(0.5)
    assert len(asked) < 20


def test_a_target_that_is_ruled_out_lowers_the_bound_until_both_meet():
    halves, _ = halving(0.49, decides=True)

    assert halves.meet
    assert halves.value == pytest.approx(0.49)
