"""Reading support requests: one's own, or those that the national team and regions may read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import may, require
from webapp.authority.roles import PARTNERS
from webapp.services.failures import NotFound
from webapp.services.paging import Page, Paging, page_of
from webapp.store import support_requests as store
from webapp.store.lists import holds, ordered
from webapp.store.offers import Offer
from webapp.store.organisations import Organisation
from webapp.store.rounds import Round
from webapp.store.support_requests import RequestState, SupportRequest, Takeover
from webapp.store.unit_of_work import UnitOfWork


class RequestOrder(StrEnum):
    """How a list of requests may be sorted."""

    NEWEST = "newest"
    REFERENCE = "reference"
    TITLE = "title"
    ORGANISATION = "organisation"
    BENEFICIARY = "beneficiary"
    ROUND = "round"
    PRIORITY = "priority"
    SEVERITY = "severity"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests to list; empty means all that the actor may see."""

    text: str = ""
    round_id: UUID | None = None
    state: RequestState | None = None
    priority_code: str | None = None
    region_code: str | None = None
    order: RequestOrder = RequestOrder.NEWEST
    descending: bool = False


def listing(
    unit: UnitOfWork, *, actor: AnyActor, wanted: RequestFilter, paging: Paging
) -> Page[SupportRequest]:
    """One page of the requests in the actor's scope, organisations and round loaded."""
    return page_of(unit.session, _listed(actor, wanted), paging)


def every(unit: UnitOfWork, *, actor: AnyActor, wanted: RequestFilter) -> tuple[SupportRequest, ...]:
    """All of them, for a file."""
    return tuple(unit.session.scalars(_listed(actor, wanted)))


def request_page(unit: UnitOfWork, *, actor: AnyActor, request_id: UUID) -> SupportRequest:
    """One request with its skills, exclusions and organisations, if the actor may read it."""
    query = (
        select(SupportRequest)
        .where(SupportRequest.id == request_id)
        .options(
            joinedload(SupportRequest.requester),
            joinedload(SupportRequest.beneficiary),
            joinedload(SupportRequest.round),
            selectinload(SupportRequest.skills),
            selectinload(SupportRequest.exclusions),
            selectinload(SupportRequest.takeovers).joinedload(Takeover.former),
        )
    )
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such request")
    require_reading(unit, actor, row)
    return row


def require_reading(unit: UnitOfWork, actor: AnyActor, row: SupportRequest) -> None:
    """Raise ``AccessDenied`` (404) unless the actor may read this request."""
    if row.state is RequestState.DRAFT:
        require(actor, Action.REQUEST_READ_DRAFT, organisation_id=row.requester_id)
        return
    if may(actor, Action.REQUEST_READ, organisation_id=row.beneficiary_id):
        return
    allocated = isinstance(actor, Actor) and actor.role in PARTNERS and _is_offered(unit, actor, row.id)
    require(
        actor,
        Action.REQUEST_READ,
        organisation_id=row.requester_id,
        region_code=row.requester.region_code,
        allocated=allocated,
    )


def _is_offered(unit: UnitOfWork, actor: Actor, request_id: UUID) -> bool:
    query = select(Offer.id).where(Offer.request_id == request_id, Offer.partner_id == actor.partner_id)
    return unit.session.scalar(query.limit(1)) is not None


_HELPED = aliased(Organisation)
_FIRST: dict[RequestOrder, Any] = {
    RequestOrder.TITLE: SupportRequest.title,
    RequestOrder.ORGANISATION: Organisation.name,
    RequestOrder.BENEFICIARY: _HELPED.name,
    RequestOrder.ROUND: Round.number,
    RequestOrder.PRIORITY: SupportRequest.priority_code,
    RequestOrder.SEVERITY: SupportRequest.severity,
    RequestOrder.DAYS: SupportRequest.days,
    RequestOrder.REFERENCE: SupportRequest.reference,
}


def _listed(actor: AnyActor, wanted: RequestFilter) -> Select[SupportRequest]:
    require(
        actor,
        Action.REQUEST_READ,
        organisation_id=getattr(actor, "organisation_id", None),
        region_code=getattr(actor, "region_code", None),
        hidden=False,
    )
    query = (
        store.visible_to(actor)
        .join(Organisation, Organisation.id == SupportRequest.requester_id)
        .join(_HELPED, _HELPED.id == SupportRequest.beneficiary_id)
        .outerjoin(SupportRequest.round)
        .options(
            contains_eager(SupportRequest.requester),
            contains_eager(SupportRequest.beneficiary.of_type(_HELPED)),
            contains_eager(SupportRequest.round),
        )
    )
    sought = (SupportRequest.reference, SupportRequest.title, Organisation.name, _HELPED.name)
    query = query.where(holds(wanted.text, *sought))
    for column, value in (
        (SupportRequest.round_id, wanted.round_id),
        (SupportRequest.state, wanted.state),
        (SupportRequest.priority_code, wanted.priority_code),
        (Organisation.region_code, wanted.region_code),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.order is RequestOrder.NEWEST:
        return query
    return ordered(query, _FIRST[wanted.order], SupportRequest.reference, descending=wanted.descending)
