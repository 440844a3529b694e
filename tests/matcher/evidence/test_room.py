"""The room beside what stands, against trying every number of days by earliest deadline."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.evidence.measures import span, tally
from matcher.evidence.room import find_room
from matcher.problem.instance import Engagement, Instance
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements


def fits(capacity: list[int], wanted: list[tuple[int, int, int]]) -> bool:
    """Whether (first, last, days) can all be placed, month by month, the earliest deadline first."""
    left = [list(each) for each in wanted]
    for month, free in enumerate(capacity):
        days = free
        for item in sorted(left, key=lambda each: each[1]):
            if item[0] <= month <= item[1]:
                given_now = min(days, item[2])
                item[2] -= given_now
                days -= given_now
        if any(item[1] == month and item[2] for item in left):
            return False
    return True


def most_days(instance: Instance, engagements: tuple[Engagement, ...], row: int) -> int:
    """The most days that a row could have, the others keeping theirs in any months of their spans."""
    candidate = instance.candidate(row)
    partner = instance.partners[instance.partner_index[candidate.partner]]
    mine = [each for each in engagements if each.partner == partner.id]
    taken = [(*span(instance, each), each.total_days) for each in mine]
    first, last = span(instance, Engagement(partner.id, candidate.request, (0,) * len(instance.months)))
    days = 0
    while last >= first and fits(list(partner.capacity), [*taken, (first, last, days + 1)]):
        days += 1
    return days


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 5000))
def test_room_is_the_most_that_fits(seed: int):
    instance = random_instance(seed, partners=4, requests=6, months=4)
    engagements = random_engagements(instance, seed)
    room = find_room(instance, tally(instance, engagements))
    engaged = {(each.partner, each.request) for each in engagements}
    for row in range(len(instance.candidates)):
        candidate = instance.candidate(row)
        if (candidate.partner, candidate.request) not in engaged:
            assert room.days[row] == most_days(instance, engagements, row)
