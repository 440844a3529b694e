"""Why a match: its score in parts, its rank, what it displaced, and who else could have been asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.candidates.reasons import ReviewFlag, Standing
from matcher.evidence.contributions import Contribution, Contributions
from matcher.evidence.score_evidence import ScoreEvidence, score_evidence
from matcher.evidence.situation import Situation
from matcher.problem.instance import Engagement, IntArray

_SHOWN = 5
_SHOWN_OF_EACH_KIND = 3


@dataclass(frozen=True, slots=True)
class Holding:
    """Days that a partner gives to a request, and what one of them is worth there."""

    request: str
    days: int
    worth_per_day: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another candidate of the request: how many days it could give now, and what binds it if none."""

    partner: str
    fit: float
    rank: int
    standing: Standing
    days_possible: int
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Displaced:
    """A request short of days that could have used the partner in the same months."""

    request: str
    days_short: int
    fit: float
    worth_per_day: float


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """All that a reviewer needs for one engagement; ``score`` is None without a snapshot."""

    partner: str
    request: str
    days: tuple[int, ...]
    fit: float
    worth_per_day: float
    distance_km: float
    covers: tuple[str, ...]
    rank: int
    candidates: int
    score: ScoreEvidence | None
    flags: tuple[ReviewFlag, ...]
    alternatives: tuple[Alternative, ...]
    next_best: str | None
    displaced: tuple[Displaced, ...]
    contribution: tuple[Contribution, ...]


def explain_match(
    situation: Situation, engagement: Engagement, contributions: Contributions | None = None
) -> MatchEvidence:
    """The evidence for one engagement; give ``contributions`` of the situation where many are asked for."""
    instance = situation.instance
    row = row_of_pair(situation, engagement.partner, engagement.request)
    found = instance.candidate(row)
    request = instance.request_index[engagement.request]
    ordered = situation.best_first(situation.rows_of_request(request))
    alternatives = _alternatives(situation, engagement, ordered)
    return MatchEvidence(
        partner=engagement.partner,
        request=engagement.request,
        days=engagement.days,
        fit=found.fit,
        worth_per_day=situation.worth_per_day(row),
        distance_km=found.distance_km,
        covers=found.covers,
        rank=rank_of(ordered, row),
        candidates=len(ordered),
        score=score_evidence(situation.graph, row),
        flags=situation.graph.flags(row) if situation.graph else (),
        alternatives=alternatives,
        next_best=next((each.partner for each in alternatives if each.standing is Standing.ROOM_LEFT), None),
        displaced=_displaced(situation, engagement),
        contribution=(contributions or Contributions(situation)).of(engagement),
    )


def holdings(situation: Situation, partner: str, window: tuple[int, int]) -> tuple[Holding, ...]:
    """What a partner gives to which requests within a window, most days first."""
    first, last = window
    found = [
        Holding(
            each.request,
            sum(each.days[first : last + 1]),
            situation.worth_per_day(row_of_pair(situation, partner, each.request)),
        )
        for each in situation.engagements_of.get(partner, [])
    ]
    return tuple(sorted((each for each in found if each.days), key=lambda each: (-each.days, each.request)))


def days_possible(situation: Situation, row: int, wanted: int) -> int:
    """Most days that a candidate with room could give now, of ``wanted``."""
    table = situation.instance.candidates
    window = situation.instance.requests[table.request[row]].window
    left = int(situation.left_over.days(table.partner[row : row + 1], *window)[0])
    return min(left, int(table.max_days[row]), wanted)


def _alternatives(situation: Situation, engagement: Engagement, ordered: IntArray) -> tuple[Alternative, ...]:
    """The best three with room if this engagement made place, and the best of those who are bound."""
    instance, table = situation.instance, situation.instance.candidates
    request = instance.requests[instance.request_index[engagement.request]]
    wanted = engagement.total_days + int(situation.days_short[instance.request_index[request.id]])
    places = request.max_team - situation.counts.team[request.id] + 1
    others = [
        (rank, int(row))
        for rank, row in enumerate(ordered, start=1)
        if (instance.partners[table.partner[row]].id, request.id) not in situation.counts.pairs
    ]
    standings = situation.standings(request, [row for _, row in others], wanted, places)
    chosen, shown = [], {True: 0, False: 0}
    for (rank, row), standing in zip(others, standings, strict=True):
        has_room = standing is Standing.ROOM_LEFT
        if shown[has_room] < _SHOWN_OF_EACH_KIND:
            shown[has_room] += 1
            possible = days_possible(situation, row, wanted) if has_room else 0
            chosen.append(_alternative(situation, row, rank, standing, possible))
    return tuple(chosen)


def _alternative(situation: Situation, row: int, rank: int, standing: Standing, possible: int) -> Alternative:
    table = situation.instance.candidates
    partner = situation.instance.partners[table.partner[row]].id
    window = situation.instance.requests[table.request[row]].window
    return Alternative(
        partner=partner,
        fit=float(table.fit[row]),
        rank=rank,
        standing=standing,
        days_possible=possible,
        holdings=holdings(situation, partner, window),
    )


def _displaced(situation: Situation, engagement: Engagement) -> tuple[Displaced, ...]:
    """Requests short of days that could have used the partner in the engagement's months; best first."""
    instance, table = situation.instance, situation.instance.candidates
    rows = situation.rows_of_partner(instance.partner_index[engagement.partner])
    short = situation.days_short[table.request[rows]]
    found = []
    for row in rows[(short > 0) & (table.min_days[rows] <= short)].tolist():
        request = instance.requests[table.request[row]]
        first, last = request.window
        pair = (engagement.partner, request.id)
        is_out = pair in situation.counts.pairs or pair in situation.forbidden
        if not is_out and any(engagement.days[first : last + 1]):
            days_short = int(situation.days_short[table.request[row]])
            worth = situation.worth_per_day(row)
            found.append(Displaced(request.id, days_short, float(table.fit[row]), worth))
    return tuple(sorted(found, key=lambda each: (-each.worth_per_day, each.request))[:_SHOWN])


def rank_of(ordered: IntArray, row: int) -> int:
    """The place of a row among rows ordered best first, from 1."""
    return int(np.flatnonzero(ordered == row)[0]) + 1


def row_of_pair(situation: Situation, partner: str, request: str) -> int:
    """The candidate row of a pair that must be one; raises ``KeyError``."""
    row = situation.instance.row_of(partner, request)
    if row is None:
        raise KeyError(f"{partner} is no candidate for {request}")
    return row
