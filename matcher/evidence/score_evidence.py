"""A score as evidence: each part with its policy weight, and the credit for each skill asked for."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.candidates.graph import CandidateGraph
from matcher.candidates.scoring import SkillCredit, skill_credit, weights_of

CRITERIA = ("skills", "experience", "delivery", "nearness", "method")


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One criterion of a score: its value 0..1, its policy weight, and their product."""

    criterion: str
    value: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class ScoreEvidence:
    """A fit and all it is made of."""

    fit: float
    parts: tuple[ScorePart, ...]
    rank_factor: float
    waiting_credit: float
    skills: tuple[SkillCredit, ...]


def score_evidence(graph: CandidateGraph | None, row: int) -> ScoreEvidence | None:
    """The score of a candidate row in parts with the policy's weights, and the credit for each skill."""
    if graph is None:
        return None
    score, snapshot, table = graph.scores[row], graph.snapshot, graph.instance.candidates
    partner = snapshot.partner_by_id[graph.instance.partners[table.partner[row]].id]
    request = snapshot.request_by_id[graph.instance.requests[table.request[row]].id]
    values = (score.skills, score.experience, score.delivery, score.nearness, score.method)
    parts = tuple(
        ScorePart(name, round(value, 6), weight, round(weight * value, 6))
        for name, value, weight in zip(CRITERIA, values, weights_of(snapshot.policy), strict=True)
    )
    skills = tuple(skill_credit(partner, wanted, snapshot.taxonomy) for wanted in request.skills)
    return ScoreEvidence(score.fit, parts, score.rank_factor, score.waiting_credit, skills)
