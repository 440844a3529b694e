"""Repairs of random results after random events: believed by both checkers, and never more dropped than must be."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.repair import repair
from matcher.allocation.result import Allocation, Status
from matcher.evidence.measures import tally
from matcher.evidence.room import find_room
from matcher.evidence.verifier import verify
from matcher.problem.events import CapacityChange, Decline, Event, Withdrawal
from matcher.problem.instance import Engagement, Instance
from matcher.serialisation import sha256, write_instance, write_result
from tests import independent_checker
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements, truthful


def digest(instance: Instance) -> str:
    return sha256(write_instance(instance))


def some_events(instance: Instance, stood: tuple[Engagement, ...], seed: int) -> list[Event]:
    chance = np.random.default_rng(seed)
    events: list[Event] = []
    for engagement in stood:
        if chance.random() < 0.2:
            events.append(Decline(engagement.partner, engagement.request))
        elif chance.random() < 0.1:
            events.append(Withdrawal(engagement.request))
        elif chance.random() < 0.5:
            month = instance.months[int(chance.integers(len(instance.months)))]
            events.append(CapacityChange(engagement.partner, month, int(chance.integers(0, 4))))
    return events


def repaired(seed: int, *, essential_is_hard: bool, happens: bool) -> tuple[Allocation, Instance, Allocation]:
    """A random allocation, the instance after events, and the repair; both checkers must believe it."""
    instance = replace(
        random_instance(seed, partners=4, requests=6, months=3), essential_is_hard=essential_is_hard
    )
    stood = truthful(instance, random_engagements(instance, seed), digest(instance))
    events = some_events(instance, stood.engagements, seed) if happens else []
    changed, after = repair(instance, stood, events, digest=digest)
    assert verify(changed, after, instance_sha256=digest(changed)).breaches == ()
    plain = json.loads(write_instance(changed)), json.loads(write_result(after))
    assert independent_checker.check(*plain, digest(changed), 1e-6)[0] == []
    return stood, changed, after


def fewest_dropped(changed: Instance) -> int:
    """By trying: the fewest that must go, each of the others with its smallest block, wherever its days fall."""
    possible = [each for each in changed.previous if (each.partner, each.request) not in changed.forbidden]
    for dropped in range(len(possible) + 1):
        for kept in combinations(possible, len(possible) - dropped):
            if stand_together(changed, kept):
                return dropped
    raise AssertionError("nothing at all always stands")


def stand_together(changed: Instance, kept: tuple[Engagement, ...]) -> bool:
    """Whether smallest blocks of all of them have room, one after the other, and places."""
    counts = tally(changed, [])
    placed: list[Engagement] = []
    for engagement in kept:
        row = changed.row_of(engagement.partner, engagement.request)
        assert row is not None
        low = int(changed.candidates.min_days[row])
        room = find_room(changed, counts)
        if room.days[row] < low or not room.is_open[row]:
            return False
        first, _ = changed.requests[changed.candidates.request[row]].window
        days = [low if month == first else 0 for month in range(len(changed.months))]
        placed.append(replace(engagement, days=tuple(days)))
        counts = tally(changed, placed)
    return True


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_fewest_are_dropped(seed: int):
    _, changed, after = repaired(seed, essential_is_hard=False, happens=True)
    left = {(each.partner, each.request) for each in after.engagements}
    gone = {(each.partner, each.request) for each in changed.previous} - left
    assert len(gone - set(changed.forbidden)) == fewest_dropped(changed)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_repair_keeps_every_rule_where_essential_skills_are_one(seed: int):
    assert repaired(seed, essential_is_hard=True, happens=True)[2].status is not Status.INFEASIBLE


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_where_nothing_happened_nothing_changes(seed: int):
    stood, _, after = repaired(seed, essential_is_hard=False, happens=False)
    assert after.engagements == stood.engagements
