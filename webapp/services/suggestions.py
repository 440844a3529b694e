"""Colleagues whom partners named when they declined: for the national team, who may ask them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import opens
from webapp.services.working_days import london_day
from webapp.store.offers import Offer, Side
from webapp.store.partners import Partner, PartnerState
from webapp.store.unit_of_work import UnitOfWork

MOST_SHOWN = 5
SHORTEST_NAME = 5
"""A shorter name is found in too many others."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who was named, by which partner and when; ``known`` are the partners of that name, by reference and name."""

    colleague: str
    by: str
    said_on: date | None
    known: tuple[tuple[str, str], ...]


def of_request(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> tuple[Suggestion, ...]:
    """The colleagues suggested for a request, the newest first; nothing for whoever may not read runs."""
    if not opens(actor, Action.RUN_READ):
        return ()
    query = (
        select(Offer)
        .where(
            Offer.request_id == request_id, Offer.declined_by == Side.PARTNER, Offer.suggested_colleague != ""
        )
        .options(joinedload(Offer.partner))
        .order_by(Offer.answered_at.desc(), Offer.id)
        .limit(MOST_SHOWN)
    )
    rows = list(unit.session.scalars(query))
    if not rows:
        return ()
    named = or_(
        *(literal(row.suggested_colleague.lower()).contains(func.lower(Partner.name)) for row in rows)
    )
    known = unit.session.execute(
        select(Partner.reference, Partner.name)
        .where(named, func.length(Partner.name) >= SHORTEST_NAME, Partner.state != PartnerState.LEFT)
        .order_by(Partner.name, Partner.reference)
        .limit(MOST_SHOWN)
    )
    partners = [(reference, name) for reference, name in known]
    return tuple(
        Suggestion(
            colleague=row.suggested_colleague,
            by=row.partner.name,
            said_on=london_day(row.answered_at) if row.answered_at else None,
            known=tuple(each for each in partners if each[1].lower() in row.suggested_colleague.lower()),
        )
        for row in rows
    )
