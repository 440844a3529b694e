"""A match that was published and put to both sides, without a solver: rows as a publication leaves them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from webapp.store.capacity import CapacityMonth, commit_days
from webapp.store.matches import MatchMonth, ProposedMatch
from webapp.store.offers import Offer, OfferState
from webapp.store.partners import Partner
from webapp.store.publications import Publication, PublicationState
from webapp.store.runs import Run, RunState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

DAYS = {"2027-01": 2, "2027-02": 1}
PARTS = (("skills", 0.9, 0.5), ("nearness", 0.4, 0.5))


def published_offer(
    unit: UnitOfWork,
    partner: Partner,
    request: SupportRequest,
    people: tuple[UUID, UUID],
    *,
    state: OfferState = OfferState.OFFERED,
) -> Offer:
    """An offer of three days; ``people`` are who proposed and who confirmed the publication."""
    assert request.round is not None
    publication = _publication(unit, request, people)
    match = ProposedMatch(
        run_id=publication.run_id,
        partner_id=partner.id,
        request_id=request.id,
        days=sum(DAYS.values()),
        fit=0.65,
        distance_km=42.0,
        covers=[],
        flags=[],
        evidence=_evidence(request),
        months=[MatchMonth(month=month, days=days) for month, days in DAYS.items()],
    )
    unit.session.add(match)
    unit.flush()
    assert commit_days(unit.session, partner.id, DAYS) is None
    offer = Offer(
        publication_id=publication.id,
        match_id=match.id,
        partner_id=partner.id,
        request_id=request.id,
        state=state,
        instance_sha256="0" * 64,
        offered_on=unit.now.date(),
        lapses_on=unit.now.date() + timedelta(days=7),
    )
    unit.session.add(offer)
    unit.flush()
    return offer


def _publication(unit: UnitOfWork, request: SupportRequest, people: tuple[UUID, UUID]) -> Publication:
    made = unit.session.scalar(select(func.max(Run.number)).where(Run.round_id == request.round_id)) or 0
    run = Run(
        round_id=request.round_id,
        number=made + 1,
        policy_id=request.round.policy_id,
        state=RunState.FINISHED,
        queued_at=unit.now,
        certificate_passed=True,
    )
    unit.session.add(run)
    unit.flush()
    publication = Publication(
        round_id=request.round_id,
        run_id=run.id,
        state=PublicationState.CONFIRMED,
        proposed_by=people[0],
        proposed_at=unit.now,
        decided_by=people[1],
        decided_at=unit.now,
    )
    unit.session.add(publication)
    unit.flush()
    return publication


def _evidence(request: SupportRequest) -> dict[str, Any]:
    return {
        "fit": 0.65,
        "rank": 1,
        "candidates": 3,
        "covers": [],
        "distance_km": 42.0,
        "score": {
            "parts": [
                {"criterion": criterion, "value": value, "weight": weight, "points": value * weight}
                for criterion, value, weight in PARTS
            ],
            "skills": [
                {
                    "skill": each.skill_code,
                    "weight": each.weight,
                    "level_wanted": each.level,
                    "held": each.skill_code,
                    "level_held": 3,
                    "credit": 1.0,
                    "covered": True,
                }
                for each in request.skills
            ],
        },
        "displaced": [{"request": "R-9", "days_short": 2, "fit": 0.5}],
    }


def promised(unit: UnitOfWork, partner: Partner) -> dict[str, int]:
    """The partner's promised days by month, as its capacity has them."""
    rows = unit.session.scalars(
        select(CapacityMonth).where(CapacityMonth.partner_id == partner.id, CapacityMonth.committed_days > 0)
    )
    return {row.month: row.committed_days for row in rows}
