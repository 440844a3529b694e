"""Why this partner, or why not: one pair, whether it is a candidate or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.candidates.reasons import ReasonCode, ReviewFlag, Standing
from matcher.evidence.match_evidence import Holding, holdings, rank_of
from matcher.evidence.score_evidence import ScoreEvidence, score_evidence
from matcher.evidence.situation import Situation


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """Why a partner is, or is not, on a request. ``reasons`` is empty for a candidate."""

    partner: str
    request: str
    is_engaged: bool
    reasons: tuple[ReasonCode, ...]
    standing: Standing | None
    fit: float | None
    rank: int | None
    candidates: int
    days_possible: int
    score: ScoreEvidence | None
    holdings: tuple[Holding, ...]
    flags: tuple[ReviewFlag, ...]


def explain_pair(situation: Situation, partner: str, request: str) -> PairEvidence:
    """Why this partner, or why not, for any known pair; raises ``KeyError`` for an unknown id."""
    instance = situation.instance
    if partner not in instance.partner_index:
        raise KeyError(partner)
    position = instance.request_index[request]
    ordered = situation.best_first(situation.rows_of_request(position))
    row = instance.row_of(partner, request)
    is_engaged = (partner, request) in situation.counts.pairs
    wanted, standing, possible = instance.requests[position], None, 0
    if row is None:
        standing = Standing.NOT_A_CANDIDATE
    elif not is_engaged:
        short = int(situation.days_short[position])
        places = wanted.max_team - situation.counts.team.get(request, 0)
        found = situation.standings(wanted, np.array([row], dtype=np.int64), short, places)
        standing, possible = found.of(0), int(found.days[0]) if found.has_room[0] else 0
    return PairEvidence(
        partner=partner,
        request=request,
        is_engaged=is_engaged,
        reasons=situation.graph.reasons_out(partner, request) if situation.graph else (),
        standing=standing,
        fit=None if row is None else float(instance.candidates.fit[row]),
        rank=None if row is None else rank_of(ordered, row),
        candidates=len(ordered),
        days_possible=possible,
        score=None if row is None else score_evidence(situation.graph, row),
        holdings=holdings(situation, partner, wanted.window),
        flags=situation.graph.flags(row) if situation.graph and row is not None else (),
    )
