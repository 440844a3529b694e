"""Demand beside supply: sums that add up, candidates as the derivation finds them, what nobody offers."""

from datetime import date

from matcher.candidates.graph import build
from matcher.candidates.supply import FEW, supply
from matcher.problem.partners import HeldSkill, Release
from matcher.problem.requests import WantedSkill
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, request, snapshot


def test_days_and_months_add_up() -> None:
    found = supply(
        snapshot(
            partner("p1"),
            partner("p2", capacity=(0, 0, 9, 0, 0, 0)),
            request("r1", days=6, window=(0, 2)),
            request("r2", days=8, region="SOUTH", window=(3, 3)),
        )
    )
    assert (found.whole.requests, found.whole.wanted, found.whole.available) == (2, 14, 21)
    assert found.whole.wanted_by_month == (2, 2, 2, 8, 0, 0)
    assert found.whole.available_by_month == (2, 2, 11, 2, 2, 2)
    assert sum(each.wanted for each in found.regions) == sum(each.wanted for each in found.topics) == 14
    south = next(each for each in found.regions if each.code == "SOUTH")
    assert south.available == 0  # p1 has two days in that month, less than the smallest block


def test_a_skill_counts_only_those_who_hold_it_at_the_level() -> None:
    found = supply(
        snapshot(
            partner("p1", skills=(HeldSkill("ED-4HR", 2),)),
            partner("p2", skills=(HeldSkill("ED-4HR", 4),)),
            request("r1", skills=(WantedSkill("ED-4HR", 3, 0.5), WantedSkill("DAY-FAL", 1, 0.5))),
        )
    )
    skills = {each.code: each for each in found.skills}
    assert (skills["ED-4HR"].wanted, skills["ED-4HR"].available) == (4, 12)
    assert skills["DAY-FAL"].available == 0
    assert [(each.skill, each.level, each.requests, each.days) for each in found.unoffered] == [
        ("DAY-FAL", 1, ("r1",), 8)
    ]


def test_who_can_mend_what() -> None:
    found = supply(
        snapshot(
            partner("p1", interests_confirmed_on=date(2024, 1, 1)),
            partner("p2", release=Release.MISSING),
            request("r1"),
            request("r2", skills=(WantedSkill("CAP-ACA", 1, 1.0),)),
        )
    )
    assert (found.stale, found.unreleased) == (("p1",), ("p2",))
    assert [(each.request, each.candidates, each.reason) for each in found.thin] == [
        ("r2", 0, "no_close_skill"),
        ("r1", 1, "stale_interest"),
    ]


def test_candidates_are_those_of_the_derivation() -> None:
    for seed in range(8):
        made = random_snapshot(seed, 20, 12)
        graph = build(made)
        counts = {each.id: 0 for each in graph.instance.requests}
        for position in graph.instance.candidates.request.tolist():
            counts[graph.instance.requests[position].id] += 1
        locked = {each.request for each in made.locked}
        found = {each.request: each.candidates for each in supply(made).thin}
        expected = {name: count for name, count in counts.items() if count <= FEW and name not in locked}
        assert {name: count for name, count in found.items() if name not in locked} == expected


def test_an_empty_round_has_nothing() -> None:
    found = supply(snapshot())
    assert (found.whole.requests, found.topics, found.thin) == (0, (), ())
