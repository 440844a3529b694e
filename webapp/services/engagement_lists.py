"""Lists of engagements: a requester's, a partner's, or all for the national team; filter, sort, pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import aliased, contains_eager, load_only, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Cell, cell, require
from webapp.authority.roles import REQUESTERS, Role
from webapp.services.paging import Page, Paging, page_of
from webapp.store.engagements import (
    Engagement,
    EngagementMonth,
    EngagementState,
    newest_first,
    of_body,
    of_partner,
    of_team,
)
from webapp.store.lists import holds, ordered
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


class EngagementOrder(StrEnum):
    """How a list of engagements may be sorted."""

    NEWEST = ""
    TITLE = "title"
    ORGANISATION = "organisation"
    PARTNER = "partner"
    DAYS = "days"
    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class EngagementFilter:
    """Which engagements to list; empty means all that the actor may see."""

    text: str = ""
    state: EngagementState | None = None
    order: EngagementOrder = EngagementOrder.NEWEST
    descending: bool = False


def listing(
    unit: UnitOfWork, *, actor: AnyActor, wanted: EngagementFilter, paging: Paging
) -> Page[Engagement]:
    """One page of the engagements in the actor's scope, with what tells whose they are and their plans."""
    return page_of(unit.session, _listed(actor, wanted), paging)


def every(unit: UnitOfWork, *, actor: AnyActor, wanted: EngagementFilter) -> tuple[Engagement, ...]:
    """All of them, for a file."""
    return tuple(unit.session.scalars(_listed(actor, wanted)))


_HELPED = aliased(Organisation)
_PLANNED = (
    select(func.sum(EngagementMonth.days))
    .where(EngagementMonth.engagement_id == Engagement.id)
    .correlate(Engagement)
    .scalar_subquery()
)
_FIRST: dict[EngagementOrder, Any] = {
    EngagementOrder.TITLE: SupportRequest.title,
    EngagementOrder.ORGANISATION: _HELPED.name,
    EngagementOrder.PARTNER: Partner.name,
    EngagementOrder.DAYS: _PLANNED,
    EngagementOrder.STARTED: Engagement.started_on,
    EngagementOrder.ENDED: Engagement.ended_on,
}
_SHOWN = (
    load_only(Engagement.state, Engagement.started_on, Engagement.ended_on),
    contains_eager(Engagement.partner).load_only(Partner.name),
    contains_eager(Engagement.request).load_only(SupportRequest.title, SupportRequest.reference),
    contains_eager(Engagement.request)
    .contains_eager(SupportRequest.beneficiary.of_type(_HELPED))
    .load_only(_HELPED.name),
    selectinload(Engagement.months),
)


def _listed(actor: AnyActor, wanted: EngagementFilter) -> Select[Engagement]:
    query = (
        _in_scope(actor)
        .join(Engagement.partner)
        .join(Engagement.request)
        .join(_HELPED, _HELPED.id == SupportRequest.beneficiary_id)
        .where(holds(wanted.text, SupportRequest.title, SupportRequest.reference, _HELPED.name, Partner.name))
        .options(*_SHOWN)
    )
    if wanted.state is not None:
        query = query.where(Engagement.state == wanted.state)
    if wanted.order is EngagementOrder.NEWEST:
        return query
    return ordered(query, _FIRST[wanted.order], Engagement.id, descending=wanted.descending)


def _in_scope(actor: AnyActor) -> Select[Engagement]:
    if cell(actor, Action.ENGAGEMENT_READ) in (Cell.ALL, Cell.READ):
        return newest_first()
    require(actor, Action.ENGAGEMENT_READ, organisation_id=_body(actor), allocated=True, hidden=False)
    if isinstance(actor, Actor):
        if actor.role in REQUESTERS and actor.organisation_id is not None:
            return of_body(actor.organisation_id)
        if actor.role is Role.PARTNER_MANAGER and actor.organisation_id is not None:
            return of_team(actor.organisation_id)
        if actor.role is Role.PARTNER_EXPERT and actor.partner_id is not None:
            return of_partner(actor.partner_id)
    return newest_first().where(false())


def _body(actor: AnyActor) -> UUID | None:
    return actor.organisation_id if isinstance(actor, Actor) else None
