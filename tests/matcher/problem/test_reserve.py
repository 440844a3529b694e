"""Days held back: whole, in proportion, never those of a lock, never more than there are."""

import pytest

from matcher.problem.partners import HeldSkill
from matcher.problem.records import RecordError, decode, encode
from matcher.problem.reserve import Reserve, hold, spread
from matcher.problem.snapshot import PlannedDays
from tests.matcher.snapshot_factory import MONTHS, partner, request, snapshot


def capacities(made) -> dict[str, tuple[int, ...]]:
    return {each.id: each.capacity for each in made.partners}


def network(**changes):
    partners = (
        partner("p1", region="NORTH", capacity=(4,) * 6, skills=(HeldSkill("ED-4HR", 3),)),
        partner("p2", region="NORTH", capacity=(2,) * 6, skills=(HeldSkill("DAY-FAL", 3),)),
        partner("p3", region="SOUTH", capacity=(8,) * 6, skills=(HeldSkill("ED-4HR", 3),)),
    )
    return snapshot(partners=partners, requests=(request("r1"),), **changes)


def test_days_come_off_in_proportion_until_the_last_month() -> None:
    made, (held,) = hold(network(), [Reserve(MONTHS[1], region="NORTH", days_each_month=3)])
    assert capacities(made) == {
        "p1": (2, 2, 4, 4, 4, 4),
        "p2": (1, 1, 2, 2, 2, 2),
        "p3": (8,) * 6,
    }
    assert (held.days, held.partners) == ((3, 3, 0, 0, 0, 0), 2)


def test_a_priority_holds_partners_with_a_skill_under_it() -> None:
    made, (held,) = hold(network(), [Reserve(MONTHS[0], priority="FLO", share=0.5)])
    assert capacities(made)["p1"][0] == 2
    assert capacities(made)["p2"][0] == 2
    assert capacities(made)["p3"][0] == 4
    assert held.days[0] == 6


def test_what_is_locked_stays() -> None:
    lock = PlannedDays("p1", "r1", (3, 0, 0, 0, 0, 0))
    made, (held,) = hold(network(locked=(lock,)), [Reserve(MONTHS[0], region="NORTH", days_each_month=50)])
    assert capacities(made)["p1"][0] == 3
    assert held.days[0] == 3


def test_reserves_follow_one_another_on_what_is_left() -> None:
    twice = [Reserve(MONTHS[0], region="SOUTH", days_each_month=6)] * 2
    made, held = hold(network(), twice)
    assert [each.days[0] for each in held] == [6, 2]
    assert capacities(made)["p3"][0] == 0


@pytest.mark.parametrize("wanted", range(12))
def test_whole_days_are_spread_whole(wanted: int) -> None:
    parts = spread(wanted, [5, 3, 2])
    assert sum(parts) == min(wanted, 10)
    assert all(0 <= part <= free for part, free in zip(parts, [5, 3, 2], strict=True))


def test_it_says_which_bounds_are_broken() -> None:
    for wrong in (
        {"until": "2027-01", "days_each_month": 3},
        {"until": "2027-01", "region": "NORTH"},
        {"until": "2027-13", "region": "NORTH", "share": 0.5},
        {"until": "2027-01", "region": "NORTH", "share": float("nan")},
        {"until": "2027-01", "region": "NORTH", "days_each_month": 2**62},
    ):
        with pytest.raises(RecordError):
            decode(Reserve, wrong)
    sound = Reserve("2027-01", region="NORTH", share=0.5)
    assert decode(Reserve, encode(sound)) == sound


def test_nothing_held_is_the_same_snapshot() -> None:
    made = network()
    assert hold(made, []) == (made, ())
    assert hold(made, [Reserve("2020-01", region="NORTH", days_each_month=3)])[0] is made
