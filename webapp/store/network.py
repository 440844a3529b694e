"""Who supports whom in a run, counted by the database: flows between regions, help by board, thin places."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, case, distinct, func, select, union
from sqlalchemy.orm import aliased

from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.organisations import Organisation, OrganisationKind, PublishedFigure
from webapp.store.partners import Partner, PartnerSkill, PartnerState
from webapp.store.support_requests import RequestedSkill, SupportRequest


def requests_of(run_ids: Iterable[uuid.UUID]) -> Any:
    """``(run, request)`` of all requests that the runs looked at, as a subquery."""
    wanted = tuple(run_ids)
    return union(
        select(ProposedMatch.run_id, ProposedMatch.request_id).where(ProposedMatch.run_id.in_(wanted)),
        select(UnmetRequest.run_id, UnmetRequest.request_id).where(UnmetRequest.run_id.in_(wanted)),
    ).subquery()


def flows(run_id: uuid.UUID) -> Select[str, str | None, str | None, int, int]:
    """``(partner's region, beneficiary's region, priority, matches, days)``."""
    beneficiary = aliased(Organisation)
    home = Partner.region_code
    return (
        select(
            home,
            beneficiary.region_code,
            SupportRequest.priority_code,
            func.count(),
            func.sum(ProposedMatch.days),
        )
        .select_from(ProposedMatch)
        .join(ProposedMatch.partner)
        .join(ProposedMatch.request)
        .join(beneficiary, beneficiary.id == SupportRequest.beneficiary_id)
        .where(ProposedMatch.run_id == run_id)
        .group_by(home, beneficiary.region_code, SupportRequest.priority_code)
        .order_by(home, beneficiary.region_code, SupportRequest.priority_code)
    )


def needs(
    run_ids: Iterable[uuid.UUID],
) -> Select[uuid.UUID, uuid.UUID, str | None, int | None, Any]:
    """``(run, beneficiary, priority, days asked for, days met)`` of each request of the runs, by reference."""
    wanted = tuple(run_ids)
    inside = requests_of(wanted)
    met = (
        select(ProposedMatch.run_id, ProposedMatch.request_id, func.sum(ProposedMatch.days).label("days"))
        .where(ProposedMatch.run_id.in_(wanted))
        .group_by(ProposedMatch.run_id, ProposedMatch.request_id)
        .subquery()
    )
    return (
        select(
            inside.c.run_id,
            SupportRequest.beneficiary_id,
            SupportRequest.priority_code,
            SupportRequest.days,
            func.coalesce(met.c.days, 0),
        )
        .join(inside, inside.c.request_id == SupportRequest.id)
        .outerjoin(met, and_(met.c.request_id == SupportRequest.id, met.c.run_id == inside.c.run_id))
        .order_by(inside.c.run_id, SupportRequest.reference)
    )


def placed(kinds: Iterable[OrganisationKind]) -> Select[Organisation]:
    """Bodies of these kinds, by code."""
    return select(Organisation).where(Organisation.kind.in_(tuple(kinds))).order_by(Organisation.code)


def figures(measure: str) -> Select[uuid.UUID, float]:
    """``(organisation, value)`` of one published measure."""
    return (
        select(PublishedFigure.organisation_id, PublishedFigure.value)
        .where(PublishedFigure.measure == measure)
        .order_by(PublishedFigure.organisation_id)
    )


def holders(run_id: uuid.UUID, *, level: int) -> Select[Any]:
    """``(skill, requests that ask for it, active partners who hold it at this level or above)``, scarce first."""
    inside = requests_of((run_id,))
    wanted = (
        select(RequestedSkill.skill_code, func.count(distinct(RequestedSkill.request_id)).label("requests"))
        .join(inside, inside.c.request_id == RequestedSkill.request_id)
        .group_by(RequestedSkill.skill_code)
        .subquery()
    )
    held = (
        select(PartnerSkill.skill_code, func.count(distinct(PartnerSkill.partner_id)).label("partners"))
        .join(PartnerSkill.partner)
        .where(Partner.state == PartnerState.ACTIVE, PartnerSkill.level >= level)
        .group_by(PartnerSkill.skill_code)
        .subquery()
    )
    partners = func.coalesce(held.c.partners, 0)
    return (
        select(wanted.c.skill_code, wanted.c.requests, partners)
        .outerjoin(held, held.c.skill_code == wanted.c.skill_code)
        .order_by(partners, wanted.c.requests.desc(), wanted.c.skill_code)
    )


def leaning(run_id: uuid.UUID) -> Select[uuid.UUID, str, int, int, Any]:
    """``(partner's identifier and name, matches, days, requests for which it is the only candidate)``."""
    only = func.sum(case((ProposedMatch.evidence["candidates"].as_integer() == 1, 1), else_=0))
    return (
        select(Partner.id, Partner.name, func.count(), func.sum(ProposedMatch.days), only)
        .join(ProposedMatch, ProposedMatch.partner_id == Partner.id)
        .where(ProposedMatch.run_id == run_id)
        .group_by(Partner.id, Partner.name)
        .order_by(only.desc(), func.sum(ProposedMatch.days).desc(), Partner.id)
    )
