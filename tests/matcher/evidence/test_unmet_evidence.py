"""Why a request is short, and that what is said would have to change does change it."""

from dataclasses import replace

import numpy as np
import pytest

from matcher.allocation.result import Allocation, Status, Unmet, UnmetReason
from matcher.candidates.graph import build
from matcher.candidates.reasons import Change, NextStep, ReasonCode, Standing
from matcher.evidence.explanation import explain, explain_request
from matcher.evidence.relaxations import smallest_relaxations
from matcher.evidence.situation import Situation
from matcher.problem.instance import Engagement
from matcher.problem.partners import HeldSkill, Reach
from matcher.problem.requests import WantedSkill
from tests.matcher.evidence.first_come import first_come
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, policy, request, snapshot


def unmet_evidence(asked, reason, *engagements):
    graph = build(asked)
    days = sum(each.total_days for each in engagements if each.request == "r1")
    short = asked.request_by_id["r1"].days - days
    allocation = Allocation("0" * 64, Status.FEASIBLE, (), engagements, (Unmet("r1", short, reason),))
    return explain_request(graph, allocation, "r1").unmet


class TestFacts:
    def test_name_the_conflicted_and_count_the_reasons(self):
        asked = snapshot(partner("own", organisation="TRUST-A"), partner("x", skills=()), request())
        found = unmet_evidence(asked, UnmetReason.NO_CANDIDATE)
        assert (found.candidates, found.conflicted) == (0, ("own",))
        assert {each.reason: each.partners for each in found.reasons_out} == {
            ReasonCode.NO_CLOSE_SKILL: 1,
            ReasonCode.OWN_ORGANISATION: 1,
        }
        assert (found.changes, found.next_step) == ((), NextStep.CLEAR_CONFLICT)

    def test_show_which_requests_hold_the_candidates_days(self):
        asked = snapshot(partner(max_concurrent=None), request(), request("r2", severity=4))
        held = Engagement("p1", "r2", (2, 2, 2, 2, 2, 0))
        found = unmet_evidence(asked, UnmetReason.OUTRANKED, held)
        best = found.best_candidates[0]
        assert (best.partner, best.standing) == ("p1", Standing.COMMITTED_ELSEWHERE)
        assert [(each.request, each.days) for each in best.holdings] == [("r2", 10)]
        assert best.holdings[0].worth_per_day > best.worth_per_day


