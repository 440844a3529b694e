"""Questions about random results: each answer is believed by the verifier, and none contradicts what stands."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.day_worth import two_sided
from matcher.allocation.forcing import force
from matcher.allocation.freed import Hit
from matcher.allocation.objectives import LEVELS
from matcher.allocation.relaxation import Prices
from matcher.allocation.repair import mend
from matcher.allocation.repair_bounds import Warm
from matcher.allocation.settled import Settled
from matcher.evidence.measures import measure, tally
from matcher.evidence.verifier import verify
from matcher.problem.instance import Engagement, Instance
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements, truthful

SEEDS = st.integers(0, 10_000)
DIGEST = "0" * 64


def standing(seed: int) -> tuple[Instance, tuple[Engagement, ...]]:
    instance = random_instance(seed, partners=5, requests=6, months=3)
    return instance, random_engagements(instance, seed)


def believed(instance: Instance, engagements: tuple[Engagement, ...], levels: dict[str, float]) -> None:
    """The verifier finds no breach, and counts the same levels."""
    assert verify(instance, truthful(instance, engagements, DIGEST)).breaches == ()
    counted = measure(instance, tally(instance, engagements))
    assert all(abs(counted[name] - value) < 1e-6 for name, value in levels.items())


def first_gain(before: dict[str, float], after: dict[str, float]) -> float:
    """The gain of the first level that moves, 0 if none does."""
    gains = [LEVELS[name].signed(after[name]) - LEVELS[name].signed(before[name]) for name in before]
    return next((gain for gain in gains if abs(gain) > 1e-7), 0.0)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_a_pair_that_is_engaged_costs_nothing(seed: int):
    instance, stood = standing(seed)
    for each in stood[:2]:
        forced = force(Settled.of(instance, stood), (each.partner, each.request))
        assert forced is not None
        assert set(forced.loss.values()) == {0.0}
        assert first_gain(dict(forced.now), dict(forced.after)) >= 0
        believed(instance, forced.engagements, dict(forced.after))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_a_forced_pair_is_engaged_and_what_it_costs_is_counted_against_the_best_nearby(seed: int):
    instance, stood = standing(seed)
    engaged = {(each.partner, each.request) for each in stood}
    rows = [instance.candidate(row) for row in range(len(instance.candidates))]
    pairs = [(row.partner, row.request) for row in rows if (row.partner, row.request) not in engaged]
    for pair in pairs[:3]:
        forced = force(Settled.of(instance, stood), pair)
        if forced is None:
            continue
        assert pair in {(each.partner, each.request) for each in forced.engagements}
        assert first_gain(dict(forced.now), dict(forced.without)) >= 0
        moved = next((loss for loss in forced.loss.values() if abs(loss) > 1e-2), 0.0)
        assert moved >= 0, "what is best with the pair is never better than what is best nearby"
        believed(instance, forced.engagements, dict(forced.after))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, month=st.integers(0, 2))
def test_a_day_more_is_never_worth_less_than_nothing(seed: int, month: int):
    instance, stood = standing(seed)
    for partner in instance.partners[:2]:
        found = two_sided(Settled.of(instance, stood), partner.id, month)
        assert next((gain for gain in found.more.gain.values() if abs(gain) > 1e-7), 0.0) >= 0
        assert (found.less is None) == (partner.capacity[month] == 0)
        for side in (found.more, found.less):
            if side is not None:
                signs = {name: LEVELS[name].signed(1.0) for name in found.now}
                levels = {name: found.now[name] + signs[name] * side.gain[name] for name in found.now}
                believed(side.instance, side.engagements, levels)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, is_warm=st.booleans())
def test_a_repair_in_place_where_nothing_happened_changes_nothing(seed: int, is_warm: bool):
    instance, stood = standing(seed)
    before = replace(instance, previous=stood)
    warm = Warm({"value": Prices({})}) if is_warm else None
    after = mend(before, Hit(), instance_sha256=DIGEST, warm=warm)
    assert after.engagements == stood
    assert verify(before, after).breaches == ()
