"""One criterion at a time, worked out by hand."""

from dataclasses import replace

import pytest

from matcher.candidates.distance import distance_km
from matcher.candidates.scoring import (
    delivery_part,
    does_cover,
    experience_part,
    method_part,
    nearness_part,
    score,
    skill_credit,
    skills_part,
)
from matcher.problem.partners import Delivery, HeldSkill, Location, SkillEvidence
from matcher.problem.requests import WantedSkill
from tests.matcher.snapshot_factory import TAXONOMY, partner, policy, request, snapshot


class TestSkills:
    @pytest.mark.parametrize(
        ("held", "level", "expected"),
        [
            ((HeldSkill("ED-4HR", 3),), 2, 1.0),
            ((HeldSkill("ED-4HR", 2),), 4, 0.5),
            ((HeldSkill("M-SPC", 4),), 4, 0.5),
            ((HeldSkill("M-SPC", 2),), 4, 0.25),
            ((HeldSkill("ED-STR", 4),), 2, 0.3),
            ((HeldSkill("DAY-FAL", 4),), 2, 0.0),
            ((HeldSkill("ED-4HR", 1), HeldSkill("M-SPC", 4)), 4, 0.5),
        ],
    )
    def test_credit_is_closeness_times_level_met(self, held, level, expected):
        assert (
            skill_credit(partner(skills=held), WantedSkill("ED-4HR", level, 1.0), TAXONOMY).credit == expected
        )

    def test_weights_share_it_out(self):
        asked = request(skills=(WantedSkill("ED-4HR", 2, 0.75), WantedSkill("DAY-FAL", 2, 0.25)))
        assert skills_part(partner(), asked, TAXONOMY) == 0.75

    def test_only_the_skill_itself_at_its_level_covers(self):
        helper = partner(skills=(HeldSkill("ED-4HR", 2), HeldSkill("M-SPC", 4)))
        assert does_cover(helper, WantedSkill("ED-4HR", 2, 1.0))
        assert not does_cover(helper, WantedSkill("ED-4HR", 3, 1.0))
        assert not does_cover(helper, WantedSkill("DAY-FAL", 1, 1.0))


class TestExperience:
    def test_is_recent_use_evidence_and_outcomes(self):
        fresh = partner(
            skills=(HeldSkill("ED-4HR", 3, SkillEvidence.PUBLISHED_OUTCOME, 2026),), outcome_credit=1.0
        )
        assert experience_part(fresh, request(), snapshot()) == 1.0
        usual = partner(skills=(HeldSkill("ED-4HR", 3, SkillEvidence.REFERENCE, 2021),))
        assert experience_part(usual, request(), snapshot()) == pytest.approx(0.8 * (0.25 + 0.25))

    def test_of_a_skill_that_is_not_close_counts_for_nothing(self):
        far = partner(skills=(HeldSkill("ED-STR", 4, SkillEvidence.PUBLISHED_OUTCOME, 2026),))
        assert experience_part(far, request(), snapshot()) == 0.0


class TestPlaces:
    def test_distance_is_in_kilometres(self):
        assert distance_km(partner(), request()) == pytest.approx(55.6, abs=0.1)

    def test_places_are_read_to_a_hundredth_of_a_degree(self):
        near = partner(location=Location(54.0049, -1.5))
        assert distance_km(near, request()) == distance_km(partner(), request())

    def test_nobody_travels_to_remote_work(self):
        far = partner(location=Location(50.3, -5.0), delivery=Delivery.MIXED)
        asked = request(delivery=Delivery.REMOTE)
        assert (distance_km(far, asked), nearness_part(far, asked)) == (0.0, 1.0)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [({"icb": "ICB-X"}, 30.0), ({}, 80.0), ({"region": "SOUTH"}, 200.0)],
    )
    def test_an_unknown_place_is_assumed(self, changes, expected):
        assert distance_km(partner(location=None, **changes), request()) == expected

    def test_nearness_fades_to_nothing_at_300_km(self):
        assert nearness_part(partner(location=None, region="SOUTH"), request()) == pytest.approx(1 / 3)
        assert nearness_part(partner(location=Location(50.3, -5.0)), request()) == 0.0


class TestOtherParts:
    def test_mixed_work_is_best_done_by_who_does_both(self):
        asked = request(delivery=Delivery.MIXED)
        worth = [
            delivery_part(partner(delivery=mode), asked)
            for mode in (Delivery.MIXED, Delivery.ON_SITE, Delivery.REMOTE)
        ]
        assert worth == [1.0, 0.7, 0.5]

    def test_a_shared_method_counts_only_where_one_is_named(self):
        assert method_part(partner(methods=("M-SPC",)), request(methods=("M-SPC", "M-LEAN"))) == 1.0
        assert method_part(partner(), request(methods=("M-SPC",))) == 0.0
        assert method_part(partner(), request()) == 1.0


class TestScore:
    def test_keeps_its_parts_and_adds_them_by_policy_weight(self):
        found = score(partner(), request(), snapshot())
        assert (found.skills, found.delivery, found.method) == (1.0, 1.0, 1.0)
        expected = 0.6 + 0.15 * found.experience + 0.1 + 0.1 * found.nearness + 0.05
        assert found.fit == pytest.approx(expected, abs=1e-6)

    def test_falls_with_the_rank_and_rises_with_waiting(self):
        plain = score(partner(), request(), snapshot()).fit
        assert score(partner(), request(rank=3), snapshot()).fit == pytest.approx(0.9 * plain, abs=1e-6)
        waited = score(partner(), request(waiting_credit=0.05), snapshot()).fit
        assert waited == pytest.approx(1.05 * plain, abs=1e-6)

    def test_never_exceeds_one(self):
        best = partner(
            skills=(HeldSkill("ED-4HR", 4, SkillEvidence.PUBLISHED_OUTCOME, 2026),),
            location=None,
            outcome_credit=1.0,
        )
        assert (
            score(best, replace(request(), delivery=Delivery.REMOTE, waiting_credit=0.1), snapshot()).fit
            == 1.0
        )

    def test_follows_the_policy_weights(self):
        weights = replace(policy().score_weights, skills=0.0, experience=0.75)
        asked = snapshot(policy=policy(score_weights=weights))
        assert score(partner(), request(), asked).fit < score(partner(), request(), snapshot()).fit
