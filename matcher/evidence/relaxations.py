"""What would have to change for an unmet request: the smallest sets of relaxations that give it a partner.

Each set is tried against eligibility with the relaxed rules and against the days and places that are left
beside the engagements that stand, so a set that is told would work today without taking from anyone. What a
re-solve could do by moving others is not asked here. Where the policy makes essential skills hard, only who brings
what is lacking of them counts, alone or together with others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.columns import fit_of
from matcher.candidates.graph import CandidateGraph
from matcher.candidates.reasons import Change, ReasonCode
from matcher.evidence.essential_cover import Cover, EssentialCover, team_of
from matcher.evidence.situation import Situation
from matcher.problem.instance import IntArray, Request

_COMBINED = (Change.ONE_MORE_DAY, Change.LONGER_WINDOW, Change.LOWER_LEVEL, Change.WIDER_REACH)
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
    """All sets of the smallest size that bring in another partner; failing those, one more day of a member.

    Empty if nothing helps, or if someone has room as things stand and only the levels of skills are in the way.
    """
    instance = situation.instance
    question = _Question(situation, instance.requests[instance.request_index[request_id]])
    if question.answer(()) is not None:
        return tuple(_lower_levels(situation, question))
    for size in range(1, len(_COMBINED) + 1):
        answers = (question.answer(changes) for changes in combinations(_COMBINED, size))
        found = [each for each in answers if each is not None]
        if found:
            return tuple(found)
    more = question.more_of_a_member()
    return (more,) if more else ()


class _Question:
    """One unmet request, asked again under relaxed rules of everyone whom no other rule keeps off.

    ``pool`` holds those partners as positions, the team left out; the other columns run beside it.
    """

    def __init__(self, situation: Situation, request: Request) -> None:
        self.situation = situation
        self.request = request
        self.short = int(situation.days_short[situation.instance.request_index[request.id]])
        self.has_place = situation.counts.team.get(request.id, 0) < request.max_team
        near, far = self._unbarred()
        self.pool = np.setdiff1d(far, situation.team_of(request.id))
        self.is_near = np.isin(self.pool, near)
        self.least = self._least_days()
        self.essential = EssentialCover(situation, request, self.pool)

    def answer(self, changes: tuple[Change, ...]) -> Relaxation | None:
        """What the changes would bring, under the shortest window that does; None if nothing."""
        for window in self._windows(Change.LONGER_WINDOW in changes):
            days = self.situation.left_over.days(self.pool, *window)
            days = days + (1 if Change.ONE_MORE_DAY in changes else 0)
            suited = np.flatnonzero(self._would_do(changes, window, days)).astype(np.int64)
            for cover in self.essential.ways(Change.LOWER_LEVEL in changes) if len(suited) else ():
                best = self._team(cover, self._best(suited))
                if len(best):
                    return Relaxation(
                        changes=changes,
                        partners=self._names(best[:_SHOWN]),
                        days=min(int(days[best[0]]), self.short),
                        window=window if Change.LONGER_WINDOW in changes else None,
                        skill=cover.lowered.skill if cover.lowered else None,
                        level=cover.lowered.level - 1 if cover.lowered else None,
                    )
        return None

    def _team(self, cover: Cover, order: IntArray) -> IntArray:
        places = self.request.max_team - self.situation.counts.team.get(self.request.id, 0)
        return team_of(cover, order, self.least, places=places, days=self.short)

    def more_of_a_member(self) -> Relaxation | None:
        """A day more of one of the team: the one with the best fit."""
        members = self.situation.team_of(self.request.id, is_free=True)
        rows = self.situation.rows_of_request(self.situation.instance.request_index[self.request.id])
        ordered = self.situation.instance.candidates.partner[self.situation.best_first(rows)]
        best = ordered[np.isin(ordered, members)][:_SHOWN]
        names = tuple(self.situation.instance.partners[each].id for each in best)
        return Relaxation(changes=(Change.ONE_MORE_DAY,), partners=names, days=1) if names else None

    def joiners(self) -> tuple[str, ...]:
        """Partners who have room as things stand, best fit first."""
        days = self.situation.left_over.days(self.pool, *self.request.window)
        return self._names(self._best(np.flatnonzero(self._would_do((), self.request.window, days))))

    def _would_do(self, changes: tuple[Change, ...], window: tuple[int, int], days: IntArray) -> Mask:
        """Who in the pool could join with their smallest block if the changes were made."""
        suited = (self.least <= self.short) & (days >= self.least) & self.has_place
        if Change.WIDER_REACH not in changes:
            suited &= self.is_near
        if suited.any():
            suited &= self.situation.left_over.is_open(self.pool, *window)
        return np.asarray(suited)

    def _unbarred(self) -> tuple[IntArray, IntArray]:
        """Positions of partners whom no rule but those of days keeps off; and the same with a wider reach."""
        graph = self.situation.graph
        if graph is None:
            rows = self.situation.rows_of_request(self.situation.instance.request_index[self.request.id])
            partners = self.situation.instance.candidates.partner[rows]
            allowed = [each for each in partners.tolist() if not self._is_forbidden(each)]
            near = np.array(allowed, dtype=np.int64)
            return near, near
        asked = graph.snapshot.request_by_id[self.request.id]
        days = ReasonCode.NO_CAPACITY_IN_WINDOW
        near = np.flatnonzero(graph.partner_columns.codes(asked, frozenset({days})) == 0)
        far = np.flatnonzero(graph.partner_columns.codes(asked, frozenset({days, ReasonCode.REACH})) == 0)
        return near, far

    def _least_days(self) -> IntArray:
        graph = self.situation.graph
        if graph is not None:
            asked = graph.snapshot.request_by_id[self.request.id]
            return graph.partner_columns.least_days(asked)[self.pool]
        rows = self.situation.rows_of_request(self.situation.instance.request_index[self.request.id])
        table = self.situation.instance.candidates
        return table.min_days[rows[np.searchsorted(table.partner[rows], self.pool)]]

    def _windows(self, is_longer: bool) -> Iterator[tuple[int, int]]:
        """The window itself, or every longer one: first a later end, then an earlier start too."""
        first, last = self.request.window
        if not is_longer:
            yield first, last
            return
        final = len(self.situation.instance.months) - 1
        yield from ((first, end) for end in range(last + 1, final + 1))
        yield from ((begin, final) for begin in range(first - 1, -1, -1))

    def _best(self, places: IntArray) -> IntArray:
        """Places in the pool by falling fit, ties by position; without a snapshot by position."""
        graph = self.situation.graph
        if graph is None or not len(places):
            return places
        asked, partners = graph.snapshot.request_by_id[self.request.id], self.pool[places]
        distance = graph.partner_columns.distance_km(asked, partners)
        fit = fit_of(graph.partner_columns.parts(asked, partners, distance), asked, graph.snapshot.policy)
        return places[np.lexsort((partners, -fit))]

    def _names(self, places: IntArray) -> tuple[str, ...]:
        return tuple(self.situation.instance.partners[each].id for each in self.pool[places])

    def _is_forbidden(self, partner: int) -> bool:
        return (self.situation.instance.partners[partner].id, self.request.id) in self.situation.forbidden


def _lower_levels(situation: Situation, question: _Question) -> Iterator[Relaxation]:
    """Essential skills that nobody with room covers as asked, and somebody would one level lower."""
    graph = situation.graph
    if graph is None:
        return
    joiners = question.joiners()
    asked = graph.snapshot.request_by_id[question.request.id]
    covered = situation.counts.covered.get(asked.id, set())
    for wanted in asked.skills:
        is_lacking = wanted.essential and wanted.skill not in covered and wanted.level > 1
        if not is_lacking or _holders(graph, joiners, wanted.skill, wanted.level):
            continue
        holders = _holders(graph, joiners, wanted.skill, wanted.level - 1)
        if holders:
            yield Relaxation(
                changes=(Change.LOWER_LEVEL,),
                partners=tuple(holders[:_SHOWN]),
                days=min(graph.snapshot.partner_by_id[holders[0]].smallest_block, asked.days),
                skill=wanted.skill,
                level=wanted.level - 1,
            )


def _holders(graph: CandidateGraph, partners: tuple[str, ...], skill: str, level: int) -> list[str]:
    """Those of the partners who hold a skill at a level at least."""
    by_id = graph.snapshot.partner_by_id
    return [
        each
        for each in partners
        if any(held.skill == skill and held.level >= level for held in by_id[each].skills)
    ]
