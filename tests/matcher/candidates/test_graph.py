"""The candidate graph against the rules and criteria asked pair by pair."""

from dataclasses import replace
from itertools import product

import pytest

from matcher.candidates.derivation import LockError
from matcher.candidates.distance import distance_km
from matcher.candidates.eligibility import failed_rules
from matcher.candidates.graph import build
from matcher.candidates.reasons import ReasonCode, ReviewFlag
from matcher.candidates.scoring import does_cover, score
from matcher.problem.partners import HeldSkill, Interest, InterestKind, Reach
from matcher.problem.requests import WantedSkill
from matcher.problem.snapshot import PlannedDays
from matcher.problem.snapshot_format import read_snapshot, write_snapshot
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import AS_OF, partner, request, snapshot

NONE = (0, 0, 0, 0, 0, 0)


def with_least_fit(asked, least):
    return replace(asked, policy=replace(asked.policy, least_fit=least))


class TestAgainstThePairs:
    @pytest.mark.parametrize(("seed", "least"), [(1, 0.0), (2, 0.0), (3, 0.0), (6, 0.0), (4, 0.3)])
    def test_every_pair_has_the_same_reason_and_every_candidate_the_same_digits(self, seed, least):
        graph = build(with_least_fit(random_snapshot(seed, partners=80, requests=60), least))
        asked, instance = graph.snapshot, graph.instance
        counted = dict.fromkeys(ReasonCode, 0)
        for helper, need in product(asked.partners, asked.requests):
            failed = failed_rules(helper, need, asked)
            assert graph.reasons_out(helper.id, need.id) == failed
            reason = failed[0] if failed else None
            row = instance.row_of(helper.id, need.id)
            assert (row is None) is (reason is not None)
            if row is None:
                counted[reason] += 1
                continue
            assert graph.scores[row] == score(helper, need, asked)
            found = instance.candidate(row)
            assert found.distance_km == distance_km(helper, need)
            assert found.covers == tuple(each.skill for each in need.skills if does_cover(helper, each))
            days = sum(helper.capacity[need.window[0] : need.window[1] + 1])
            assert (found.min_days, found.max_days) == (
                min(helper.smallest_block, need.days),
                min(days, need.days),
            )
        assert {code: count for code, count in counted.items() if count} == graph.reason_counts
        assert len(instance.candidates) > 20
        assert bool(counted[ReasonCode.FIT_TOO_LOW]) is (least > 0)

    @pytest.mark.parametrize("seed", [1, 2, 3, 6])
    def test_the_order_of_the_records_changes_nothing(self, seed):
        asked = random_snapshot(seed, partners=40, requests=30)
        shuffled = read_snapshot(write_snapshot(asked))
        assert build(asked).instance.requests == build(shuffled).instance.requests
        assert (build(asked).scores.columns.fit == build(shuffled).scores.columns.fit).all()


