"""An engagement as its services find it: loaded in the actor's scope, its steps noted, its rest of days given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import flag_modified

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import audit, free_text, sides
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, stop_at
from webapp.store.capacity import free_days
from webapp.store.engagement_reviews import CheckIn, Outcome
from webapp.store.engagements import (
    WITH_SIDES,
    Engagement,
    EngagementEvent,
    EngagementState,
    EventKind,
)
from webapp.store.offers import Side
from webapp.store.unit_of_work import UnitOfWork


def find(unit: UnitOfWork, engagement_id: UUID) -> Engagement:
    """An engagement with its sides and plan, whoever asks."""
    query = select(Engagement).where(Engagement.id == engagement_id).options(*WITH_SIDES)
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such engagement")
    return row


def find_whole(unit: UnitOfWork, engagement_id: UUID) -> Engagement:
    """The same with all that hangs on it, for a page."""
    query = (
        select(Engagement)
        .where(Engagement.id == engagement_id)
        .options(
            *WITH_SIDES,
            selectinload(Engagement.events),
            selectinload(Engagement.logged),
            selectinload(Engagement.changes),
            selectinload(Engagement.check_ins).joinedload(CheckIn.answers),
            joinedload(Engagement.outcome).selectinload(Outcome.points),
            selectinload(Engagement.ratings),
        )
    )
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such engagement")
    return row


def own(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, action: Action = Action.ENGAGEMENT_WRITE
) -> tuple[Engagement, Side]:
    """An engagement that the actor may change, and the side they act for."""
    row = find(unit, engagement_id)
    return row, sides.require_side(actor, action, row)


def in_state(row: Engagement, *states: EngagementState) -> None:
    """Raise ``NotAllowedNow`` unless the engagement is in one of these states."""
    if row.state not in states:
        raise NotAllowedNow(f"This engagement is {said(row.state)}.")


def in_draft(row: Engagement) -> None:
    """Raise ``NotAllowedNow`` unless the agreement is still being written."""
    in_state(row, EngagementState.DRAFTED)


def said(state: EngagementState) -> str:
    """A state in the middle of a sentence."""
    words = {
        EngagementState.DRAFTED: "not agreed yet",
        EngagementState.AGREED: "agreed and not started",
        EngagementState.ENDED_EARLY: "ended",
    }
    return words.get(state, state.value)


def note_step(
    unit: UnitOfWork,
    row: Engagement,
    kind: EventKind,
    *,
    actor: AnyActor,
    side: Side | None,
    words: str = "",
) -> None:
    """Write what happened as a row of its own; the engagement's version goes up with it."""
    touch(unit, row)
    last = select(func.max(EngagementEvent.number)).where(EngagementEvent.engagement_id == row.id)
    unit.session.add(
        EngagementEvent(
            engagement_id=row.id,
            number=(unit.session.scalar(last) or 0) + 1,
            kind=kind,
            side=side,
            by_user_id=actor.user_id if isinstance(actor, Actor) else None,
            at=unit.now,
            words=words,
        )
    )


def touch(unit: UnitOfWork, row: Engagement | Outcome) -> None:
    """Raise the row's version though nothing of it changes: two who add to it at once then wait for each other."""
    row.updated_at = unit.now
    flag_modified(row, "updated_at")
    unit.flush()


def words_of(field: str, text: str, *, most: int = 2000, required: str = "") -> str:
    """A text as it is kept; raises ``Rejected`` on its field."""
    found = free_text.clean(text)
    problems = list(free_text.problems(field, found, most=most))
    if required and not found:
        problems.append(Problem(field, required))
    stop_at(problems)
    return found


def give_back_rest(unit: UnitOfWork, row: Engagement, today: date, logged: Mapping[str, int]) -> None:
    """Free the planned days from this month on that were not worked; months before stay as they were."""
    now = f"{today:%Y-%m}"
    freed = {}
    for each in row.months:
        if each.month >= now:
            each.freed_days = max(0, each.days - logged.get(each.month, 0))
            freed[each.month] = each.freed_days
    unit.flush()
    free_days(unit.session, row.partner_id, {month: days for month, days in freed.items() if days})


def tell(unit: UnitOfWork, row: Engagement, to: tuple[Side, ...], kind: str, *, key: object) -> None:
    """Write to the sides named; ``key`` tells one occasion from the next."""
    for side in to:
        sides.tell(unit, side, row, kind=kind, key=f"{row.id}:{key}", engagement_id=str(row.id))


def record(
    unit: UnitOfWork, actor: AnyActor, action: str, row: Engagement, before: Mapping[str, Any] | None
) -> None:
    """Note one act on an engagement."""
    after = {**content_of(row), "days": row.days_by_month}
    audit.record(unit, actor, action, audit.Subject("engagement", row.id), before=before, after=after)


def content(row: Engagement) -> dict[str, Any]:
    """What stands before an act."""
    return {**content_of(row), "days": row.days_by_month}
