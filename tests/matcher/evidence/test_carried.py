"""Evidence that rests on what was explained before is the evidence of explaining everything anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.candidates.graph import build
from matcher.evidence.carried import explained
from matcher.evidence.evidence_format import write_evidence
from matcher.evidence.explanation import explain
from matcher.problem.instance import Engagement
from matcher.problem.snapshot import PlannedDays, Snapshot
from tests.matcher.evidence.first_come import first_come
from tests.matcher.random_snapshots import random_snapshot


def standing(seed: int) -> Snapshot:
    """A random round in which something was proposed, every second pair of it promised."""
    asked = replace(random_snapshot(seed, partners=40, requests=25), locked=(), forbidden=(), previous=())
    found = first_come(build(asked).instance).engagements
    days = tuple(PlannedDays(each.partner, each.request, each.days) for each in found)
    return replace(asked, previous=days, locked=days[::2]).canonical()


def declined(before: Snapshot, number: int) -> Snapshot:
    """One of the pairs is over."""
    gone = before.previous[number % len(before.previous)]
    pair = (gone.partner, gone.request)
    locked = tuple(each for each in before.locked if (each.partner, each.request) != pair)
    return replace(before, locked=locked, forbidden=(pair,)).canonical()


@pytest.mark.parametrize("seed", range(4))
def test_after_a_decline(seed: int) -> None:
    before = standing(seed)
    rehearsed = explained(build(before))
    for number in range(5):
        graph = build(declined(before, number))
        allocation = first_come(graph.instance)
        kept = [each for each in allocation.engagements if (each.partner, each.request) in rehearsed.matches]
        assert kept
        whole = write_evidence(explain(graph, allocation))
        assert write_evidence(explain(graph, allocation, before=rehearsed)) == whole


@pytest.mark.parametrize("seed", range(2))
def test_what_stands_is_explained_again_from_what_stood(seed: int) -> None:
    before = standing(seed)
    graph = build(declined(before, seed))
    again, whole = explained(graph, explained(build(before))), explained(graph)
    assert again.matches == whole.matches
    assert again.matches


def test_where_only_one_engagement_is_gone_most_is_carried_over() -> None:
    before = standing(7)
    rehearsed = explained(build(before))
    graph = build(declined(before, 3))
    gone = graph.instance.forbidden[0]
    stands = tuple(
        Engagement(each.partner, each.request, each.days)
        for each in before.previous
        if (each.partner, each.request) != gone
    )
    allocation = replace(first_come(graph.instance), engagements=stands, unmet=())
    found = explain(graph, allocation, before=rehearsed)
    assert write_evidence(found) == write_evidence(explain(graph, allocation))
    same = [
        each for each in found.matches if each.score is rehearsed.matches[each.partner, each.request].score
    ]
    assert len(same) > len(found.matches) / 4


def test_other_needs_carry_nothing_over() -> None:
    before = standing(2)
    rehearsed = explained(build(before))
    first, *others = before.requests
    graph = build(replace(before, requests=(replace(first, days=first.days + 1), *others)))
    allocation = first_come(graph.instance)
    assert write_evidence(explain(graph, allocation, before=rehearsed)) == write_evidence(
        explain(graph, allocation)
    )
