"""The service with a promise that reads first and writes then: to show that the drill finds it out. Never served."""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp import start
from webapp.services import engagement_days
from webapp.store.capacity import CapacityMonth

BETWEEN_SECONDS = 0.05


def read_then_write(session: Session, partner_id: UUID, by_month: Mapping[str, int]) -> str | None:
    """What ``webapp.store.capacity.move_days`` must not be."""
    for month, days in sorted(by_month.items()):
        query = select(CapacityMonth).where(
            CapacityMonth.partner_id == partner_id, CapacityMonth.month == month
        )
        row = session.scalars(query).one()
        if row.committed_days + days > row.days:
            return month
        time.sleep(BETWEEN_SECONDS)
        session.execute(
            update(CapacityMonth)
            .where(CapacityMonth.id == row.id)
            .values(committed_days=row.committed_days + days)
            .execution_options(synchronize_session=False)
        )
    return None


engagement_days.move_days = read_then_write
app = start()
