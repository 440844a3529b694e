"""Assignments by whole teams: the same as trying everything, with bounds that hold."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.objectives import measure
from matcher.allocation.result import Status
from matcher.allocation.search import keeps
from matcher.allocation.share_targets import whole_step
from matcher.allocation.solver import allocate
from matcher.allocation.team_kernel import FORBIDDEN
from matcher.allocation.team_master import shared_rows
from matcher.allocation.team_ways import TeamWays, team_ways
from matcher.allocation.teams import Teams
from matcher.evidence.verifier import verify
from tests.matcher.allocation.every_choice import best_choice, small_assignment, teams_of
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance

DIGEST = "0" * 64


def ways_of(seed: int) -> TeamWays:
    arrays = from_instance(small_assignment(seed))
    ways = team_ways(arrays, formulate(arrays, "value", ()))
    assert ways is not None
    return ways


@pytest.mark.parametrize("seed", range(40))
def test_the_best_teams_are_those_of_trying_all(seed):
    arrays = from_instance(small_assignment(seed))
    chance = np.random.default_rng(seed)
    teams, share = Teams(arrays), float(chance.uniform(0, 0.6))
    teams.reach(share)
    gain = chance.normal(0, 1, len(arrays)) if seed % 2 else -chance.integers(0, 3, len(arrays)).astype(float)
    must, barred = chance.random(len(arrays)) < 0.15, chance.random(len(arrays)) < 0.1
    gain[barred & ~must] = FORBIDDEN
    threshold = np.full(arrays.requests, -1.0)

    priced, listed = teams.price(gain, must), teams.all_above(gain, threshold, 1_000)

    assert priced is not None
    assert listed is not None
    for request in range(arrays.requests):
        own = set(np.flatnonzero(must & (arrays.request == request)).tolist())
        wanted = share * arrays.demand.wanted[request] - 1e-12
        good = [t for t in teams_of(arrays, request) if arrays.fit[t].sum() >= wanted]
        best = max((gain[t].sum() for t in good if own <= set(t)), default=-np.inf)
        assert priced.best[request] == pytest.approx(best) or best < FORBIDDEN / 2
        found = {frozenset(m[m >= 0].tolist()) for m in listed.members[listed.request == request]}
        assert found == {frozenset(t) for t in good if gain[t].sum() > -1.0}


@pytest.mark.parametrize("seed", range(8))
def test_the_best_teams_of_many_candidates_are_those_of_trying_all(seed):
    """Of thirty candidates those that gain most are worth least, so that what a team must reach has a price."""
    document = reviewer_document(4, 30, seed)
    for request in document["requests"]:
        request["days"] = request["max_team"] = 2 + seed % 3
    arrays = from_instance(as_instance(document))
    chance = np.random.default_rng(seed)
    teams, share = Teams(arrays), float(chance.uniform(0.3, 0.9)) * float(arrays.fit.max()) / 2
    teams.reach(share)
    gain = -arrays.fit * chance.uniform(1, 30) - 0.1 * chance.random(len(arrays))
    must = chance.random(len(arrays)) < 0.02

    priced = teams.price(gain, must)
    assert priced is not None
    listed = teams.all_above(gain, priced.best - 0.2, 20_000)
    assert listed is not None

    for request in range(arrays.requests):
        own = set(np.flatnonzero(must & (arrays.request == request)).tolist())
        wanted = share * arrays.demand.wanted[request] - 1e-12
        gained = {
            frozenset(t): gain[t].sum() for t in teams_of(arrays, request) if arrays.fit[t].sum() >= wanted
        }
        best = max((gains for team, gains in gained.items() if own <= team), default=-np.inf)
        assert priced.best[request] == pytest.approx(best)
        found = {frozenset(m[m >= 0].tolist()) for m in listed.members[listed.request == request]}
        assert found == {team for team, gains in gained.items() if gains > best - 0.2}


@pytest.mark.parametrize("seed", range(60))
def test_worst_case_and_total_are_those_of_trying_everything(seed, monkeypatch):
    monkeypatch.setattr("matcher.allocation.level_step.SMALL", 0)
    instance = small_assignment(seed)

    allocation = allocate(instance, instance_sha256=DIGEST)

    worst, total = best_choice(from_instance(instance))
    assert [level.value for level in allocation.levels] == pytest.approx([worst, total], abs=1e-9)
    assert [level.bound for level in allocation.levels] == pytest.approx([worst, total], abs=1e-9)
    assert allocation.status is Status.OPTIMAL
    assert not [breach for breach in verify(instance, allocation).breaches if "sha256" not in breach]


@pytest.mark.parametrize("seed", range(20))
def test_a_share_is_reached_or_ruled_out_as_trying_everything_says(seed):
    ways = ways_of(seed)
    arrays = ways.arrays
    best, _ = best_choice(arrays)
    for share in (best, best + 1e-6, 0.9 * best, 1.1 * best + 0.01):
        days, proven = ways.ask(share)
        sought = ways.seek(share)
        assert proven
        assert (days is not None) == (share <= best)
        for answer in [answer for answer in (days, sought) if answer is not None]:
            assert keeps(arrays, answer, ())
            assert measure(arrays, answer, ["worst_request"])["worst_request"] >= share - 1e-9
        reached, relaxed_proven = ways.relaxed(share)
        assert relaxed_proven
        assert reached is not None or share > best


@pytest.mark.parametrize(
    ("numbers", "step"),
    [
        ([3e-7, 7e-7, 1.0], 0.0),
        ([0.9999996, 1.0], 0.0),
        ([0.5, 2.0], 0.5),
        ([0.2, 0.6, 1.0], 0.2),
        ([1 / 3, 2 / 3], 1 / 3),
        ([0.1234565, 1.0], 0.0),
        ([], 1.0),
    ],
)
def test_numbers_on_a_grid_have_a_step(numbers, step):
    assert whole_step(np.array(numbers)) == pytest.approx(step)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_a_total_is_proven_by_branching_alone(seed, monkeypatch):
    """Without the listing of all teams that could still matter."""
    monkeypatch.setattr(Teams, "all_above", lambda *_: None)
    ways = ways_of(seed)
    best, total = best_choice(ways.arrays)
    early = []
    days, bound = ways.total(best, np.zeros(len(ways.arrays), dtype=np.int64), early.append)
    assert min(early, default=np.inf) >= total - 1e-9
    assert early or bound is None
    assert ways.worth(days) == pytest.approx(total, abs=1e-9)
    assert bound == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("urgent", [4.0, 1_000.0])
def test_a_chain_that_gains_when_one_request_is_left_out_hides_no_full_choice(urgent, monkeypatch):
    """Without the first request of the chain all others have better partners, by more than serving it counts. Two
    requests beside it could still swap."""
    monkeypatch.setattr("matcher.allocation.team_ways._URGENT", urgent)
    length = 12
    fits = {(0, 0): 0.01, (13, 13): 0.2, (14, 14): 0.2, (14, 13): 0.5, (13, 14): 0.6}
    for link in range(1, length + 1):
        fits |= {(link - 1, link): 0.97, (link, link): 0.01}
    document = reviewer_document(length + 3, length + 3, 1, capacity=1)
    for request in document["requests"]:
        request["days"] = request["max_team"] = 1
    some = document["candidates"][0]
    document["candidates"] = [
        {**some, "partner": f"p{partner:04d}", "request": f"r{request:04d}", "fit": fit}
        for (partner, request), fit in sorted(fits.items(), key=lambda entry: entry[0][::-1])
    ]
    arrays = from_instance(as_instance(document))
    ways = team_ways(arrays, formulate(arrays, "value", ()))
    assert ways is not None
    straight = (arrays.partner == arrays.request).astype(np.int64)

    _, bound = ways.total(0.01, straight)

    best = ways.worth(straight) * (0.01 * (length + 1) + 1.1) / (0.01 * (length + 1) + 0.4)
    assert bound is None or bound >= best - 1e-9
    assert urgent == 4 or bound == pytest.approx(best, abs=1e-9)


def test_rules_that_count_for_and_against_are_not_dropped():
    """As many engagements of before as new ones, and no more may be new than are kept: that binds."""
    document = reviewer_document(2, 4, 3)
    document["previous"] = [
        {"partner": row["partner"], "request": row["request"], "days": [1]}
        for row in document["candidates"][::2]
    ]
    arrays = from_instance(as_instance(document))
    rows = shared_rows(formulate(arrays, "value", [Hold("change", arrays.fixed.change)]))
    assert rows is not None
    assert (rows.matrix.toarray() < 0).any()


@pytest.mark.parametrize("rounds", [1, 2, 5, 30, 61])
def test_a_total_that_is_cut_short_keeps_a_bound_that_holds(rounds):
    """However few rounds of pricing there are, what they prove is no less than the best of all choices."""
    for seed in range(20):
        ways = ways_of(seed)
        best, total = best_choice(ways.arrays)
        left = iter(range(rounds))
        ways.attend(lambda left=left: next(left, None) is not None, lambda nodes: Limits(nodes=nodes))

        _, bound = ways.total(best, np.zeros(len(ways.arrays), dtype=np.int64))

        assert bound is not None
        assert bound >= total - 1e-9


def test_days_hold_whole_blocks_only():
    """Nine days are four blocks of two: the relaxation does not sell the ninth."""
    document = reviewer_document(12, 9, 5, capacity=9)
    for request in document["requests"]:
        request["days"] = 6
    for candidate in document["candidates"]:
        candidate["min_days"] = candidate["max_days"] = 2
    arrays = from_instance(as_instance(document))
    rows = shared_rows(formulate(arrays, "value", ()))
    assert rows is not None
    assert rows.upper.tolist() == [8.0] * 9


def test_pricing_that_overlooks_teams_is_found_out(monkeypatch):
    """Teams that must reach a tenth more than asked prove too low a total: trying everything sees it."""
    reach = Teams.reach
    monkeypatch.setattr(Teams, "reach", lambda teams, share: reach(teams, 1.1 * share))
    wrong = 0
    for seed in range(20):
        ways = ways_of(seed)
        best, total = best_choice(ways.arrays, part=0.9)
        _, bound = ways.total(0.9 * best, np.zeros(len(ways.arrays), dtype=np.int64))
        wrong += bound is not None and bound < total - 1e-6
    assert wrong > 0


@pytest.mark.parametrize("levels", [4, 1_000_000])
def test_many_rivals_for_few_specialists_take_seconds(levels):
    """Contested topics: each rival's team is the others' loss. All is proven."""
    document = reviewer_document(90, 60, 21, capacity=6)
    chance = np.random.default_rng(levels)
    asked, known = chance.integers(0, 8, 90) ** 2 // 8, chance.integers(0, 7, 60)
    for candidate in document["candidates"]:
        apart = abs(int(asked[int(candidate["request"][1:])]) - int(known[int(candidate["partner"][1:])]))
        fit = (0.75, 0.4)[apart] if apart < 2 else 0.15
        fit = float(np.clip(fit + chance.normal(0, 0.1), 0.01, 1))
        candidate["fit"] = round(np.ceil(fit * levels) / levels, 6)

    allocation = allocate(as_instance(document), instance_sha256=DIGEST)

    assert allocation.status is Status.OPTIMAL
    assert allocation.levels[0].bound == pytest.approx(allocation.levels[0].value, abs=1e-9)
    assert allocation.levels[1].bound == pytest.approx(allocation.levels[1].value, rel=1e-9)
