"""No smaller set of changes would do than the ones that are told: each smaller one is made, and somebody looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, product

import numpy as np
import pytest

from matcher.allocation.solver import allocate
from matcher.candidates.graph import build
from matcher.candidates.reasons import Change
from matcher.evidence.relaxations import smallest_relaxations
from matcher.evidence.situation import Situation
from matcher.problem.instance import Engagement
from matcher.problem.partners import HeldSkill, Reach
from matcher.problem.requests import WantedSkill
from matcher.problem.snapshot import Snapshot
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, policy, request, snapshot

NEW = (Change.ONE_MORE_DAY, Change.LONGER_WINDOW, Change.LOWER_LEVEL, Change.WIDER_REACH)


def relaxed(asked: Snapshot, wanted: str, changes: tuple[Change, ...]) -> Iterator[Snapshot]:
    """The round under each way in which the changes can be made."""
    need = asked.request_by_id[wanted]
    (first, last), months = need.window, len(asked.months)
    windows = [need.window]
    if Change.LONGER_WINDOW in changes:
        windows = [(begin, end) for begin in range(first + 1) for end in range(last, months)]
    skills = [need.skills]
    if Change.LOWER_LEVEL in changes:
        lower = [replace(each, level=each.level - 1) for each in need.skills]
        skills = [
            (*need.skills[:at], each, *need.skills[at + 1 :]) for at, each in enumerate(lower) if each.level
        ]
    for window, asked_for in product(windows, skills):
        changed = replace(need, window=window, skills=asked_for)
        yield replace(
            asked,
            partners=tuple(able(each, window, changes) for each in asked.partners),
            requests=tuple(changed if each.id == wanted else each for each in asked.requests),
        )


def able(each, window, changes):
    """A partner who goes anywhere, or has a day more in the window."""
    if Change.WIDER_REACH in changes:
        each = replace(each, reach=Reach.NATIONAL)
    if Change.ONE_MORE_DAY in changes:
        months = range(window[0], window[1] + 1)
        month = next((month for month in months if each.capacity[month]), window[0])
        days = tuple(days + (at == month) for at, days in enumerate(each.capacity))
        each = replace(each, capacity=days)
    return each


def somebody_could_join(asked: Snapshot, standing: tuple[Engagement, ...], wanted: str) -> bool:
    """Whether a partner, or several together, could join the team beside all that stands."""
    graph = build(asked)
    instance, situation = graph.instance, Situation(graph.instance, standing, graph)
    at = instance.request_index[wanted]
    need = instance.requests[at]
    places = need.max_team - situation.counts.team.get(wanted, 0)
    short, covered = int(situation.days_short[at]), situation.counts.covered.get(wanted, set())
    rows = np.flatnonzero(instance.candidates.request == at)
    engaged = {each.partner for each in standing if each.request == wanted}
    free = [
        candidate
        for row, has_room in zip(rows, situation.standings(need, rows, short, places).has_room, strict=True)
        if has_room and (candidate := instance.candidate(int(row))).partner not in engaged
    ]
    essential = {each.skill for each in need.skills if each.essential and instance.essential_is_hard}
    for size in range(1, min(places, 2) + 1):
        for several in combinations(free, size):
            brought = covered.union(*(each.covers for each in several))
            if essential <= brought and sum(each.min_days for each in several) <= short:
                return True
    return False


@pytest.mark.parametrize(("seed", "is_hard"), [(1, False), (3, True)])
def test_every_smaller_set_fails_and_every_other_of_the_size_that_would_do_is_told(
    seed: int, is_hard: bool
) -> None:
    asked = random_snapshot(seed, partners=16, requests=12)
    asked = replace(asked, locked=(), policy=replace(asked.policy, essential_is_hard=is_hard))
    graph = build(asked)
    allocation = allocate(graph.instance, instance_sha256="0" * 64, gap=0.05, limit_seconds=5)
    situation = Situation(graph.instance, allocation.engagements, graph)
    told_of = 0
    for unmet in allocation.unmet:
        need = asked.request_by_id[unmet.request]
        if situation.counts.team.get(unmet.request, 0) >= need.max_team:
            continue  # a full team is another matter: only its members can give more
        team = {each.partner for each in allocation.engagements if each.request == unmet.request}
        found = smallest_relaxations(situation, unmet.request)
        told = [each.changes for each in found if not team.issuperset(each.partners)]
        size = min(map(len, told), default=len(NEW))
        sets = chain.from_iterable(combinations(NEW, some) for some in range(size + 1))
        would_do = {
            changes
            for changes in sets
            if any(
                somebody_could_join(tried, allocation.engagements, unmet.request)
                for tried in relaxed(asked, unmet.request, changes)
            )
        }
        if () not in would_do:
            told_of += 1
            assert set(told) == would_do, unmet.request
    assert told_of > 3


class TestHardEssentials:
    """Where essential skills are hard, whoever lacks one is no help however many days there are."""

    SKILLS = (WantedSkill("ED-4HR", 3, 0.5, True), WantedSkill("ED-STR", 2, 0.5, True))
    BOTH = (HeldSkill("ED-4HR", 3), HeldSkill("ED-STR", 2))
    NEARLY = (HeldSkill("ED-4HR", 2), HeldSkill("ED-STR", 2))

    def told(self, *partners, **changes):
        """Changes and partners that are told of a request that nobody is on."""
        asked = snapshot(
            *partners, request(skills=self.SKILLS, **changes), policy=policy(essential_is_hard=True)
        )
        graph = build(asked)
        found = smallest_relaxations(Situation(graph.instance, (), graph), "r1")
        return [(each.changes, each.partners, each.skill, each.level) for each in found]

    def test_a_day_more_of_somebody_without_the_skill_is_not_told(self):
        short = {"capacity": (2, 0, 0, 0, 0, 0)}
        assert self.told(partner("all", skills=self.BOTH, **short)) == [
            ((Change.ONE_MORE_DAY,), ("all",), None, None)
        ]
        assert self.told(partner("one", skills=(HeldSkill("ED-STR", 2),), **short)) == []

    def test_a_day_more_and_one_level_lower_together(self):
        found = self.told(partner("nearly", skills=self.NEARLY, capacity=(2, 0, 0, 0, 0, 0)))
        assert found == [((Change.ONE_MORE_DAY, Change.LOWER_LEVEL), ("nearly",), "ED-4HR", 2)]

    def test_two_who_cover_it_together_need_no_change_but_a_day(self):
        one = partner("one", skills=(HeldSkill("ED-4HR", 3),))
        other = partner("other", skills=(HeldSkill("ED-STR", 2),), capacity=(2, 0, 0, 0, 0, 0))
        assert [(changes, set(names)) for changes, names, *_ in self.told(one, other, max_team=2)] == [
            ((Change.ONE_MORE_DAY,), {"one", "other"})
        ]
        assert self.told(one, other, max_team=1) == []
