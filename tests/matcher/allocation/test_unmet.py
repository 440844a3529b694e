"""Why days are missing: the reason is what a look at each candidate by itself says."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.room import Room
from matcher.allocation.unmet import unmet
from tests.matcher.random_instances import random_instance


def by_hand(room, request):
    """Whether a candidate of a request could still give days, or one of its months is held by more value."""
    arrays = room.arrays
    mine = np.flatnonzero(arrays.request == request).tolist()
    if any(room.most(one) > 0 or (room.days[one] and room.more(one) > 0) for one in mine):
        return "outranked"
    engaged = np.flatnonzero(room.days).tolist()
    return (
        "outranked"
        if any(_blocks(room, rival, one) for one in mine for rival in engaged)
        else "no_capacity_left"
    )


def _blocks(room, rival, one):
    arrays, days = room.arrays, room.days
    span = arrays.partner[one], arrays.first[one], arrays.last[one]
    alone = min(arrays.high[one], arrays.supply.interval_days[span])
    return (
        alone >= arrays.low[one]
        and days[one] < alone
        and arrays.partner[rival] == arrays.partner[one]
        and arrays.request[rival] != arrays.request[one]
        and arrays.first[rival] <= arrays.last[one]
        and arrays.last[rival] >= arrays.first[one]
        and arrays.day_value[rival] > arrays.day_value[one]
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_reason_is_what_each_candidate_by_itself_says(seed):
    instance = random_instance(seed, partners=3 + seed % 5, requests=7)
    arrays, chance = from_instance(instance), np.random.default_rng(seed)
    room = Room(arrays)
    for candidate in chance.permutation(len(arrays))[: len(arrays) * 2 // 3].tolist():
        most = room.most(candidate)
        if most:
            room.commit(candidate, int(chance.integers(arrays.low[candidate], most + 1)))
    for each in unmet(instance, arrays, room.days):
        request = instance.request_index[each.request]
        assert each.days_short == room.wanted[request]
        if each.reason in ("outranked", "no_capacity_left"):
            assert each.reason == by_hand(room, request)
        elif each.reason == "team_full":
            assert room.team[request] == 0
