"""Demand against capacity before a run."""

from matcher.candidates.graph import build
from matcher.evidence.balance import weigh
from matcher.problem.partners import HeldSkill, Release
from matcher.problem.requests import WantedSkill
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, request, snapshot


def balance():
    both = (WantedSkill("ED-4HR", 2, 0.75, True), WantedSkill("DAY-FAL", 3, 0.25))
    return weigh(
        build(
            snapshot(
                partner("able"),
                partner("learner", skills=(HeldSkill("ED-4HR", 1),), release=Release.MISSING),
                partner("stale", interests_confirmed_on=None),
                partner("away", release=Release.WITHDRAWN),
                request("a", days=8, skills=both, window=(0, 1)),
                request("b", days=4, region="SOUTH", window=(1, 1)),
            )
        )
    )


class TestBalance:
    def test_counts_days_of_those_who_could_be_matched_at_all(self):
        assert (balance().days_wanted, balance().days_available) == (12, 24)

    def test_skills_come_scarcest_first_with_who_holds_them_at_the_level(self):
        falls, waits = balance().skills
        assert (falls.skill, falls.requests, falls.days_wanted, falls.holders) == ("DAY-FAL", 1, 2, 0)
        assert (waits.skill, waits.essential, waits.days_wanted, waits.holders, waits.days_held) == (
            "ED-4HR",
            2,
            10,
            1,
            12,
        )
        assert balance().skills_nobody_offers == ("DAY-FAL",)

    def test_regions_topics_and_months_stand_side_by_side(self):
        found = balance()
        assert [(each.code, each.days_wanted, each.days_available) for each in found.regions] == [
            ("NORTH", 8, 24),
            ("MIDDLE", 0, 0),
            ("SOUTH", 4, 0),
        ]
        assert [(each.code, each.days_wanted, each.days_available) for each in found.topics] == [
            ("ED", 12, 24)
        ]
        assert [(each.days_wanted, each.days_available) for each in found.months[:3]] == [
            (4, 4),
            (8, 4),
            (0, 4),
        ]

    def test_names_whom_to_look_after(self):
        found = balance()
        assert (found.stale_interests, found.releases_missing, found.releases_withdrawn) == (
            ("stale",),
            ("learner",),
            ("away",),
        )
        assert [(each.request, each.candidates) for each in found.thin_requests] == [("b", 0), ("a", 2)]

    def test_days_of_all_groups_add_up(self):
        found = weigh(build(random_snapshot(1, partners=40, requests=40)))
        assert sum(each.days_wanted for each in found.regions) == found.days_wanted
        assert sum(each.days_available for each in found.regions) == found.days_available
        assert sum(each.days_available for each in found.months) == found.days_available

    def test_of_nothing_is_nothing(self):
        found = weigh(build(snapshot()))
        assert (found.days_wanted, found.skills, found.thin_requests) == (0, (), ())