class TestGraph:
    def test_has_both_kinds_of_node_and_an_edge_with_its_row_for_each_candidate(self):
        graph = build(snapshot(partner("x"), partner("y", reach=Reach.ICB), request("x")))
        assert set(graph.graph.nodes) == {("partner", "x"), ("partner", "y"), ("request", "x")}
        assert list(graph.graph.edges(data=True)) == [(("partner", "x"), ("request", "x"), {"row": 0})]

    def test_counts_reasons_by_request(self):
        graph = build(
            snapshot(partner("a"), partner("b", reach=Reach.ICB), request("r1"), request("r2", icb="ICB-N"))
        )
        assert graph.reason_counts_of("r1") == {ReasonCode.REACH: 1}
        assert graph.reason_counts_of("r2") == {}
        assert graph.reason_counts == {ReasonCode.REACH: 1}

    def test_names_who_would_have_been_a_candidate_but_for_a_conflict(self):
        asked = snapshot(
            partner("own", organisation="TRUST-A"),
            partner("far", organisation="TRUST-A", reach=Reach.ICB),
            partner("stale", interests_confirmed_on=None),
            request(),
        )
        assert build(asked).conflicted_partners("r1") == ("own", "stale")

    @pytest.mark.parametrize("records", [(), (partner(),), (request(),)])
    def test_of_nothing_is_empty_and_sound(self, records):
        graph = build(snapshot(*records))
        assert len(graph.instance.candidates) == 0
        assert graph.graph.number_of_edges() == 0
        assert graph.reason_counts in ({}, {ReasonCode.NO_CLOSE_SKILL: 0})

    def test_flags_a_low_fit(self):
        graph = build(_weakly_fitting())
        assert ReviewFlag.LOW_FIT in graph.flags(0)

    def test_a_least_fit_leaves_a_pair_out_and_says_so_and_none_leaves_nobody_out(self):
        asked = _weakly_fitting()
        fit = build(asked).scores[0].fit
        assert build(with_least_fit(asked, 0.0)).reason_counts == {}
        assert build(with_least_fit(asked, fit)).reason_counts == {}
        above = build(with_least_fit(asked, round(fit + 0.001, 6)))
        assert len(above.instance.candidates) == 0
        assert above.reason_counts == {ReasonCode.FIT_TOO_LOW: 1}
        assert above.conflicted_partners("r1") == ()

    def test_of_a_conflicted_pair_that_fits_too_little_the_practical_reason_is_told(self):
        asked = _weakly_fitting(requester="TRUST-A", excluded=("p1",))
        assert build(with_least_fit(asked, 0.9)).reason_counts == {ReasonCode.FIT_TOO_LOW: 1}

    def test_a_locked_pair_stays_although_it_fits_too_little(self):
        lock = PlannedDays("p1", "r1", (2, 2, 0, 0, 0, 0))
        graph = build(with_least_fit(snapshot(partner(), request(), locked=(lock,)), 1.0))
        assert ReviewFlag.LOCKED_AGAINST_RULE in graph.flags(0)


def _weakly_fitting(**changes):
    weak = partner(skills=(HeldSkill("M-SPC", 1),), location=None, region="SOUTH")
    need = request(skills=(WantedSkill("ED-4HR", 4, 1.0),), methods=("M-LEAN",), **changes)
    return snapshot(weak, need)


class TestLocks:
    def test_a_locked_pair_stays_a_candidate_though_a_practical_rule_now_fails(self):
        lock = PlannedDays("p1", "r1", (1, 1, 0, 0, 0, 0))
        graph = build(snapshot(partner(reach=Reach.ICB, smallest_block=4), request(), locked=(lock,)))
        found = graph.instance.candidate(0)
        assert (found.min_days, found.max_days) == (2, 8)
        assert graph.flags(0) == (ReviewFlag.LOCKED_AGAINST_RULE,)
        assert graph.reasons_out("p1", "r1") == (ReasonCode.REACH,)

    def test_a_locked_pair_that_is_forbidden_is_left_for_the_solver_to_call_a_clash(self):
        lock = PlannedDays("p1", "r1", (2, 2, 0, 0, 0, 0))
        graph = build(snapshot(partner(), request(), locked=(lock,), forbidden=(("p1", "r1"),)))
        assert len(graph.instance.candidates) == 1
        assert graph.instance.forbidden == (("p1", "r1"),)

    def test_a_lock_that_a_conflict_came_between_is_refused_by_name(self):
        lock = PlannedDays("p1", "r1", NONE)
        declared = Interest("TRUST-A", InterestKind.EMPLOYMENT, AS_OF, AS_OF)
        with pytest.raises(LockError) as refused:
            build(snapshot(partner(interests=(declared,)), request(excluded=("p1",)), locked=(lock,)))
        assert refused.value.problems == [
            "locked[0]: p1 may not support r1: declared_interest",
            "locked[0]: p1 may not support r1: excluded_by_requester",
        ]
