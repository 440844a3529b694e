"""Active partners as a run sees them, read as columns: thousands with all that they declared, in five queries.

A repair is waited for, so no row becomes an object of the store; only ``snapshot`` calls this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from matcher.problem import partners as wanted
from webapp.store.organisations import Organisation
from webapp.store.partners import (
    Interest,
    InterestKind,
    Partner,
    PartnerKind,
    PartnerSkill,
    PartnerState,
    Release,
    ReleaseState,
)
from webapp.store.taxonomy import NodeKind, TaxonomyNode

Days = Mapping[UUID, Mapping[str, int]]
_IS_ACTIVE = Partner.state == PartnerState.ACTIVE


def location(latitude: float | None, longitude: float | None) -> wanted.Location | None:
    """A place to a hundredth of a degree, where one is known."""
    if latitude is None or longitude is None:
        return None
    return wanted.Location(round(latitude, 2), round(longitude, 2))


def active(session: Session, months: Sequence[str], capacity: Days) -> dict[UUID, wanted.Partner]:
    """Every active partner by identifier, in the order of references; ``capacity`` says which days are free."""
    skills, methods = _skills(session)
    interests, employers = _interests(session)
    releases = _releases(session)
    none: Mapping[str, int] = {}
    return {
        row.id: wanted.Partner(
            id=row.reference,
            kind=wanted.PartnerKind(row.kind.value),
            organisation=row.home,
            region=row.region_code,
            icb=row.icb_code,
            location=location(row.latitude, row.longitude),
            skills=tuple(skills[row.id]),
            capacity=tuple([capacity.get(row.id, none).get(month, 0) for month in months]),
            max_concurrent=row.max_concurrent,
            smallest_block=row.smallest_block_days,
            reach=wanted.Reach(row.reach.value),
            delivery=wanted.Delivery(row.delivery.value),
            interests_confirmed_on=row.interests_confirmed_on,
            interests=tuple(interests[row.id]),
            former_employers=tuple(employers[row.id]),
            release=_release(row.kind, releases.get(row.id)),
            cost_basis=wanted.CostBasis(row.cost_basis.value),
            methods=tuple(methods[row.id]),
            checked_on=row.checked_on,
        )
        for row in session.execute(_rows())
    }


def _rows() -> Any:
    home = aliased(Organisation)
    return (
        select(
            Partner.id,
            Partner.reference,
            Partner.kind,
            home.code.label("home"),
            Partner.region_code,
            Partner.icb_code,
            Partner.latitude,
            Partner.longitude,
            Partner.max_concurrent,
            Partner.smallest_block_days,
            Partner.reach,
            Partner.delivery,
            Partner.interests_confirmed_on,
            Partner.cost_basis,
            Partner.checked_on,
        )
        .outerjoin(home, home.id == Partner.organisation_id)
        .where(_IS_ACTIVE)
        .order_by(Partner.reference)
    )


def _of_active(query: Any, child: Any) -> Any:
    return query.join(Partner, Partner.id == child.partner_id).where(_IS_ACTIVE)


def _skills(session: Session) -> tuple[dict[UUID, list[wanted.HeldSkill]], dict[UUID, list[str]]]:
    """Skills of each partner by code, and those of them that are methods."""
    columns = select(
        PartnerSkill.partner_id,
        PartnerSkill.skill_code,
        PartnerSkill.level,
        PartnerSkill.evidence,
        PartnerSkill.last_used_year,
        TaxonomyNode.kind,
    ).join(TaxonomyNode, TaxonomyNode.code == PartnerSkill.skill_code)
    skills: dict[UUID, list[wanted.HeldSkill]] = defaultdict(list)
    methods: dict[UUID, list[str]] = defaultdict(list)
    query = _of_active(columns, PartnerSkill).order_by(PartnerSkill.skill_code, PartnerSkill.id)
    for partner_id, code, level, evidence, year, kind in session.execute(query):
        held = wanted.HeldSkill(code, level, wanted.SkillEvidence(evidence.value), year)
        skills[partner_id].append(held)
        if kind is NodeKind.METHOD:
            methods[partner_id].append(code)
    return skills, methods


def _interests(
    session: Session,
) -> tuple[dict[UUID, list[wanted.Interest]], dict[UUID, list[wanted.FormerEmployer]]]:
    """What bars each partner, and the employers that it has left; interests that ended are neither."""
    columns = select(
        Interest.partner_id,
        Interest.kind,
        Organisation.code,
        Interest.declared_on,
        Interest.confirmed_on,
        Interest.left_on,
    ).join(Organisation, Organisation.id == Interest.organisation_id)
    query = _of_active(columns, Interest).where(Interest.ended_on.is_(None))
    barring: dict[UUID, list[wanted.Interest]] = defaultdict(list)
    left: dict[UUID, list[wanted.FormerEmployer]] = defaultdict(list)
    for row in session.execute(query.order_by(Interest.declared_on, Interest.id)):
        partner_id, kind, code, declared_on, confirmed_on, left_on = row
        if kind is not InterestKind.FORMER_EMPLOYMENT:
            interest = wanted.Interest(code, wanted.InterestKind(kind.value), declared_on, confirmed_on)
            barring[partner_id].append(interest)
        elif left_on is not None:
            left[partner_id].append(wanted.FormerEmployer(code, left_on))
    return barring, left


def _releases(session: Session) -> dict[UUID, ReleaseState]:
    """The employer's last word on each partner."""
    query = _of_active(select(Release.partner_id, Release.state), Release).order_by(
        Release.number, Release.id
    )
    return {partner_id: state for partner_id, state in session.execute(query)}


def _release(kind: PartnerKind, newest: ReleaseState | None) -> wanted.Release:
    if kind is PartnerKind.SUPPORT_ORGANISATION:
        return wanted.Release.NOT_NEEDED
    if newest is None or newest is ReleaseState.ASKED:
        return wanted.Release.MISSING
    return wanted.Release.GIVEN if newest is ReleaseState.GIVEN else wanted.Release.WITHDRAWN
