"""Bounds without a solver: counted from the candidates, or carried over from before a change that only takes away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.best_possible import best_possible
from matcher.allocation.carried_bounds import Solved, carried_bounds, is_narrower
from matcher.allocation.freed import Hit
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import LEVELS
from matcher.allocation.repair import mend, repair
from matcher.allocation.repair_bounds import Warm
from matcher.allocation.settled import Settled
from matcher.allocation.solver import allocate
from matcher.evidence.measures import measure, tally
from matcher.problem.events import CapacityChange, Decline, Event, Withdrawal, apply_events
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document, random_instance
from tests.matcher.truthful_results import random_engagements

DIGEST = "0" * 64
SEEDS = st.integers(0, 10_000)
LADDER = ("mandated", "floors", "value")


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, locks=st.integers(0, 3))
def test_no_plan_beats_what_each_request_could_have_for_itself(seed: int, locks: int):
    instance = random_instance(seed)
    stood = random_engagements(instance, seed)
    locked = replace(instance, locked=stood[:locks])
    arrays, counted = from_instance(locked), measure(locked, tally(locked, stood))
    for name, level in LEVELS.items():
        if name != "change":
            assert level.signed(counted[name]) <= level.signed(best_possible(arrays, name)) + 1e-9, name


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, locks=st.integers(0, 2))
def test_what_stands_outside_a_part_is_counted_as_the_engagements_are(seed: int, locks: int):
    instance = random_instance(seed)
    stood = random_engagements(instance, seed)
    settled = Settled.of(replace(instance, locked=stood[:locks]), stood)
    _, fixed = settled.fixed_without(settled.request_of[:0])
    counted = measure(instance, tally(instance, stood))
    assert fixed.value == pytest.approx(counted["value"])
    assert fixed.mandated == counted["mandated"]
    assert fixed.travel == pytest.approx(counted["travel"])
    assert (settled.left >= 0).all()


def solved(seed: int) -> Solved:
    document = random_document(seed, partners=6, requests=6)
    document["ladder"] = list(LADDER)
    instance = as_instance(document)
    return Solved(instance, allocate(instance, instance_sha256=DIGEST, gap=0.0001))


def taken_away(before: Solved) -> list[Event]:
    """A decline, a withdrawal and a cut, one for each of the first engagements."""
    first, second, third = before.allocation.engagements[:3]
    month = max(range(len(third.days)), key=lambda at: third.days[at])
    at = before.instance.partner_index[third.partner]
    cut = CapacityChange(
        third.partner, before.instance.months[month], before.instance.partners[at].capacity[month] - 1
    )
    return [Decline(first.partner, first.request), Withdrawal(second.request), cut]


@pytest.mark.parametrize("seed", [2, 9])
def test_a_carried_bound_is_never_below_the_best_of_the_narrower_instance(seed: int):
    before = solved(seed)
    for event in taken_away(before):
        changed, repaired = repair(before.instance, before.allocation, [event], warm=Warm({}))
        best = allocate(changed, instance_sha256=DIGEST, gap=0.0001)
        if not is_narrower(before.instance, changed):
            assert isinstance(event, CapacityChange)
            continue
        assert "mandated" in repaired.certificate["repair"]["bounds_from_before"]
        for at, level in enumerate(repaired.levels):
            same_above = all(
                a.value == b.value for a, b in zip(repaired.levels[:at], best.levels, strict=False)
            )
            if same_above:
                signed = LEVELS[level.name].signed
                assert signed(level.bound) >= signed(best.levels[at].value) - 1e-6


def test_more_capacity_a_lost_lock_or_another_weight_carry_nothing():
    before = solved(2)
    instance, allocation = before.instance, before.allocation
    engaged = allocation.engagements[0]
    month = instance.months[0]
    values = {level.name: level.value for level in allocation.levels}
    more = apply_events(instance, allocation.engagements, [CapacityChange(engaged.partner, month, 500)])
    heavier = replace(
        instance, priorities=tuple(replace(each, weight=each.weight * 2) for each in instance.priorities)
    )
    assert carried_bounds(before, more, values) == {}
    assert carried_bounds(before, heavier, values) == {}
    locked = Solved(replace(instance, locked=(engaged,)), allocation)
    assert carried_bounds(locked, instance, values) == {}
    assert carried_bounds(before, instance, values) == {each.name: each.bound for each in allocation.levels}


def test_a_level_that_fell_ends_what_is_carried():
    before = solved(2)
    values: dict[str, float] = {level.name: level.value for level in before.allocation.levels}
    fallen = {**values, "mandated": values["mandated"] - 1}
    assert set(carried_bounds(before, before.instance, fallen)) == {"mandated"}


def test_rows_are_those_of_one_pair_at_a_time():
    instance = random_instance(3)
    pairs = [(p.id, r.id) for p in instance.partners for r in instance.requests] + [
        ("nobody", "r0"),
        ("p0", "no"),
    ]
    stood = random_engagements(instance, 3)
    asked = [replace(stood[0], partner=partner, request=request) for partner, request in pairs]
    one = [instance.row_of(*pair) for pair in pairs]
    assert instance.rows_of(asked).tolist() == [-1 if row is None else row for row in one]


@pytest.mark.parametrize("seed", [2, 9])
def test_the_bounds_of_a_repair_say_what_could_be_made_around_what_is_locked(seed: int):
    before = solved(seed)
    gone, *kept = before.allocation.engagements
    changed = replace(
        apply_events(before.instance, before.allocation.engagements, [Decline(gone.partner, gone.request)]),
        locked=tuple(kept),
    )
    hit = Hit(frozenset({gone.partner}), frozenset({gone.request}))
    repaired = mend(changed, hit, instance_sha256=DIGEST, warm=Warm({}))
    best = allocate(changed, instance_sha256=DIGEST, gap=0.0001)
    for level, exact in zip(repaired.levels, best.levels, strict=True):
        signed = LEVELS[level.name].signed
        assert signed(level.bound) >= signed(exact.value) - 1e-6
        assert LEVELS[level.name].shortfall(exact.value, level.bound) <= 0.01 * abs(exact.value) + 1e-6
