"""The course of an engagement: the work starts, pauses and goes on, is done or stops early."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import engagement_rows as rows
from webapp.services.constraints import answering_for
from webapp.services.engagement_reviews import check_ins_from
from webapp.services.failures import Rejected, check_version
from webapp.services.states import advance
from webapp.services.working_days import london_day
from webapp.store.engagement_days import days_logged
from webapp.store.engagements import (
    ENGAGEMENT_TRANSITIONS,
    OPEN_STATES,
    WITH_SIDES,
    Engagement,
    EngagementState,
    EventKind,
)
from webapp.store.offers import Offer, Side
from webapp.store.unit_of_work import UnitOfWork

END_REASONS = ("need_changed", "partner_unavailable", "trust_unavailable", "not_working", "conflict", "other")
"""Why an engagement ends early, by code; the words stand with the form."""


def start(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, started_on: date, expected_version: int
) -> Engagement:
    """Say on which day the work began; the check-ins are due from there."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, EngagementState.AGREED)
    check_version(row, expected_version)
    offered = unit.session.scalar(select(Offer.offered_on).where(Offer.id == row.offer_id))
    if started_on > london_day(unit.now):
        raise Rejected("started_on", "Enter today or a day before: say that the work has started once it has")
    if offered is not None and started_on < offered:
        raise Rejected("started_on", f"Enter {offered.day} {offered:%B %Y} or later: the day of the offer")
    before = rows.content(row)
    with answering_for(unit):
        advance(row, EngagementState.ACTIVE, ENGAGEMENT_TRANSITIONS, "engagement")
        row.started_on = started_on
        unit.session.add_all(check_ins_from(row.id, started_on))
        rows.note_step(unit, row, EventKind.STARTED, actor=actor, side=side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    return row


def pause(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, words: str, expected_version: int
) -> Engagement:
    """Let the work rest, with the reason; the planned days stay promised."""
    return _rest(unit, actor, engagement_id, expected_version, (EngagementState.PAUSED, words))


def resume(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, expected_version: int) -> Engagement:
    """Take the work up again."""
    return _rest(unit, actor, engagement_id, expected_version, (EngagementState.ACTIVE, ""))


def end(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, words: str, expected_version: int
) -> Engagement:
    """The work is done. Planned days that were not worked are free again from this month on."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, EngagementState.ACTIVE, EngagementState.PAUSED)
    check_version(row, expected_version)
    said = rows.words_of("words", words)
    before = rows.content(row)
    with answering_for(unit):
        _finish(unit, actor, row, (EngagementState.ENDED, "", said), side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, tuple(Side), "engagement.ended", key="ended")
    return row


def end_early(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, reason: str, words: str, expected_version: int
) -> Engagement:
    """Stop before the plan is done, with the reason; the rest of the days is free again."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, *OPEN_STATES)
    check_version(row, expected_version)
    if reason not in END_REASONS:
        raise Rejected("reason", "Choose why it ends early")
    said = rows.words_of("words", words, required="Say in a few words why it ends early")
    before = rows.content(row)
    with answering_for(unit):
        _finish(unit, actor, row, (EngagementState.ENDED_EARLY, reason, said), side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, (side.other,), "engagement.ended_early", key="ended")
    return row


def end_with_offer(unit: UnitOfWork, *, actor: AnyActor, offer_id: UUID, reason: str) -> None:
    """End the engagement of an offer that is withdrawn: the request was, or a conflict was declared."""
    query = select(Engagement).where(Engagement.offer_id == offer_id).options(*WITH_SIDES)
    row = unit.session.scalar(query)
    if row is None or row.state not in OPEN_STATES:
        return
    before = rows.content(row)
    _finish(unit, actor, row, (EngagementState.ENDED_EARLY, reason, ""), None)
    rows.record(unit, actor, "engagement.end_with_offer", row, before)


def _rest(
    unit: UnitOfWork,
    actor: Actor,
    engagement_id: UUID,
    expected_version: int,
    then: tuple[EngagementState, str],
) -> Engagement:
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    to, words = then
    rows.in_state(row, EngagementState.ACTIVE if to is EngagementState.PAUSED else EngagementState.PAUSED)
    check_version(row, expected_version)
    pausing = to is EngagementState.PAUSED
    said = rows.words_of("words", words, required="Say why the work pauses" if pausing else "")
    before, kind = rows.content(row), EventKind.PAUSED if pausing else EventKind.RESUMED
    with answering_for(unit):
        advance(row, to, ENGAGEMENT_TRANSITIONS, "engagement")
        rows.note_step(unit, row, kind, actor=actor, side=side, words=said)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, (side.other,), f"engagement.{kind.value}", key=row.version)
    return row


def _finish(
    unit: UnitOfWork,
    actor: AnyActor,
    row: Engagement,
    how: tuple[EngagementState, str, str],
    side: Side | None,
) -> None:
    to, row.end_reason, row.end_words = how
    row.ended_on = london_day(unit.now)
    advance(row, to, ENGAGEMENT_TRANSITIONS, "engagement")
    rows.note_step(unit, row, EventKind(to.value), actor=actor, side=side, words=row.end_words)
    rows.give_back_rest(unit, row, row.ended_on, days_logged(unit.session, row.id))
