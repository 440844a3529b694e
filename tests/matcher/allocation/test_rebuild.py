"""Rebuilding never gives up a rule or a held level, never loses value, and comes back the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.dive import dive
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.greedy import spreadsheet
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import measure
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.rebuild import can_rebuild, rebuild
from matcher.allocation.relaxation import relax
from matcher.allocation.search import keeps
from matcher.problem.instance import IntArray
from tests.matcher.random_instances import random_instance

HELD = ("mandated", "floors", "worst_group")


def start(seed: int) -> tuple[PlanMaster, IntArray, list[Hold]]:
    arrays = from_instance(random_instance(seed, partners=9, requests=12, months=3))
    days = spreadsheet(arrays)
    held = [Hold(name, value) for name, value in measure(arrays, days, HELD).items()]
    formulation, rules = formulate(arrays, "value", held), plan_rules(arrays)
    relaxation = relax(formulation)
    assert relaxation is not None
    assert rules is not None
    master = PlanMaster(formulation, rules, relaxation.prices, days)
    master.solve(1e-4, 50, lambda: True)
    return master, days, held


@pytest.mark.parametrize("seed", range(8))
def test_what_is_held_is_kept_and_value_only_grows(seed: int) -> None:
    master, days, held = start(seed)
    better = rebuild(master, master.marginals(), days, held=held, phases=8, go_on=lambda _: True)
    before, after = (measure(master.arrays, each, ["value"])["value"] for each in (days, better))
    assert keeps(master.arrays, better, held)
    assert before - 1e-9 <= after <= master.bound + master.arrays.fixed.value + 1e-6


def test_steps_may_lose_value_on_the_way_and_end_where_asked() -> None:
    master, days, held = start(2)
    told = []

    def go_on(best: float) -> bool:
        told.append(best)
        return len(told) < 4

    rebuild(master, master.marginals(), days, held=held, phases=50, go_on=go_on)
    assert len(told) == 4
    assert told == sorted(told)


def test_days_that_miss_what_is_held_are_brought_there_or_nothing_is_claimed() -> None:
    """From no days at all, most held floors and groups are reached by steps that miss less and less."""
    reached = 0
    for seed in range(8):
        master, days, held = start(seed)
        better = rebuild(
            master, master.marginals(), np.zeros_like(days), held=held, phases=12, go_on=lambda _: True
        )
        assert keeps(master.arrays, better, [])
        reached += keeps(master.arrays, better, held)
    assert reached >= 4


def test_most_greedy_starts_are_improved() -> None:
    gains = []
    for seed in range(8):
        master, days, held = start(seed)
        better = rebuild(master, master.marginals(), days, held=held, phases=8, go_on=lambda _: True)
        gains.append(
            measure(master.arrays, better, ["value"])["value"]
            - measure(master.arrays, days, ["value"])["value"]
        )
    assert sum(gain > 1e-6 for gain in gains) >= 4


def test_the_same_start_gives_the_same_end() -> None:
    ends = []
    for _ in range(2):
        master, days, held = start(3)
        ends.append(rebuild(master, master.marginals(), days, held=held, phases=6, go_on=lambda _: True))
    assert (ends[0] == ends[1]).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_dive_keeps_every_hard_rule(seed: int) -> None:
    master, days, _ = start(40 + seed)
    found = dive(master)
    assert keeps(master.arrays, found, [])
    assert found.shape == days.shape


def test_dives_leave_the_bound_and_its_prices_as_they_were() -> None:
    master, _, _ = start(44)
    bound, prices = master.bound, master.best.prices
    first, second = dive(master, batch=0.2, rounds=1), dive(master)
    assert (master.bound, master.best.prices) == (bound, prices)
    for found in (first, second):
        value = measure(master.arrays, found, ["value"])["value"] - master.arrays.fixed.value
        assert keeps(master.arrays, found, [])
        assert value <= bound + 1e-6


def test_a_seed_lets_a_dive_end_elsewhere_and_the_same_seed_at_the_same_place() -> None:
    ends: dict[int, set[bytes]] = {}
    for seed in (0, 1, 2, 3, 4, 5, 1):
        master, _, _ = start(47)
        found = dive(master, batch=0.05, seed=seed)
        assert keeps(master.arrays, found, [])
        ends.setdefault(seed, set()).add(found.tobytes())
    assert all(len(found) == 1 for found in ends.values())
    assert len(set.union(*ends.values())) > 1


def test_a_dive_without_time_engages_nobody() -> None:
    master, _, _ = start(44)
    assert dive(master, go_on=lambda: False).sum() == 0


def test_losses_add_up_to_the_gap() -> None:
    master, days, _ = start(5)
    request_loss, partner_loss = master.losses(days)
    gap = master.bound + master.arrays.fixed.value - measure(master.arrays, days, ["value"])["value"]
    assert request_loss.min() > -1e-6
    assert partner_loss.min() > -1e-6
    assert request_loss.sum() + partner_loss.sum() <= gap + 1e-6


def test_only_levels_that_the_steps_know_are_taken() -> None:
    assert can_rebuild(
        [Hold("mandated", 1.0), Hold("floors", 0.0), Hold("value", 3.0), Hold("worst_request", 0.0)]
    )
    assert not can_rebuild([Hold("worst_request", 0.2)])


@pytest.mark.parametrize("name", ["travel", "change"])
def test_levels_after_value_are_traded_for_what_value_has_to_spare(name: str) -> None:
    gains = []
    for seed in range(6):
        master, days, held = start_beside_value(seed, name)
        better = rebuild(master, master.marginals(), days, held=held, phases=8, go_on=lambda _: True)
        before, after = (measure(master.arrays, each, [name])[name] for each in (days, better))
        assert keeps(master.arrays, better, held)
        assert after <= before + 1e-9
        assert -after + getattr(master.arrays.fixed, name) <= master.bound + 1e-6
        gains.append(before - after)
    assert sum(gain > 1e-6 for gain in gains) >= 3


def start_beside_value(seed: int, name: str) -> tuple[PlanMaster, IntArray, list[Hold]]:
    """A master of a level after value, of which a twentieth may be given up, and the days that have that value."""
    master, days, held = start(seed)
    days = rebuild(master, master.marginals(), days, held=held, phases=8, go_on=lambda _: True)
    arrays = master.arrays
    held = [*held, Hold("value", 0.95 * measure(arrays, days, ["value"])["value"])]
    formulation = formulate(arrays, name, held)
    relaxation = relax(formulation)
    assert relaxation is not None
    beside = PlanMaster(formulation, master.rules, relaxation.prices, days, master.cuts)
    beside.solve(1e-4, 50, lambda: True)
    return beside, days, held


def test_groups_may_be_short_on_the_way_and_are_not_in_the_end() -> None:
    """A worst group that is held to the last day leaves no single step to be made."""
    gains = []
    for seed in range(8):
        master, days, held = start(seed)
        tight = [hold for hold in held if hold.name != "floors"]
        better = rebuild(master, master.marginals(), days, held=tight, phases=20, go_on=lambda _: True)
        assert keeps(master.arrays, better, tight)
        gains.append(
            measure(master.arrays, better, ["value"])["value"]
            - measure(master.arrays, days, ["value"])["value"]
        )
    assert sum(gain > 1e-6 for gain in gains) >= 5
