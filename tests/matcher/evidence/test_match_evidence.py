"""Why a match, and why not another partner: small networks where every answer can be seen."""

import pytest

from matcher.allocation.result import Allocation, Status, Unmet, UnmetReason
from matcher.candidates.graph import build
from matcher.candidates.reasons import ReasonCode, ReviewFlag, Standing
from matcher.evidence.explanation import explain, explain_pair
from matcher.problem.instance import Engagement
from matcher.problem.partners import HeldSkill, Reach
from tests.matcher.snapshot_factory import partner, request, snapshot


def allocation(*engagements: Engagement, unmet: tuple[Unmet, ...] = ()) -> Allocation:
    ordered = tuple(sorted(engagements, key=lambda each: (each.request, each.partner)))
    return Allocation("0" * 64, Status.FEASIBLE, (), ordered, unmet)


def network(**changes):
    """Three partners of falling fit for two requests of eight days each."""
    return build(
        snapshot(
            partner("best", skills=(HeldSkill("ED-4HR", 4),), icb="ICB-X", **changes),
            partner("good", skills=(HeldSkill("ED-4HR", 1),)),
            partner("weak", skills=(HeldSkill("M-SPC", 1),), smallest_block=9, capacity=(9, 9, 9, 9, 9, 9)),
            request("a"),
            request("b", severity=1),
        )
    )


ON_A = Engagement("best", "a", (2, 2, 2, 2, 0, 0))


class TestMatch:
    def test_ranks_the_partner_and_keeps_the_parts_of_its_score(self):
        match = explain(network(), allocation(ON_A)).match("best", "a")
        assert (match.rank, match.candidates) == (1, 3)
        assert match.score is not None
        assert [part.criterion for part in match.score.parts] == [
            "skills",
            "experience",
            "delivery",
            "nearness",
            "method",
        ]
        assert sum(part.points for part in match.score.parts) == pytest.approx(match.score.fit, abs=1e-5)
        assert [(each.skill, each.held, each.covered) for each in match.score.skills] == [
            ("ED-4HR", "ED-4HR", True)
        ]
        assert match.flags == (ReviewFlag.SAME_ICB,)
        assert match.worth_per_day == pytest.approx(2 * 3 * match.fit, abs=1e-5)

    def test_names_the_next_best_with_room_and_what_binds_the_others(self):
        on_b = Engagement("good", "b", (2, 2, 2, 2, 0, 0))
        match = explain(network(), allocation(ON_A, on_b)).match("best", "a")
        assert [(each.partner, each.standing, each.days_possible) for each in match.alternatives] == [
            ("good", Standing.ROOM_LEFT, 4),
            ("weak", Standing.ROOM_LEFT, 8),
        ]
        assert match.next_best == "good"
        assert [(each.request, each.days) for each in match.alternatives[0].holdings] == [("b", 8)]

    def test_an_alternative_whose_days_are_promised_is_committed_elsewhere(self):
        on_b = Engagement("good", "b", (2, 2, 2, 2, 2, 0))
        match = explain(network(), allocation(ON_A, on_b)).match("best", "a")
        assert match.alternatives[0].standing is Standing.COMMITTED_ELSEWHERE
        assert match.next_best == "weak"

    def test_names_the_requests_that_lost_the_partners_months(self):
        unmet = (Unmet("b", 8, UnmetReason.OUTRANKED),)
        match = explain(network(), allocation(ON_A, unmet=unmet)).match("best", "a")
        assert [(each.request, each.days_short) for each in match.displaced] == [("b", 8)]
        assert match.displaced[0].worth_per_day < match.worth_per_day

    def test_nobody_is_displaced_where_nothing_is_short(self):
        on_b = Engagement("good", "b", (2, 2, 2, 2, 0, 0))
        assert explain(network(), allocation(ON_A, on_b)).match("best", "a").displaced == ()

    def test_without_a_snapshot_it_speaks_of_candidates_alone(self):
        evidence = explain(network().instance, allocation(ON_A))
        assert not evidence.has_snapshot
        assert (evidence.matches[0].score, evidence.matches[0].flags) == (None, ())
        assert [each.partner for each in evidence.matches[0].alternatives] == ["good", "weak"]

    def test_a_pair_that_is_not_engaged_has_no_match(self):
        with pytest.raises(KeyError):
            explain(network(), allocation(ON_A)).match("good", "a")


class TestPair:
    @pytest.mark.parametrize(
        ("engagements", "pair", "expected"),
        [
            ((ON_A,), ("good", "b"), Standing.ROOM_LEFT),
            ((ON_A,), ("good", "a"), Standing.REQUEST_MET),
            ((Engagement("best", "a", (2, 2, 2, 0, 0, 0)),), ("good", "a"), Standing.BLOCK_TOO_LARGE),
            ((Engagement("best", "a", (2, 2, 2, 2, 2, 0)),), ("best", "b"), Standing.COMMITTED_ELSEWHERE),
        ],
    )
    def test_says_where_a_candidate_stands(self, engagements, pair, expected):
        assert explain_pair(network(), allocation(*engagements), pair).standing is expected

    def test_says_that_the_team_is_full(self):
        graph = build(snapshot(partner("p1"), partner("p2"), request(max_team=1)))
        found = explain_pair(graph, allocation(Engagement("p1", "r1", (1, 1, 1, 0, 0, 0))), ("p2", "r1"))
        assert found.standing is Standing.TEAM_FULL

    def test_says_that_the_partner_may_not_begin_another(self):
        found = explain_pair(network(max_concurrent=1), allocation(ON_A), ("best", "b"))
        assert found.standing is Standing.CONCURRENCY_REACHED

    def test_says_every_rule_that_puts_a_pair_out(self):
        graph = build(snapshot(partner(reach=Reach.ICB, organisation="TRUST-A"), request()))
        found = explain_pair(graph, allocation(), ("p1", "r1"))
        assert found.reasons == (ReasonCode.REACH, ReasonCode.OWN_ORGANISATION)
        assert (found.standing, found.fit, found.is_engaged) == (Standing.NOT_A_CANDIDATE, None, False)

    def test_an_engaged_pair_has_nothing_that_binds_it(self):
        found = explain_pair(network(), allocation(ON_A), ("best", "a"))
        assert (found.is_engaged, found.standing, found.rank) == (True, None, 1)

    def test_an_unknown_id_is_a_key_error(self):
        with pytest.raises(KeyError):
            explain_pair(network(), allocation(), ("best", "nowhere"))
