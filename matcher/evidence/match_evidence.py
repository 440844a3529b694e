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
_ROUNDED = 2e-6
"""Worths are shown to six digits; rows this near may change places."""


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
        Holding(each.request, sum(each.days[first : last + 1]), worth)
        for each, worth in situation.priced_engagements_of(partner)
    ]
    return tuple(sorted((each for each in found if each.days), key=lambda each: (-each.days, each.request)))


def _alternatives(situation: Situation, engagement: Engagement, ordered: IntArray) -> tuple[Alternative, ...]:
    """The best three with room if this engagement made place, and the best of those who are bound."""
    instance, table = situation.instance, situation.instance.candidates
    request = instance.requests[instance.request_index[engagement.request]]
    wanted = engagement.total_days + int(situation.days_short[instance.request_index[request.id]])
    places = request.max_team - situation.counts.team[request.id] + 1
    ranks = np.flatnonzero(~np.isin(table.partner[ordered], situation.team_of(request.id)))
    rows = ordered[ranks]
    standings = situation.standings(request, rows, wanted, places)
    has_room = standings.has_room
    free, bound = np.flatnonzero(has_room), np.flatnonzero(~has_room)
    chosen = np.sort(np.concatenate((free[:_SHOWN_OF_EACH_KIND], bound[:_SHOWN_OF_EACH_KIND]))).tolist()
    return tuple(
        _alternative(
            situation,
            int(rows[at]),
            int(ranks[at]) + 1,
            standings.of(at),
            int(standings.days[at]) if has_room[at] else 0,
        )
        for at in chosen
    )


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
    rows = rows[(short > 0) & (table.min_days[rows] <= short)]
    usable = [row for row in rows.tolist() if _could_use(situation, engagement, row)]
    found = [
        Displaced(
            instance.requests[table.request[row]].id,
            int(situation.days_short[table.request[row]]),
            float(table.fit[row]),
            situation.worth_per_day(row),
        )
        for row in _most_worth(situation, usable)
    ]
    return tuple(sorted(found, key=lambda each: (-each.worth_per_day, each.request))[:_SHOWN])


def _could_use(situation: Situation, engagement: Engagement, row: int) -> bool:
    """Whether the request of a row could have the engagement's partner in one of the same months."""
    request = situation.instance.requests[situation.instance.candidates.request[row]]
    pair = (engagement.partner, request.id)
    first, last = request.window
    is_out = pair in situation.counts.pairs or pair in situation.forbidden
    return not is_out and any(engagement.days[first : last + 1])


def _most_worth(situation: Situation, rows: list[int]) -> list[int]:
    """The rows that may be among the few shown: a popular partner has hundreds."""
    if len(rows) <= _SHOWN:
        return rows
    worth = situation.worth_of_rows[rows]
    least = np.partition(worth, -_SHOWN)[-_SHOWN]
    return [row for row, each in zip(rows, worth.tolist(), strict=True) if each >= least - _ROUNDED]


def rank_of(ordered: IntArray, row: int) -> int:
    """The place of a row among rows ordered best first, from 1."""
    return int(np.flatnonzero(ordered == row)[0]) + 1


def row_of_pair(situation: Situation, partner: str, request: str) -> int:
    """The candidate row of a pair that must be one; raises ``KeyError``."""
    row = situation.instance.row_of(partner, request)
    if row is None:
        raise KeyError(f"{partner} is no candidate for {request}")
    return row
