"""What would have to change for an unmet request: the smallest sets of relaxations that give it a partner.

Each set is tried against eligibility with the relaxed rules and against the days and places that are left
beside the engagements that stand, so a set that is told would work today without taking from anyone. What a
re-solve could do by moving others is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.derivation import fit_of
from matcher.candidates.graph import CandidateGraph
from matcher.candidates.reasons import Change, ReasonCode
from matcher.evidence.situation import Situation
from matcher.problem.instance import IntArray, Request
from matcher.problem.requests import SupportRequest, WantedSkill

_COMBINED = (Change.ONE_MORE_DAY, Change.LONGER_WINDOW, Change.WIDER_REACH)
_SHOWN = 3

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes that together would do, and the best partners they bring in.

    ``days`` is what the first partner could then give; ``window`` is the longer one, ``skill`` and ``level``
    what could be asked one level lower; None where that is not among the changes.
    """

    changes: tuple[Change, ...]
    partners: tuple[str, ...]
    days: int
    window: tuple[int, int] | None = None
    skill: str | None = None
    level: int | None = None


def smallest_relaxations(situation: Situation, request_id: str) -> tuple[Relaxation, ...]:
    """All sets of the smallest size that work; empty if none does, if someone has room already, or if the
    team is full."""
    instance = situation.instance
    request = instance.requests[instance.request_index[request_id]]
    if request.max_team <= situation.counts.team.get(request_id, 0):
        return ()
    question = _Question(situation, request)
    if question.answer(()) is not None:
        return tuple(_lower_levels(situation, question))
    for size in range(1, len(_COMBINED) + 1):
        answers = (question.answer(changes) for changes in combinations(_COMBINED, size))
        found = [each for each in answers if each is not None]
        if found:
            return tuple(found)
    return ()


