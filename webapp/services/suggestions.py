"""Colleagues whom partners named when they declined: for the national team, who may ask them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, joinedload

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
_NAMED = aliased(Partner)


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
    colleague = func.lower(Offer.suggested_colleague)
    is_named = and_(
        colleague.contains(func.lower(_NAMED.name)),
        func.length(_NAMED.name) >= SHORTEST_NAME,
        _NAMED.state != PartnerState.LEFT,
    )
    query = (
        select(Offer, _NAMED.reference, _NAMED.name)
        .outerjoin(_NAMED, is_named)
        .where(
            Offer.request_id == request_id, Offer.declined_by == Side.PARTNER, Offer.suggested_colleague != ""
        )
        .options(joinedload(Offer.partner))
        .order_by(Offer.answered_at.desc(), Offer.id, _NAMED.name, _NAMED.reference)
        .limit(MOST_SHOWN * MOST_SHOWN)
    )
    known: dict[Offer, list[tuple[str, str]]] = {}
    for row, reference, name in unit.session.execute(query):
        known.setdefault(row, []).extend([(reference, name)] if reference else [])
    return tuple(
        Suggestion(
            colleague=row.suggested_colleague,
            by=row.partner.name,
            said_on=london_day(row.answered_at) if row.answered_at else None,
            known=tuple(named[:MOST_SHOWN]),
        )
        for row, named in list(known.items())[:MOST_SHOWN]
    )
