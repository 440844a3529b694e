"""What partners have left, against the room that the verifier's own count gives."""

import numpy as np
import pytest

from matcher.candidates.graph import build
from matcher.evidence.left_over import LeftOver
from matcher.evidence.measures import tally
from matcher.evidence.room import find_room
from matcher.problem.instance import Engagement
from tests.matcher.evidence.first_come import first_come
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, request, snapshot


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_agrees_with_the_room_of_every_candidate(seed):
    instance = build(random_snapshot(seed, partners=60, requests=80)).instance
    counts = tally(instance, first_come(instance).engagements)
    left_over, room = LeftOver(instance, counts), find_room(instance, counts)
    table = instance.candidates
    for row in range(len(table)):
        window = instance.requests[table.request[row]].window
        at = table.partner[row : row + 1]
        assert left_over.days(at, *window)[0] == room.days[row]
        assert left_over.is_open(at, *window)[0] == room.is_open[row]
    assert room.days.min() == 0


def test_days_of_others_may_move_within_their_spans():
    """Four of twelve days go to a request open for six months: any two months still have their four."""
    instance = build(snapshot(partner(), request())).instance
    stands = (Engagement("p1", "r1", (2, 2, 0, 0, 0, 0)),)
    left_over = LeftOver(instance, tally(instance, stands))
    everyone = np.array([0])
    assert left_over.days(everyone, 0, 1)[0] == 4
    assert left_over.days(everyone, 0, 5)[0] == 8


def test_a_window_without_capacity_has_no_days_and_no_place():
    instance = build(snapshot(partner(capacity=(2, 2, 0, 0, 2, 2)), request())).instance
    left_over = LeftOver(instance, tally(instance, ()))
    assert left_over.days(np.array([0]), 2, 3)[0] == 0
    assert not left_over.is_open(np.array([0]), 2, 3)[0]
