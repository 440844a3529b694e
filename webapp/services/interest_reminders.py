"""Asking partners once a year whether their declared interests are still right (PRODUCT.md 2.4).

A month before the declaration runs out, and once a month after that until a quarter has gone by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from webapp.authority.actions import Action
from webapp.authority.actor import SystemActor
from webapp.authority.matrix import require
from webapp.services import audit, interests, messages, working_days
from webapp.services.working_days import london_day
from webapp.store.partners import Partner, PartnerKind, PartnerState
from webapp.store.unit_of_work import UnitOfWork

HOLDS_FOR = timedelta(days=365)
AHEAD = timedelta(days=30)
GIVEN_UP_AFTER = timedelta(days=90)
AT_ONCE = 500


def due(unit: UnitOfWork) -> Sequence[UUID]:
    """Partners whose people are to be asked now, the longest unconfirmed first."""
    today = london_day(unit.now)
    query = (
        select(Partner.id)
        .where(
            Partner.state.in_((PartnerState.ACTIVE, PartnerState.PAUSED)),
            Partner.interests_confirmed_on <= today - HOLDS_FOR + AHEAD,
            Partner.interests_confirmed_on >= today - HOLDS_FOR - GIVEN_UP_AFTER,
            or_(
                Partner.interests_reminded_on.is_(None),
                Partner.interests_reminded_on <= today - AHEAD,
                Partner.interests_reminded_on <= Partner.interests_confirmed_on,
            ),
            or_(Partner.user_id.is_not(None), Partner.kind == PartnerKind.SUPPORT_ORGANISATION),
        )
        .order_by(Partner.interests_confirmed_on, Partner.id)
    )
    return unit.session.scalars(query.limit(AT_ONCE)).all()


def remind(unit: UnitOfWork, *, actor: SystemActor, partner_id: UUID) -> bool:
    """Write to one partner; marked with the day, so that looking twice writes once."""
    require(actor, Action.DEADLINE_REMIND)
    row = unit.session.get(Partner, partner_id)
    until = interests.good_until(row) if row is not None else None
    if row is None or until is None or partner_id not in due(unit):
        return False
    today = london_day(unit.now)
    row.interests_reminded_on = today
    unit.flush()
    audit.record(unit, actor, Action.DEADLINE_REMIND, audit.Subject("partner", row.id))
    messages.post(
        unit,
        kind="partner.interests_due",
        **messages.to_partner(row),
        about={"partner": row.name, "until": until.isoformat()},
        dedupe_key=f"partner.interests_due:{row.id}:{today.isoformat()}",
        due_at=working_days.morning(unit.now),
    )
    return True
