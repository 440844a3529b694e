"""One request that a run leaves short: why, what would help, who was near, and what its region says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import comments
from webapp.services.called_names import called
from webapp.services.comments import Said
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Holding
from webapp.services.remedies import Remedy, remedies_of
from webapp.services.review import own_region
from webapp.store.comments import ProposalComment
from webapp.store.matches import UnmetRequest
from webapp.store.organisations import Organisation
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

SEVERE = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A candidate of the request by reference: what binds it, what a day is worth here, and who has its days."""

    partner: str
    fit: float
    standing: str
    worth: float
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class UnmetPage:
    """One request left short; ``nearest`` are the best candidates, ``names`` what partners and requests are called
    by reference, ``months`` those of the round."""

    row: UnmetRequest
    months: tuple[str, ...]
    remedies: tuple[Remedy, ...]
    names: Mapping[str, str]
    nearest: tuple[Near, ...]
    comments: tuple[Said, ...]
    can_comment: bool


def unmet_page(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, request_id: UUID) -> UnmetPage:
    """The page of one request; raises ``NotFound`` where the run leaves no such request short."""
    row = unit.session.scalar(
        select(UnmetRequest)
        .where(UnmetRequest.run_id == run_id, UnmetRequest.request_id == request_id)
        .options(
            joinedload(UnmetRequest.request).joinedload(SupportRequest.requester),
            joinedload(UnmetRequest.request).joinedload(SupportRequest.beneficiary),
        )
    )
    run = unit.session.scalar(select(Run).where(Run.id == run_id).options(joinedload(Run.round)))
    if row is None or run is None:
        raise NotFound("this run does not leave such a request short")
    require(actor, Action.PROPOSAL_READ, region_code=row.request.requester.region_code)
    kept = row.evidence.get("best_candidates", ())
    remedies = remedies_of(row.evidence)
    nearest = tuple(_near(each) for each in kept)
    names = called(
        unit.session,
        partners=[
            *(each.partner for each in nearest),
            *(name for each in remedies for name in each.partners),
        ],
        requests=[held.request for each in nearest for held in each.holdings],
    )
    return UnmetPage(
        row=row,
        months=run.round.months,
        remedies=remedies,
        names=names,
        nearest=tuple(each for each in nearest if each.partner in names),
        comments=comments.of(unit, actor=actor, round_id=run.round_id, request=row.request, partner_id=None),
        can_comment=run.is_current and comments.is_open(unit, run.round),
    )


def _near(plain: Mapping[str, Any]) -> Near:
    return Near(
        plain["partner"],
        plain["fit"],
        plain["standing"],
        plain.get("worth_per_day", 0.0),
        tuple(
            Holding(held["request"], held["days"], held.get("worth_per_day", 0.0))
            for held in plain.get("holdings", ())
        ),
    )


def severe(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> int:
    """How many requests of high severity the run leaves short."""
    region = own_region(actor)
    require(actor, Action.PROPOSAL_READ, region_code=region, hidden=False)
    query = (
        select(func.count())
        .select_from(UnmetRequest)
        .join(UnmetRequest.request)
        .where(UnmetRequest.run_id == run_id, SupportRequest.severity >= SEVERE)
    )
    if region is not None:
        query = query.where(SupportRequest.requester.has(Organisation.region_code == region))
    return unit.session.scalar(query) or 0


def comment_counts(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> dict[UUID, int]:
    """How many comments regions have made on each request of the run's round, by request."""
    require(actor, Action.PROPOSAL_READ, region_code=own_region(actor), hidden=False)
    query = (
        select(ProposalComment.request_id, func.count())
        .join(Run, Run.round_id == ProposalComment.round_id)
        .where(Run.id == run_id, ProposalComment.partner_id.is_(None))
        .group_by(ProposalComment.request_id)
    )
    return dict(unit.session.execute(query).all())
