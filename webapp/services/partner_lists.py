"""Lists of support partners for the national team and auditors: filter, sort, pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.paging import Page, Paging, page_of
from webapp.store.lists import holds, ordered
from webapp.store.partners import Partner, PartnerKind, PartnerSkill, PartnerState
from webapp.store.unit_of_work import UnitOfWork

STALE_AFTER = timedelta(days=365)
MOST_ALIKE = 6


class PartnerOrder(StrEnum):
    """How a list of partners may be sorted."""

    NAME = "name"
    REFERENCE = "reference"
    REGION = "region"


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """Which partners to list; empty means all."""

    text: str = ""
    kind: PartnerKind | None = None
    state: PartnerState | None = None
    region_code: str | None = None
    skill_code: str | None = None
    stale_interests: bool = False
    order: PartnerOrder = PartnerOrder.NAME
    descending: bool = False


def listing(unit: UnitOfWork, *, actor: AnyActor, wanted: PartnerFilter, paging: Paging) -> Page[Partner]:
    """One page of the partners that match, organisation and skills loaded."""
    return page_of(unit.session, _listed(unit, actor, wanted), paging)


def every(unit: UnitOfWork, *, actor: AnyActor, wanted: PartnerFilter) -> tuple[Partner, ...]:
    """All of them, for a file."""
    return tuple(unit.session.scalars(_listed(unit, actor, wanted)))


def choices(unit: UnitOfWork, *, actor: AnyActor, text: str = "") -> tuple[tuple[str, str], ...]:
    """At most 50 active partners as (id, name), for a requester who excludes one. Names alone are shown."""
    require(
        actor,
        Action.REQUEST_DRAFT,
        organisation_id=getattr(actor, "organisation_id", None),
        hidden=False,
    )
    wanted = PartnerFilter(text=text, state=PartnerState.ACTIVE)
    query = _filtered(select(Partner), wanted, unit.now.date())
    rows = unit.session.scalars(_ordered(query, wanted).limit(50))
    return tuple((str(row.id), row.name) for row in rows)


def called(unit: UnitOfWork, *, actor: AnyActor, text: str) -> tuple[Partner, ...]:
    """Active partners whom somebody means who types a name or a reference: the exact one, or a few alike."""
    require(actor, Action.SCENARIO_START, hidden=False)
    wanted = PartnerFilter(text=text, state=PartnerState.ACTIVE)
    query = _ordered(_filtered(select(Partner), wanted, unit.now.date()), wanted)
    exact = or_(func.lower(Partner.reference) == text.lower(), func.lower(Partner.name) == text.lower())
    found = tuple(unit.session.scalars(query.where(exact).limit(MOST_ALIKE)))
    return found or tuple(unit.session.scalars(query.limit(MOST_ALIKE)))


def names_by_reference(unit: UnitOfWork, *, actor: AnyActor, references: Iterable[str]) -> dict[str, str]:
    """The name of each partner by its reference, for whoever reads runs."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(Partner.reference, Partner.name).where(Partner.reference.in_(list(references)))
    return {reference: name for reference, name in unit.session.execute(query)}


def names(unit: UnitOfWork, *, actor: AnyActor, partner_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The name of each partner, for a requester who has excluded it. Names alone are shown."""
    require(
        actor,
        Action.REQUEST_DRAFT,
        organisation_id=getattr(actor, "organisation_id", None),
        hidden=False,
    )
    query = select(Partner.id, Partner.name).where(Partner.id.in_(list(partner_ids)))
    return {partner_id: name for partner_id, name in unit.session.execute(query)}


def _listed(unit: UnitOfWork, actor: AnyActor, wanted: PartnerFilter) -> Select[Partner]:
    require(actor, Action.PARTNER_READ, hidden=False)
    query = _filtered(select(Partner), wanted, unit.now.date()).options(
        joinedload(Partner.organisation), selectinload(Partner.skills)
    )
    return _ordered(query, wanted)


def _filtered(query: Select[Any], wanted: PartnerFilter, today: date) -> Select[Any]:
    query = query.where(holds(wanted.text, Partner.name, Partner.reference))
    for column, value in (
        (Partner.kind, wanted.kind),
        (Partner.state, wanted.state),
        (Partner.region_code, wanted.region_code),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.skill_code is not None:
        query = query.where(Partner.skills.any(PartnerSkill.skill_code == wanted.skill_code))
    if wanted.stale_interests:
        confirmed = Partner.interests_confirmed_on
        query = query.where(or_(confirmed.is_(None), confirmed < today - STALE_AFTER))
    return query


def _ordered(query: Select[Any], wanted: PartnerFilter) -> Select[Any]:
    first: dict[PartnerOrder, Any] = {
        PartnerOrder.NAME: Partner.name,
        PartnerOrder.REFERENCE: Partner.reference,
        PartnerOrder.REGION: Partner.region_code,
    }
    return ordered(query, first[wanted.order], Partner.reference, descending=wanted.descending)
