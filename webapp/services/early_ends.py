"""Ending an engagement early: before its work began, its offer is withdrawn with it and the next best is found."""

from __future__ import annotations

from uuid import UUID

from webapp.authority.actor import Actor
from webapp.services import engagement_course, offer_withdrawals
from webapp.store.engagements import Engagement
from webapp.store.unit_of_work import UnitOfWork


def end_early(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, reason: str, words: str, expected_version: int
) -> Engagement:
    """Stop before the plan is done, with the reason; what was not worked is free again at once."""
    row = engagement_course.end_early(
        unit,
        actor=actor,
        engagement_id=engagement_id,
        reason=reason,
        words=words,
        expected_version=expected_version,
    )
    if row.started_on is None:
        offer_withdrawals.withdraw_before_work(unit, actor=actor, offer_id=row.offer_id)
    return row
