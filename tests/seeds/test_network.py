import hashlib
from collections import Counter, defaultdict

import pytest

from matcher.candidates.graph import build
from matcher.problem.snapshot_format import read_snapshot, write_snapshot
from seeds.accounts import ACCOUNTS
from seeds.demonstration import calibration, names
from seeds.demonstration.draws import Draws
from seeds.demonstration.matcher_snapshot import snapshot
from seeds.demonstration.network import network
from seeds.reference.geography import boards
from seeds.reference.taxonomy import terms
from seeds.reference.trusts import trusts

PINNED_DRAWS = [0.431807656844, 3]
DIGEST = "d3a60ee169c089753f8cf7de074d7eddd81479509c015b170298c9c5c94114aa"


@pytest.fixture(scope="module")
def drawn():
    return network()


class TestDraws:
    def test_a_stream_is_the_same_everywhere(self):
        assert [round(Draws("a", 1).share(), 12), Draws("a", 1).whole(1, 6)] == PINNED_DRAWS

    def test_streams_do_not_know_one_another(self):
        assert Draws("a", 1).share() != Draws("a", 2).share()

    def test_weights_are_kept(self):
        draws = Draws("weights")
        counts = Counter(draws.weighted({"often": 3.0, "seldom": 1.0, "never": 0.0}) for _ in range(4000))
        assert counts["never"] == 0
        assert 2.6 < counts["often"] / counts["seldom"] < 3.4

    def test_several_differ_and_end(self):
        assert sorted(Draws("several").several({"a": 1.0, "b": 1.0, "c": 0.0}, 5)) == ["a", "b"]


class TestPartners:
    def test_240_experts_and_80_teams_with_different_names(self, drawn):
        assert Counter(partner.kind for partner in drawn.partners) == {
            "expert": 240,
            "support_organisation": 80,
        }
        assert len({partner.name for partner in drawn.partners}) == 320

    def test_experts_work_for_real_trusts_and_teams_for_invented_bodies(self, drawn):
        real = {trust.code for trust in trusts()}
        for partner in drawn.partners:
            assert partner.is_expert == (partner.organisation in real)
            assert partner.is_expert or partner.organisation.startswith("SO-DEMO-")

    def test_skills_are_as_many_as_the_calibration_says(self, drawn):
        for partner in drawn.partners:
            codes = [skill.code for skill in partner.skills]
            assert len(codes) == len(set(codes))
            low, high = (3, 8) if partner.is_expert else (10, 25)
            assert low <= len(codes) <= high, partner.key

    def test_what_is_scarce_is_scarce(self, drawn):
        holders = Counter(skill.code for partner in drawn.partners for skill in partner.skills)
        parents = {term.code: term.parent for term in terms()}
        scarce = {
            code for code in parents if code in calibration.SCARCE or parents[code] in calibration.SCARCE
        }
        common = sorted(
            holders[code] for code, parent in parents.items() if "-" in code and code not in scarce
        )
        assert max(holders[code] for code in scarce) < common[len(common) // 2]

    def test_december_is_quiet(self, drawn):
        by_month = [sum(partner.days[month] for partner in drawn.partners) for month in range(6)]
        assert by_month[0] < min(by_month[1:])

    def test_partners_behind_accounts_offer_days(self, drawn):
        by_key = {partner.key: partner for partner in drawn.partners}
        for account in ACCOUNTS:
            if account.partner:
                assert by_key[account.partner].name == account.name or not by_key[account.partner].is_expert
                assert all(by_key[account.partner].days)

    def test_teams_names_and_people_are_invented_once(self):
        assert len(set(names.different_people("x", 240))) == 240
        assert len({names.team(position) for position in range(160)}) == 160


class TestRequests:
    def test_shares_of_priorities(self, drawn):
        counts = Counter(request.priority for request in drawn.requests)
        for priority, share in calibration.PRIORITY_SHARES.items():
            assert abs(counts[priority] / len(drawn.requests) - share) < 0.02

    def test_two_in_five_trusts_and_almost_half_of_the_boards_ask(self, drawn):
        asking = {request.requester for request in drawn.requests}
        kinds = Counter("icb" if code in {board.code for board in boards()} else "trust" for code in asking)
        assert kinds == {"trust": 81, "icb": 16}
        assert 160 <= len(drawn.requests) <= 180

    def test_demand_is_well_above_capacity(self, drawn):
        assert 1.3 <= drawn.days_wanted / drawn.days_offered <= 2.0

    def test_each_organisation_ranks_at_most_three_within_its_points(self, drawn):
        of = defaultdict(list)
        for request in drawn.requests:
            of[request.requester].append(request)
        for own in of.values():
            assert [request.rank for request in own] == list(range(1, len(own) + 1))
            assert len(own) <= 3
            assert sum(request.severity for request in own) <= calibration.SEVERITY_POINTS
            assert [request.severity for request in own] == sorted((r.severity for r in own), reverse=True)
            assert len({request.topic for request in own}) == len(own)

    def test_days_and_windows_suit_the_shape(self, drawn):
        for request in drawn.requests:
            rule = calibration.SHAPES[request.shape]
            months = request.window[1] - request.window[0] + 1
            assert 0 <= request.window[0] <= request.window[1] < 6
            if rule.days_a_month:
                assert request.days == rule.days_a_month * min(months, rule.months)
            assert request.max_team == rule.team
            assert request.days >= 1

    def test_skills_are_known_and_one_is_essential(self, drawn):
        kinds = {term.code: term.kind for term in terms()}
        for request in drawn.requests:
            assert 1 <= len(request.skills) <= 5
            assert [skill.is_essential for skill in request.skills].count(True) == 1
            assert {kinds[skill.code] for skill in request.skills} <= {"skill", "method"}
            assert len({skill.code for skill in request.skills}) == len(request.skills)

    def test_only_the_severest_are_mandated(self, drawn):
        mandated = [request for request in drawn.requests if request.is_mandated]
        assert {request.severity for request in mandated} == {4}
        assert 8 <= len(mandated) <= 20

    def test_collaboratives_join_different_organisations(self, drawn):
        joined = defaultdict(set)
        for request in drawn.requests:
            if request.collaborative:
                joined[request.collaborative].add(request.requester)
        assert {len(group) for group in joined.values()} == {3}

    def test_needs_lean_on_published_figures_with_their_month(self, drawn):
        citing = [request for request in drawn.requests if request.aim.startswith("Published figure, ")]
        assert len(citing) > len(drawn.requests) / 2
        assert any("April 2026: A&E patients seen within four hours" in request.aim for request in citing)

    def test_those_of_the_accounts_ask(self, drawn):
        asking = {request.requester for request in drawn.requests}
        assert {account.organisation for account in ACCOUNTS if account.organisation} <= asking


class TestSnapshot:
    def test_it_is_the_same_everywhere(self, drawn):
        assert hashlib.sha256(write_snapshot(snapshot(drawn))).hexdigest() == DIGEST

    def test_the_matcher_reads_it_and_finds_somebody_for_every_request(self, drawn):
        taken = read_snapshot(write_snapshot(snapshot(drawn)))
        assert list(taken.problems()) == []
        instance = build(taken).instance
        assert len(set(instance.candidates.request.tolist())) == len(drawn.requests)

    def test_reasons_of_every_kind_can_be_seen(self, drawn):
        counts = {code.value: count for code, count in build(snapshot(drawn)).reason_counts.items()}
        for reason in ("own_organisation", "declared_interest", "stale_interest", "paid_not_allowed"):
            assert counts.get(reason, 0) > 0
