"""Days promised, counted anew from offers and engagements and held against the counters (RELIABILITY.md, I1)."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.store.capacity import CapacityMonth
from webapp.store.engagements import Engagement
from webapp.store.offers import LIVE_STATES, Offer


def breaches(session: Session) -> list[str]:
    """Each partner and month with more days promised than declared, or a counter that says something else."""
    found = []
    promised = _promised(session)
    for row in session.scalars(select(CapacityMonth).execution_options(populate_existing=True)):
        days = promised.pop((row.partner_id, row.month), 0)
        if not days == row.committed_days <= row.days:
            found.append(f"{row.month}: {days} promised, {row.committed_days} counted, {row.days} declared")
    return found + [
        f"{month}: {days} promised, none declared" for (_, month), days in promised.items() if days
    ]


def _promised(session: Session) -> Counter[tuple[UUID, str]]:
    total: Counter[tuple[UUID, str]] = Counter()
    at_work = set()
    for engagement in session.scalars(select(Engagement)):
        at_work.add(engagement.offer_id)
        for each in engagement.months:
            total[engagement.partner_id, each.month] += each.days - each.freed_days
    for offer in session.scalars(select(Offer).where(Offer.state.in_(LIVE_STATES))):
        if offer.id not in at_work:
            for month, days in offer.match.days_by_month.items():
                total[offer.partner_id, month] += days
    return total
