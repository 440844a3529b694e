"""Coverage by group, and the credit that waiting earns."""

import pytest

from matcher.candidates.graph import build
from matcher.evidence.fairness import CREDIT_LIMIT, Grouping, assess, waiting_credit
from matcher.evidence.situation import Situation
from matcher.problem.instance import Engagement
from tests.matcher.snapshot_factory import partner, request, snapshot


def fairness(with_graph=True):
    graph = build(
        snapshot(
            partner(),
            request("a", days=10),
            request("b", days=30, region="SOUTH", priority="HAR", provider_type=None, waiting_credit=0.05),
        )
    )
    stands = (Engagement("p1", "a", (2, 2, 2, 2, 2, 0)),)
    return assess(Situation(graph.instance, stands, graph if with_graph else None))


class TestCoverage:
    def test_counts_days_and_requests_of_each_group(self):
        groups = {(each.grouping, each.code): each for each in fairness().groups}
        north = groups[Grouping.REGION, "NORTH"]
        assert (north.requests, north.helped, north.met_in_full, north.share) == (1, 1, 1, 1.0)
        south = groups[Grouping.REGION, "SOUTH"]
        assert (south.days_wanted, south.days_met, south.days_short_of_floor) == (30, 0, 3)
        assert groups[Grouping.PROVIDER_TYPE, "unstated"].days_wanted == 30
        assert groups[Grouping.WAITED, "yes"].helped == 0

    def test_names_the_least_covered_of_the_regions_and_priorities(self):
        found = fairness()
        assert (found.share, found.worst) == (0.25, "priority:HAR")

    def test_waiting_is_known_only_with_a_snapshot(self):
        assert Grouping.WAITED not in {each.grouping for each in fairness(with_graph=False).groups}

    def test_of_no_requests_is_whole(self):
        found = assess(Situation(build(snapshot(partner())).instance, ()))
        assert (found.share, found.groups, found.worst) == (1.0, (), None)


class TestWaitingCredit:
    @pytest.mark.parametrize(
        ("rounds", "shares", "expected"),
        [
            (0, {}, 0.0),
            (1, {}, 0.03),
            (2, {"region": 0.5, "provider_type": 0.3}, 0.08),
            (0, {"region": 0.4, "provider_type": 0.3}, 0.04),
            (3, {"region": 0.0, "provider_type": 0.0}, CREDIT_LIMIT),
            (-1, {"region": 0.9}, 0.0),
        ],
    )
    def test_grows_by_rounds_and_lagging_groups_to_its_limit(self, rounds, shares, expected):
        assert waiting_credit(rounds, shares, overall_share=0.5) == expected
