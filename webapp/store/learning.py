"""What rounds have taught, counted by the database: overrules, answers to offers, times, unmet need, outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from webapp.store.decisions import OFFERS, Confirmation, Decision, DecisionKind
from webapp.store.engagement_reviews import Outcome, OutcomePoint, Phase, Rating
from webapp.store.engagements import OVER_STATES, Engagement
from webapp.store.matches import UnmetRequest
from webapp.store.offers import Offer
from webapp.store.partners import Partner
from webapp.store.rounds import Round
from webapp.store.runs import Run
from webapp.store.support_requests import RequestedSkill, SupportRequest

OVERRULING = (DecisionKind.REJECT, DecisionKind.SWAP, DecisionKind.FORBID)
"""Decisions that set aside what a run proposed."""
SETTLING = (*OFFERS, *OVERRULING)
"""Decisions that settle a proposal, the one way or the other."""


def overrules(round_id: uuid.UUID | None) -> Select[Decision]:
    """Overruling decisions that stand last on their pair, the newest first, with both sides and the match."""
    later = aliased(Decision)
    query = (
        select(Decision)
        .outerjoin(later, later.supersedes_id == Decision.id)
        .where(Decision.kind.in_(OVERRULING), later.id.is_(None), Decision.match_id.is_not(None))
        .options(joinedload(Decision.confirmation))
        .order_by(Decision.decided_at.desc(), Decision.id)
    )
    return query if round_id is None else query.where(Decision.round_id == round_id)


def settled(kinds: Iterable[DecisionKind]) -> Select[Decision]:
    """Decisions of these kinds that stand last on their pair, and settle it.

    A swap that waits for its second person has overruled nothing yet.
    """
    later = aliased(Decision)
    return (
        select(Decision)
        .outerjoin(later, later.supersedes_id == Decision.id)
        .outerjoin(Confirmation, Confirmation.decision_id == Decision.id)
        .where(
            later.id.is_(None),
            Decision.match_id.is_not(None),
            Decision.kind.in_(tuple(kinds)),
            or_(Decision.kind != DecisionKind.SWAP, Confirmation.id.is_not(None)),
        )
    )


def verdicts(round_ids: Iterable[uuid.UUID]) -> Select[int, DecisionKind, int]:
    """``(round's number, kind, pairs)``: how the proposals of rounds were settled, by round and kind."""
    return (
        settled(SETTLING)
        .join(Round, Round.id == Decision.round_id)
        .where(Round.id.in_(tuple(round_ids)))
        .with_only_columns(Round.number, Decision.kind, func.count(), maintain_column_froms=True)
        .group_by(Round.number, Decision.kind)
        .order_by(Round.number, Decision.kind)
    )


def supporters(request_ids: Iterable[uuid.UUID]) -> Select[Any]:
    """Who was offered to requests, the newest offer first, and what came of it.

    ``(request, partner's name, state of the offer, state of the engagement, measure, which way is better,
    mean baseline, mean follow-up, mean score)``.
    """
    rated, measured = _rated(), _measured()
    return (
        select(
            Offer.request_id,
            Partner.name,
            Offer.state,
            Engagement.state,
            measured.c.measure,
            measured.c.better,
            measured.c.baseline,
            measured.c.follow_up,
            rated.c.score,
        )
        .join(Offer.partner)
        .outerjoin(Engagement, Engagement.offer_id == Offer.id)
        .outerjoin(rated, rated.c.engagement_id == Engagement.id)
        .outerjoin(measured, measured.c.engagement_id == Engagement.id)
        .where(Offer.request_id.in_(tuple(request_ids)))
        .order_by(Offer.offered_on.desc(), Offer.id)
    )


def answers() -> Select[Any, Any, str, int]:
    """``(state, who declined, reason, offers)``."""
    return (
        select(Offer.state, Offer.declined_by, Offer.decline_reason, func.count())
        .group_by(Offer.state, Offer.declined_by, Offer.decline_reason)
        .order_by(func.count().desc(), Offer.state, Offer.declined_by, Offer.decline_reason)
    )


def waits(round_ids: Iterable[uuid.UUID]) -> Select[int, Any, Any, Any]:
    """``(round's number, request sent in, offered on, answered)`` of each offer."""
    return (
        select(Round.number, SupportRequest.submitted_at, Offer.offered_on, Offer.answered_at)
        .join(Offer.request)
        .join(Round, Round.id == SupportRequest.round_id)
        .where(Round.id.in_(tuple(round_ids)))
        .order_by(Round.number, Offer.id)
    )


def current_runs(most: int) -> Select[Run]:
    """The current runs of the newest rounds, the newest first, with their rounds."""
    query = select(Run).join(Run.round).where(Run.is_current).options(joinedload(Run.round))
    return query.order_by(Round.number.desc()).limit(most)


def unmet_skills(run_ids: Iterable[uuid.UUID]) -> Select[str, int, Any]:
    """``(essential skill, requests short of days, days short)``, most days first."""
    days = func.sum(UnmetRequest.days_short)
    return (
        select(RequestedSkill.skill_code, func.count(), days)
        .join(UnmetRequest, UnmetRequest.request_id == RequestedSkill.request_id)
        .where(UnmetRequest.run_id.in_(tuple(run_ids)), RequestedSkill.essential)
        .group_by(RequestedSkill.skill_code)
        .order_by(days.desc(), RequestedSkill.skill_code)
    )


def unmet_reasons(run_ids: Iterable[uuid.UUID]) -> Select[str, int, Any]:
    """``(reason, requests short of days, days short)``, most days first."""
    days = func.sum(UnmetRequest.days_short)
    return (
        select(UnmetRequest.reason, func.count(), days)
        .where(UnmetRequest.run_id.in_(tuple(run_ids)))
        .group_by(UnmetRequest.reason)
        .order_by(days.desc(), UnmetRequest.reason)
    )


def outcomes() -> Select[uuid.UUID, Any, Any, Any, Any, Any, Any]:
    """``(engagement, shape, state, mean score, which way is better, mean baseline, mean follow-up)`` of ended ones."""
    rated, measured = _rated(), _measured()
    return (
        select(
            Engagement.id,
            SupportRequest.shape,
            Engagement.state,
            rated.c.score,
            measured.c.better,
            measured.c.baseline,
            measured.c.follow_up,
        )
        .join(Engagement.request)
        .outerjoin(rated, rated.c.engagement_id == Engagement.id)
        .outerjoin(measured, measured.c.engagement_id == Engagement.id)
        .where(Engagement.state.in_(OVER_STATES))
        .order_by(Engagement.id)
    )


def _rated() -> Any:
    """The mean score of each engagement that was rated."""
    scores = select(Rating.engagement_id, func.avg(Rating.score).label("score"))
    return scores.group_by(Rating.engagement_id).subquery()


def _measured() -> Any:
    """The means of each engagement's measure before and after, in thousandths."""

    def mean(phase: Phase) -> Any:
        return func.avg(case((OutcomePoint.phase == phase, OutcomePoint.thousandths)))

    return (
        select(
            Outcome.engagement_id,
            Outcome.measure,
            Outcome.better,
            mean(Phase.BASELINE).label("baseline"),
            mean(Phase.FOLLOW_UP).label("follow_up"),
        )
        .join(OutcomePoint, OutcomePoint.outcome_id == Outcome.id)
        .group_by(Outcome.engagement_id, Outcome.measure, Outcome.better)
        .subquery()
    )


def skills_of_engagements() -> Select[uuid.UUID, str]:
    """``(engagement, skill asked for)`` of ended engagements."""
    return (
        select(Engagement.id, RequestedSkill.skill_code)
        .join(RequestedSkill, RequestedSkill.request_id == Engagement.request_id)
        .where(Engagement.state.in_(OVER_STATES))
        .order_by(Engagement.id, RequestedSkill.position)
    )