class _Question:
    """One unmet request, asked again under relaxed rules."""

    def __init__(self, situation: Situation, request: Request) -> None:
        self.situation = situation
        self.request = request
        position = situation.instance.request_index[request.id]
        self.short = int(situation.days_short[position])
        self.everyone = np.arange(len(situation.instance.partners), dtype=np.int64)
        self.least = self._least_days(position)
        on_team = [each for each in self.everyone if self._is_on_team(int(each))]
        self.is_free = np.ones(len(self.everyone), dtype=np.bool_)
        self.is_free[on_team] = False
        self._suited_kept: dict[bool, Mask] = {}

    def answer(self, changes: tuple[Change, ...]) -> Relaxation | None:
        """What the changes would bring, under the shortest window that does; None if nothing."""
        for window in self._windows(Change.LONGER_WINDOW in changes):
            days = self.situation.left_over.days(self.everyone, *window)
            days = days + (1 if Change.ONE_MORE_DAY in changes else 0)
            would_do = self._suited(Change.WIDER_REACH in changes) & (days >= self.least)
            if would_do.any():
                would_do &= self.situation.left_over.is_open(self.everyone, *window)
            if would_do.any():
                best = self._best(np.flatnonzero(would_do).astype(np.int64))
                return Relaxation(
                    changes=changes,
                    partners=tuple(self.situation.instance.partners[each].id for each in best[:_SHOWN]),
                    days=min(int(days[best[0]]), self.short),
                    window=window if Change.LONGER_WINDOW in changes else None,
                )
        return None

    def joiners(self) -> list[str]:
        """Partners who have room as things stand, best fit first."""
        window = self.request.window
        days = self.situation.left_over.days(self.everyone, *window)
        could = self._suited(False) & (days >= self.least)
        could &= self.situation.left_over.is_open(self.everyone, *window)
        best = self._best(np.flatnonzero(could).astype(np.int64))
        return [self.situation.instance.partners[each].id for each in best]

    def _suited(self, is_reach_wider: bool) -> Mask:
        """Partners whom no rule but those of days (and of reach, if wider) keeps off, and not on the team."""
        if is_reach_wider not in self._suited_kept:
            self._suited_kept[is_reach_wider] = self._unbarred(is_reach_wider) & self.is_free
        return self._suited_kept[is_reach_wider] & (self.least <= self.short)

    def _unbarred(self, is_reach_wider: bool) -> Mask:
        graph = self.situation.graph
        if graph is None:
            rows = self._rows()
            unbarred = np.zeros(len(self.everyone), dtype=np.bool_)
            unbarred[self.situation.instance.candidates.partner[rows]] = True
            return unbarred
        ignoring = {ReasonCode.NO_CAPACITY_IN_WINDOW} | ({ReasonCode.REACH} if is_reach_wider else set())
        asked = graph.snapshot.request_by_id[self.request.id]
        return np.asarray(graph.partner_columns.codes(asked, frozenset(ignoring)) == 0)

    def _least_days(self, position: int) -> IntArray:
        graph = self.situation.graph
        if graph is not None:
            return graph.partner_columns.least_days(graph.snapshot.request_by_id[self.request.id])
        least = np.ones(len(self.everyone), dtype=np.int64)
        rows, table = self.situation.rows_of_request(position), self.situation.instance.candidates
        least[table.partner[rows]] = table.min_days[rows]
        return least

    def _windows(self, is_longer: bool) -> Iterator[tuple[int, int]]:
        """The window itself, or every longer one: first a later end, then an earlier start too."""
        first, last = self.request.window
        if not is_longer:
            yield first, last
            return
        final = len(self.situation.instance.months) - 1
        yield from ((first, end) for end in range(last + 1, final + 1))
        yield from ((begin, final) for begin in range(first - 1, -1, -1))

    def _best(self, partners: IntArray) -> IntArray:
        """Partners by falling fit, ties by position; without a snapshot by position."""
        graph = self.situation.graph
        if graph is None or not len(partners):
            return partners
        asked = graph.snapshot.request_by_id[self.request.id]
        distance = graph.partner_columns.distance_km(asked, partners)
        fit = fit_of(graph.partner_columns.parts(asked, partners, distance), asked, graph.snapshot)
        return partners[np.lexsort((partners, -fit))]

    def _rows(self) -> IntArray:
        rows = self.situation.rows_of_request(self.situation.instance.request_index[self.request.id])
        partners = self.situation.instance.candidates.partner[rows]
        names = [self.situation.instance.partners[each].id for each in partners]
        is_allowed = [(name, self.request.id) not in self.situation.forbidden for name in names]
        return rows[np.array(is_allowed, dtype=np.bool_)]

    def _is_on_team(self, partner: int) -> bool:
        return (self.situation.instance.partners[partner].id, self.request.id) in self.situation.counts.pairs


def _lower_levels(situation: Situation, question: _Question) -> Iterator[Relaxation]:
    """Essential skills that nobody with room covers as asked, and somebody would one level lower."""
    graph = situation.graph
    if graph is None:
        return
    joiners = question.joiners()
    asked = graph.snapshot.request_by_id[question.request.id]
    covered = situation.counts.covered.get(asked.id, set())
    for wanted in asked.skills:
        if not wanted.essential or wanted.skill in covered or wanted.level == 1:
            continue
        if not _holders(graph, joiners, wanted.skill, wanted.level):
            yield from _one_level_lower(graph, joiners, asked, wanted)


def _one_level_lower(
    graph: CandidateGraph, joiners: list[str], asked: SupportRequest, wanted: WantedSkill
) -> Iterator[Relaxation]:
    holders = _holders(graph, joiners, wanted.skill, wanted.level - 1)
    if holders:
        yield Relaxation(
            changes=(Change.LOWER_LEVEL,),
            partners=tuple(holders[:_SHOWN]),
            days=min(graph.snapshot.partner_by_id[holders[0]].smallest_block, asked.days),
            skill=wanted.skill,
            level=wanted.level - 1,
        )


def _holders(graph: CandidateGraph, partners: list[str], skill: str, level: int) -> list[str]:
    by_id = graph.snapshot.partner_by_id
    return [
        each
        for each in partners
        if any(held.skill == skill and held.level >= level for held in by_id[each].skills)
    ]
