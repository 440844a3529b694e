"""What falls due by itself: reminders and lapses of offers, reminders of check-ins and interests.

The worker looks every few minutes. Each thing is done in a transaction of its own, asked again inside it, and
marked done with its effect: looking twice does nothing twice, and a day on which nobody looked is made up for.
An offer lapses when its last day has ended in London.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from webapp.authority.actions import Action
from webapp.authority.actor import SystemActor
from webapp.authority.matrix import require
from webapp.services import audit, engagement_rows, interest_reminders, offers, sides, working_days
from webapp.services.failures import ServiceError
from webapp.services.working_days import london_day
from webapp.store.engagement_reviews import CheckIn
from webapp.store.engagements import Engagement, EngagementState
from webapp.store.offers import Offer, Side
from webapp.store.unit_of_work import Database, UnitOfWork

REMINDED_AFTER = 3
"""Working days after which somebody who has not answered an offer is reminded."""
AT_ONCE = 500
WORKER = SystemActor("worker")
log = logging.getLogger(__name__)


def keep(database: Database) -> int:
    """Do all that is due now; gives how many things were done. One that fails is left for the next look."""
    with database.unit(writing=False) as unit:
        waiting: list[tuple[Callable[..., bool], str, UUID]] = [
            *((offers.lapse, "offer_id", each) for each in _over(unit)),
            *((remind_of_offer, "offer_id", each) for each in _quiet(unit)),
            *((remind_of_check_in, "check_in_id", each) for each in _check_ins_due(unit)),
            *((interest_reminders.remind, "partner_id", each) for each in interest_reminders.due(unit)),
        ]
    return sum(_do(database, act, name, each) for act, name, each in waiting)


def remind_of_offer(unit: UnitOfWork, *, actor: SystemActor, offer_id: UUID) -> bool:
    """Write to the sides that have not answered an offer after three working days; once."""
    require(actor, Action.DEADLINE_REMIND)
    row = offers.load(unit, offer_id)
    if row.reminded_at is not None or offers.is_past(row, unit) or not _is_quiet(row, london_day(unit.now)):
        return False
    row.reminded_at = unit.now
    unit.flush()
    audit.record(unit, actor, Action.DEADLINE_REMIND, audit.Subject("offer", row.id))
    for side in offers.waits_for(row):
        sides.tell(
            unit,
            side,
            row,
            kind=f"offer.reminder.{side.value}",
            key=str(row.id),
            due_at=working_days.morning(unit.now),
            offer_id=str(row.id),
            lapses_on=row.lapses_on.isoformat(),
        )
    return True


def remind_of_check_in(unit: UnitOfWork, *, actor: SystemActor, check_in_id: UUID) -> bool:
    """Write to the sides that have not answered a check-in on the day it is due; once."""
    require(actor, Action.DEADLINE_REMIND)
    row = unit.session.get(CheckIn, check_in_id)
    if row is None or row.reminded_at is not None or row.due_on > london_day(unit.now):
        return False
    row.reminded_at = unit.now
    unit.flush()
    audit.record(unit, actor, Action.DEADLINE_REMIND, audit.Subject("check_in", row.id))
    engagement = engagement_rows.find(unit, row.engagement_id)
    answered = {each.side for each in row.answers}
    waiting = tuple(side for side in Side if side not in answered)
    engagement_rows.tell(unit, engagement, waiting, "engagement.check_in", key=row.kind.value)
    return True


def _do(database: Database, act: Callable[..., bool], name: str, each: UUID) -> bool:
    try:
        with database.unit(writing=True) as unit:
            return act(unit, actor=WORKER, **{name: each})
    except (ServiceError, SQLAlchemyError):
        log.exception("%s of %s was left for later", act.__name__, each)
        return False


def _over(unit: UnitOfWork) -> Iterable[UUID]:
    query = (
        select(Offer.id)
        .where(Offer.state.in_(offers.OPEN_STATES), Offer.lapses_on < london_day(unit.now))
        .order_by(Offer.lapses_on, Offer.id)
    )
    return unit.session.scalars(query.limit(AT_ONCE)).all()


def _quiet(unit: UnitOfWork) -> Iterable[UUID]:
    today = london_day(unit.now)
    query = (
        select(Offer)
        .where(
            Offer.state.in_(offers.OPEN_STATES),
            Offer.reminded_at.is_(None),
            Offer.lapses_on >= today,
            Offer.offered_on <= today - timedelta(days=REMINDED_AFTER),
        )
        .order_by(Offer.offered_on, Offer.id)
    )
    return [row.id for row in unit.session.scalars(query.limit(AT_ONCE)) if _is_quiet(row, today)]


def _is_quiet(row: Offer, today: date) -> bool:
    return bool(offers.waits_for(row)) and working_days.after(row.offered_on, REMINDED_AFTER) <= today


def _check_ins_due(unit: UnitOfWork) -> Iterable[UUID]:
    query = (
        select(CheckIn.id)
        .join(Engagement, Engagement.id == CheckIn.engagement_id)
        .where(
            Engagement.state.in_((EngagementState.ACTIVE, EngagementState.PAUSED)),
            CheckIn.reminded_at.is_(None),
            CheckIn.due_on <= london_day(unit.now),
        )
        .order_by(CheckIn.due_on, CheckIn.id)
    )
    return unit.session.scalars(query.limit(AT_ONCE)).all()
