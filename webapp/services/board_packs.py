"""What a board reads about a run besides certificate and fairness: unmet need by reason, and what was overruled."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.review import with_decisions
from webapp.store.decisions import DecisionKind
from webapp.store.matches import UnmetRequest
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

OVERRULING = (DecisionKind.REJECT, DecisionKind.FORBID, DecisionKind.SWAP, DecisionKind.HOLD)
MOST_LISTED = 25


@dataclass(frozen=True, slots=True)
class Shortage:
    """Requests short of days for one reason, and the days they lack."""

    reason: str
    requests: int
    days: int


@dataclass(frozen=True, slots=True)
class Overruled:
    """Proposals that people decided against, by what they decided and their common reason."""

    kind: DecisionKind
    reason_code: str
    matches: int


@dataclass(frozen=True, slots=True)
class SevereRequest:
    """A severe request that is short of days."""

    title: str
    organisation: str
    severity: int
    days_short: int
    reason: str


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """All of it."""

    shortages: tuple[Shortage, ...]
    overruled: tuple[Overruled, ...]
    severe: tuple[SevereRequest, ...]


def facts(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> BoardFacts:
    """Read what a run leaves short and what its reviewers decided against."""
    require(actor, Action.RUN_READ, hidden=False)
    return BoardFacts(_shortages(unit, run_id), _overruled(unit, run_id), _severe(unit, run_id))


def _shortages(unit: UnitOfWork, run_id: UUID) -> tuple[Shortage, ...]:
    query = (
        select(UnmetRequest.reason, func.count(), func.sum(UnmetRequest.days_short))
        .where(UnmetRequest.run_id == run_id)
        .group_by(UnmetRequest.reason)
        .order_by(func.count().desc(), UnmetRequest.reason)
    )
    return tuple(Shortage(reason, number, int(days)) for reason, number, days in unit.session.execute(query))


def _overruled(unit: UnitOfWork, run_id: UUID) -> tuple[Overruled, ...]:
    query, decision = with_decisions(run_id)
    counted = (
        query.where(decision.kind.in_(OVERRULING))
        .with_only_columns(decision.kind, decision.reason_code, func.count(), maintain_column_froms=True)
        .group_by(decision.kind, decision.reason_code)
        .order_by(func.count().desc(), decision.kind, decision.reason_code)
    )
    return tuple(Overruled(*row) for row in unit.session.execute(counted))


def _severe(unit: UnitOfWork, run_id: UUID) -> tuple[SevereRequest, ...]:
    query = (
        select(UnmetRequest)
        .join(UnmetRequest.request)
        .where(UnmetRequest.run_id == run_id, SupportRequest.severity >= 3)
        .order_by(SupportRequest.severity.desc(), UnmetRequest.days_short.desc(), SupportRequest.reference)
        .limit(MOST_LISTED)
    )
    rows = unit.session.scalars(query.options(*_NAMED))
    return tuple(
        SevereRequest(
            row.request.title,
            row.request.beneficiary.name,
            row.request.severity or 0,
            row.days_short,
            row.reason,
        )
        for row in rows
    )


_NAMED = (joinedload(UnmetRequest.request).joinedload(SupportRequest.beneficiary),)