class TestChanges:
    @pytest.mark.parametrize(
        ("partner_changes", "request_changes", "expected", "step"),
        [
            ({"capacity": (2, 0, 0, 0, 0, 0)}, {}, (Change.ONE_MORE_DAY,), NextStep.FIND_ONE_MORE_DAY),
            ({}, {"window": (0, 0)}, (Change.LONGER_WINDOW,), NextStep.WIDEN_WINDOW),
            ({"reach": Reach.ICB}, {}, (Change.WIDER_REACH,), NextStep.WIDEN_REACH),
            (
                {"reach": Reach.ICB, "smallest_block": 5},
                {"window": (3, 4)},
                (Change.LONGER_WINDOW, Change.WIDER_REACH),
                NextStep.WIDEN_WINDOW,
            ),
        ],
    )
    def test_one_scarcity_is_met_by_one_change(self, partner_changes, request_changes, expected, step):
        asked = snapshot(partner(**partner_changes), request(**request_changes))
        found = unmet_evidence(asked, UnmetReason.NO_CANDIDATE)
        assert expected in [each.changes for each in found.changes]
        assert min(len(each.changes) for each in found.changes) == len(expected)
        assert found.next_step is step

    def test_the_shortest_longer_window_is_named(self):
        asked = snapshot(partner(smallest_block=6), request(window=(1, 2)))
        (found,) = (
            each
            for each in unmet_evidence(asked, UnmetReason.WINDOW_TOO_SHORT).changes
            if each.changes == (Change.LONGER_WINDOW,)
        )
        assert (found.window, found.partners, found.days) == ((1, 3), ("p1",), 6)

    def test_an_earlier_start_is_tried_where_the_end_is_the_horizons(self):
        asked = snapshot(partner(smallest_block=6), request(window=(4, 5)))
        found = unmet_evidence(asked, UnmetReason.WINDOW_TOO_SHORT).changes
        assert [each.window for each in found if Change.LONGER_WINDOW in each.changes] == [(3, 5)]

    def test_an_essential_skill_can_be_asked_one_level_lower(self):
        asked = snapshot(
            partner(skills=(HeldSkill("ED-4HR", 2),)),
            request(skills=(WantedSkill("ED-4HR", 3, 1.0, True),)),
            policy=policy(essential_is_hard=True),
        )
        found = unmet_evidence(asked, UnmetReason.ESSENTIAL_SKILL_MISSING)
        (change,) = found.changes
        assert (change.changes, change.skill, change.level) == ((Change.LOWER_LEVEL,), "ED-4HR", 2)
        assert (change.partners, found.next_step) == (("p1",), NextStep.LOWER_LEVEL)

    def test_a_full_team_can_only_give_more_or_grow(self):
        asked = snapshot(partner("p1"), partner("p2"), request(max_team=1))
        found = unmet_evidence(asked, UnmetReason.TEAM_FULL, Engagement("p1", "r1", (2, 2, 0, 0, 0, 0)))
        assert [(each.changes, each.partners) for each in found.changes] == [
            ((Change.ONE_MORE_DAY,), ("p1",))
        ]
        assert found.next_step is NextStep.ENLARGE_TEAM

    def test_where_nobody_holds_the_skill_it_is_to_be_recruited(self):
        found = unmet_evidence(snapshot(partner(skills=()), request()), UnmetReason.NO_CANDIDATE)
        assert (found.changes, found.next_step) == ((), NextStep.RECRUIT_SKILL)

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_what_is_said_to_help_does_help_when_it_is_done(self, seed):
        """Make each told change in the snapshot itself, and ask the graph and the days left again."""
        asked = random_snapshot(seed, partners=30, requests=25)
        graph = build(asked)
        allocation = first_come(graph.instance)
        situation = Situation(graph.instance, allocation.engagements, graph)
        tried = 0
        for unmet in allocation.unmet:
            for told in smallest_relaxations(situation, unmet.request):
                if Change.LOWER_LEVEL not in told.changes:
                    tried += 1
                    assert self.does_help(asked, allocation, unmet.request, told)
        assert tried > 10

    def does_help(self, asked, allocation, wanted, told):
        helper = asked.partner_by_id[told.partners[0]]
        need = asked.request_by_id[wanted]
        if Change.LONGER_WINDOW in told.changes:
            need = replace(need, window=told.window)
        if Change.WIDER_REACH in told.changes:
            helper = replace(helper, reach=Reach.NATIONAL)
        if Change.ONE_MORE_DAY in told.changes:
            month = next(
                (m for m in range(need.window[0], need.window[1] + 1) if helper.capacity[m]), need.window[0]
            )
            more = tuple(days + (at == month) for at, days in enumerate(helper.capacity))
            helper = replace(helper, capacity=more)
        changed = replace(
            asked,
            partners=tuple(helper if each.id == helper.id else each for each in asked.partners),
            requests=tuple(need if each.id == need.id else each for each in asked.requests),
        )
        graph = build(changed)
        situation = Situation(graph.instance, allocation.engagements, graph)
        if (helper.id, wanted) in situation.counts.pairs:
            at = np.array([graph.instance.partner_index[helper.id]])
            return situation.left_over.days(at, *need.window)[0] >= 1
        row = graph.instance.row_of(helper.id, wanted)
        if row is None:
            return False
        request_at = graph.instance.requests[graph.instance.request_index[wanted]]
        return bool(situation.standings(request_at, np.array([row]), need.days, 1).has_room[0])


class TestWhole:
    def test_every_unmet_request_has_its_case(self):
        graph = build(random_snapshot(5, partners=40, requests=50))
        allocation = first_come(graph.instance)
        evidence = explain(graph, allocation)
        assert [each.request for each in evidence.unmet] == [each.request for each in allocation.unmet]
        assert [(each.partner, each.request) for each in evidence.matches] == [
            (each.partner, each.request) for each in allocation.engagements
        ]

    def test_an_infeasible_answer_has_no_case_to_make(self):
        graph = build(snapshot(partner(), request()))
        evidence = explain(graph, Allocation("0" * 64, Status.INFEASIBLE, (), (), ()))
        assert (evidence.matches, evidence.unmet) == ((), ())
