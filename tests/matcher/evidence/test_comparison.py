"""Two allocations side by side."""

from matcher.candidates.graph import build
from matcher.evidence.comparison import Better, compare
from matcher.evidence.fairness import Grouping
from matcher.problem.instance import Engagement
from tests.matcher.snapshot_factory import partner, request, snapshot


def instance():
    return build(
        snapshot(partner("p1"), partner("p2"), request("a"), request("b", region="SOUTH", severity=1))
    ).instance


P1_ON_A = Engagement("p1", "a", (2, 2, 2, 2, 0, 0))
P1_ON_B = Engagement("p1", "b", (2, 2, 2, 0, 0, 0))
P2_ON_A = Engagement("p2", "a", (2, 2, 2, 2, 0, 0))


class TestCompare:
    def test_says_who_gains_and_who_loses(self):
        found = compare(instance(), [P1_ON_A], [P1_ON_B])
        assert [(each.request, each.gain, each.partners_second) for each in found.gainers] == [
            ("b", 6, ("p1",))
        ]
        assert [(each.request, each.gain, each.partners_first) for each in found.losers] == [
            ("a", -8, ("p1",))
        ]
        assert (found.added, found.dropped) == (1, 1)
        assert [(each.partner, each.days_first, each.days_second) for each in found.partners] == [
            ("p1", 8, 6)
        ]

    def test_says_which_does_better_on_each_level(self):
        better = {each.name: each.better for each in compare(instance(), [P1_ON_A], [P1_ON_B]).levels}
        assert better["value"] is Better.FIRST
        assert better["travel"] is Better.SECOND
        assert better["mandated"] is Better.SAME

    def test_adds_up_by_group(self):
        groups = {
            (each.grouping, each.code): each.gain for each in compare(instance(), [P1_ON_A], [P1_ON_B]).groups
        }
        assert (groups[Grouping.REGION, "NORTH"], groups[Grouping.REGION, "SOUTH"]) == (-8, 6)
        assert groups[Grouping.PROVIDER_TYPE, "acute"] == -2

    def test_a_change_of_partner_alone_is_a_swap(self):
        found = compare(instance(), [P1_ON_A], [P2_ON_A])
        assert ([each.request for each in found.swapped], found.gainers, found.losers) == (["a"], (), ())

    def test_the_same_twice_differs_in_nothing(self):
        found = compare(instance(), [P1_ON_A], [P1_ON_A])
        assert {each.better for each in found.levels} == {Better.SAME}
        assert (found.gainers, found.losers, found.swapped, found.partners) == ((), (), (), ())

    def test_engagements_that_are_no_candidates_here_are_counted_and_left_out(self):
        stranger = Engagement("p9", "a", (1, 0, 0, 0, 0, 0))
        found = compare(instance(), [P1_ON_A], [P1_ON_A, stranger])
        assert (found.unknown_first, found.unknown_second, found.gainers) == (0, 1, ())
