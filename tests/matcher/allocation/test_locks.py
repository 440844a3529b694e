"""Clashing locks are an answer that names the smallest clashing set."""

from __future__ import annotations

import pytest

from matcher.allocation.locks import open_instance
from matcher.allocation.result import Status
from matcher.allocation.solver import allocate
from tests.matcher.instance_documents import as_instance

DIGEST = "0" * 64


def document(**changes):
    """Two partners and three requests, everybody a candidate for everything."""
    requests = [
        {
            "id": name,
            "organisation": None,
            "region": "one",
            "priority": "all",
            "provider_type": "trust",
            "severity": 2,
            "days": 6,
            "window": [0, 1],
            "max_team": 1,
            "mandated": False,
            "excluded": [],
            "skills": [{"skill": "audit", "weight": 1, "essential": True}],
        }
        for name in ("r1", "r2", "r3")
    ]
    partners = [
        {
            "id": name,
            "region": "one",
            "organisation": None,
            "capacity": [4, 4, 4],
            "max_concurrent": 2,
            "conflicts": [],
        }
        for name in ("p1", "p2")
    ]
    return {
        "format": "support-matching-instance/1",
        "months": ["2027-01", "2027-02", "2027-03"],
        "priorities": [{"code": "all", "weight": 1, "floor": 0}],
        "regions": [{"code": "one", "floor": 0}],
        "partners": partners,
        "requests": requests,
        "candidates": [
            {
                "partner": partner["id"],
                "request": request["id"],
                "fit": 0.5,
                "min_days": 2,
                "max_days": 6,
                "covers": ["audit"] if partner["id"] == "p1" else [],
                "distance_km": 1,
            }
            for request in requests
            for partner in partners
        ],
        **changes,
    }


def lock(partner, request, *days):
    return {"partner": partner, "request": request, "days": list(days)}


def clash_of(**changes):
    opening = open_instance(as_instance(document(**changes)))
    return [(member.rule, member.partner, member.request, member.month) for member in opening.clash]


def test_locks_that_hold_are_kept_and_taken_off():
    instance = as_instance(document(locked=[lock("p1", "r1", 2, 1, 0)]))
    allocation = allocate(instance, instance_sha256=DIGEST)
    assert instance.locked[0] in allocation.engagements


@pytest.mark.parametrize(
    ("locks", "expected"),
    [
        ([lock("p1", "r1", 1, 0, 0)], [("block", "p1", "r1", None)]),
        ([lock("p1", "r1", 2, 0, 1)], [("window", "p1", "r1", 2)]),
        ([lock("p1", "r1", 5, 0, 0)], [("capacity", "p1", "r1", 0)]),
        (
            [lock("p1", "r1", 3, 0, 0), lock("p1", "r2", 2, 0, 0)],
            [("capacity", "p1", "r1", 0), ("capacity", "p1", "r2", 0)],
        ),
        (
            [lock("p1", "r1", 2, 0, 0), lock("p2", "r1", 2, 0, 0)],
            [("team", "p1", "r1", None), ("team", "p2", "r1", None)],
        ),
        (
            [lock("p1", name, 1, 1, 0) for name in ("r1", "r2", "r3")],
            [("concurrency", "p1", name, 0) for name in ("r1", "r2", "r3")],
        ),
    ],
)
def test_the_smallest_clashing_set_is_named(locks, expected):
    assert clash_of(locked=locks) == expected


def test_a_forbidden_lock_clashes_alone_whatever_else_clashes():
    locks = [lock("p1", "r1", 3, 0, 0), lock("p1", "r2", 2, 0, 0), lock("p2", "r3", 2, 0, 0)]
    assert clash_of(locked=locks, forbidden=[["p2", "r3"]]) == [("forbidden", "p2", "r3", None)]


def test_a_lock_without_the_hard_essential_skill_clashes_where_the_team_is_full():
    assert clash_of(locked=[lock("p2", "r1", 2, 0, 0)], essential_is_hard=True) == [
        ("essential", "p2", "r1", None)
    ]


def test_a_lock_without_the_hard_essential_skill_is_completed_where_that_can_be_done():
    changed = document(locked=[lock("p2", "r1", 2, 0, 0)], essential_is_hard=True)
    changed["requests"][0]["max_team"] = 2
    allocation = allocate(as_instance(changed), instance_sha256=DIGEST)
    assert ("p1", "r1") in {(e.partner, e.request) for e in allocation.engagements}


def test_an_infeasible_answer_has_no_engagements_and_no_levels():
    instance = as_instance(document(locked=[lock("p1", "r1", 5, 0, 0)]))
    allocation = allocate(instance, instance_sha256=DIGEST)
    assert allocation.status is Status.INFEASIBLE
    assert allocation.engagements == ()
    assert allocation.levels == ()
    assert len(allocation.clash) == 1


def test_one_lock_that_cannot_be_completed_is_named_before_two_that_share_too_few_days():
    locks = [lock("p1", "r1", 3, 0, 0), lock("p1", "r2", 2, 0, 0), lock("p2", "r3", 2, 0, 0)]
    assert clash_of(locked=locks, essential_is_hard=True) == [("essential", "p2", "r3", None)]
