"""Who would bring the essential skills that a request still lacks, where the policy makes them hard.

A request is then engaged only if its essential skills are all covered, by one partner or by several together, so
that whoever has room but covers none of them is no help.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evidence.situation import Situation
from matcher.problem.instance import IntArray, Request
from matcher.problem.requests import WantedSkill


@dataclass(frozen=True, eq=False)
class Cover:
    """What is lacking as bits, and the bits that each partner of the pool would bring; ``lowered`` is the skill
    that is asked one level lower for it."""

    wanted: int
    brought: IntArray
    lowered: WantedSkill | None = None


class EssentialCover:
    """The essential skills that one request lacks, beside a pool of partners (positions in the instance)."""

    def __init__(self, situation: Situation, request: Request, pool: IntArray) -> None:
        self.situation, self.request, self.pool = situation, request, pool
        covered = situation.counts.covered.get(request.id, set())
        is_hard = situation.instance.essential_is_hard
        self.lacking = [
            each.skill for each in request.skills if is_hard and each.essential and each.skill not in covered
        ]

    def ways(self, is_lower: bool) -> Iterator[Cover]:
        """As it is asked, or each skill in turn asked one level lower, where that brings anybody more."""
        wanted = (1 << len(self.lacking)) - 1
        as_asked = self._held if self.lacking else np.zeros(len(self.pool), dtype=np.int64)
        if not is_lower:
            yield Cover(wanted, as_asked)
            return
        for bit, lowered in enumerate(self._asked):
            more = as_asked | (self._holds(lowered.skill, lowered.level - 1) << bit)
            if lowered.level > 1 and (more != as_asked).any():
                yield Cover(wanted, more, lowered)

    @property
    def _asked(self) -> list[WantedSkill]:
        """The skills with their levels, in the order of the bits; none where no snapshot is at hand."""
        graph = self.situation.graph
        if graph is None:
            return []
        known = {each.skill: each for each in graph.snapshot.request_by_id[self.request.id].skills}
        return [known[skill] for skill in self.lacking]

    @property
    def _held(self) -> IntArray:
        found = np.zeros(len(self.pool), dtype=np.int64)
        if self.situation.graph is None:
            return self._covered_in_table(found)
        for bit, asked in enumerate(self._asked):
            found |= self._holds(asked.skill, asked.level) << bit
        return found

    def _covered_in_table(self, found: IntArray) -> IntArray:
        instance = self.situation.instance
        for place, partner in enumerate(self.pool.tolist()):
            row = instance.row_of(instance.partners[partner].id, self.request.id)
            covers = instance.candidate(row).covers if row is not None else ()
            found[place] = sum(1 << bit for bit, skill in enumerate(self.lacking) if skill in covers)
        return found

    def _holds(self, skill: str, level: int) -> IntArray:
        assert self.situation.graph is not None
        by_id, partners = self.situation.graph.snapshot.partner_by_id, self.situation.instance.partners
        holders = [
            any(held.skill == skill and held.level >= level for held in by_id[partners[each].id].skills)
            for each in self.pool.tolist()
        ]
        return np.array(holders, dtype=np.int64)


def team_of(cover: Cover, order: IntArray, least: IntArray, *, places: int, days: int) -> IntArray:
    """The first in an order that bring all that is lacking: each alone where anybody does; else the fewest days'
    team of several within some places and days; empty where there is none."""
    alone: NDArray[np.bool_] = (cover.brought[order] & cover.wanted) == cover.wanted
    if alone.any() or places < 2:
        return order[alone]
    teams: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {(0, 0): (0, ())}
    cheapest: dict[int, int] = {}
    for place in order[np.argsort(least[order], kind="stable")].tolist():
        cheapest.setdefault(int(cover.brought[place]) & cover.wanted, place)
    for brought, place in cheapest.items():
        for (held, size), (spent, team) in list(teams.items()):
            key, cost = (held | brought, size + 1), spent + int(least[place])
            if size < places and cost <= days and cost < teams.get(key, (days + 1, ()))[0]:
                teams[key] = (cost, (*team, place))
    whole = [team for (held, _), team in teams.items() if held == cover.wanted]
    _, best = min(whole, default=(0, ()))
    return np.array(best, dtype=np.int64)
