"""What a partner carries in the months of a round: days declared, promised elsewhere, and proposed by one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from webapp.store import capacity
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import has_live_offer
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest


@dataclass(frozen=True, slots=True)
class Held:
    """Another request that the run gives the partner's days to; fixed where it is locked or offered already."""

    match_id: UUID
    request: SupportRequest
    days_by_month: Mapping[str, int]
    is_fixed: bool

    @property
    def days(self) -> int:
        """All days of it."""
        return sum(self.days_by_month.values())


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """One month: days declared, promised in other rounds, given to other requests of the run, and to this one."""

    month: str
    declared: int
    elsewhere: int
    others: int
    here: int

    @property
    def left(self) -> int:
        """Days that nobody has; below zero where more was proposed than is now declared."""
        return self.declared - self.elsewhere - self.others - self.here


@dataclass(frozen=True, slots=True)
class PartnerLoad:
    """The months of the round, and the partner's other matches of the run, most days first.

    ``is_offered``: the match from which the load is seen has been offered, and the offer stands.
    """

    months: tuple[MonthLoad, ...]
    others: tuple[Held, ...]
    is_offered: bool


def load_of(session: Session, run: Run, partner_id: UUID, request_id: UUID) -> PartnerLoad:
    """The load of a partner under a run, as seen from one of the run's requests."""
    rows = _held(session, run, partner_id)
    declared = capacity.months_of(session, partner_id, run.round.months)
    here, is_offered = next((row for row in rows if row[0].request.id == request_id), (None, False))
    others = [held for held, _ in rows if held.request.id != request_id]
    offered = [held for held, is_offered in rows if is_offered]
    months = []
    for month in run.round.months:
        row = declared.get(month)
        promised = row.committed_days if row else 0
        months.append(
            MonthLoad(
                month=month,
                declared=row.days if row else 0,
                # What this round has offered already is among the run's own matches.
                elsewhere=max(0, promised - sum(each.days_by_month.get(month, 0) for each in offered)),
                others=sum(each.days_by_month.get(month, 0) for each in others),
                here=here.days_by_month.get(month, 0) if here else 0,
            )
        )
    others.sort(key=lambda each: (-each.days, each.request.reference))
    return PartnerLoad(tuple(months), tuple(others), is_offered)


def _held(session: Session, run: Run, partner_id: UUID) -> list[tuple[Held, bool]]:
    later = aliased(Decision)
    is_locked = (
        select(Decision.id)
        .where(
            Decision.round_id == run.round_id,
            Decision.request_id == ProposedMatch.request_id,
            Decision.partner_id == partner_id,
            Decision.kind == DecisionKind.LOCK,
            ~select(later.id).where(later.supersedes_id == Decision.id).exists(),
        )
        .exists()
    )
    query = (
        select(ProposedMatch, has_live_offer(partner_id, ProposedMatch.request_id), is_locked)
        .where(ProposedMatch.run_id == run.id, ProposedMatch.partner_id == partner_id)
        .options(
            joinedload(ProposedMatch.months),
            joinedload(ProposedMatch.request).joinedload(SupportRequest.beneficiary),
        )
        .order_by(ProposedMatch.id)
    )
    return [
        (Held(row.id, row.request, row.days_by_month, bool(offered or locked)), bool(offered))
        for row, offered, locked in session.execute(query).unique()
    ]
