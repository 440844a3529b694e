"""Rows to the matcher's snapshot; the way back is ``allocation_rows``. Nothing else crosses.

References name partners and requests in a snapshot, codes name organisations, so that the same network gives
the same bytes whatever identifiers a database made up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from matcher.problem import partners as wanted_partners
from matcher.problem import requests as wanted_requests
from matcher.problem.reserve import Held, hold
from matcher.problem.snapshot import PlannedDays, Snapshot
from matcher.problem.taxonomy import Node, Taxonomy
from matcher.problem.taxonomy import NodeKind as MatchingNodeKind
from webapp.services import partner_records, waiting_credits
from webapp.services.partner_records import location
from webapp.services.policies import Settings
from webapp.services.standing import Standing, standing_of
from webapp.store.capacity import CapacityMonth
from webapp.store.organisations import Organisation
from webapp.store.round_requests import in_round
from webapp.store.rounds import Round
from webapp.store.support_requests import RequestState, SupportRequest
from webapp.store.taxonomy import TaxonomyNode, TaxonomyRelation

MATCHED_STATES = (RequestState.SUBMITTED, RequestState.MATCHED, RequestState.UNMATCHED)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run reads, and the days that the policy held back from it."""

    snapshot: Snapshot
    held: tuple[Held, ...]


def take(
    session: Session, round_: Round, settings: Settings, *, as_of: date, keep_approved: bool = False
) -> Taken:
    """Everything a run of the round reads now, under these settings; at most a dozen queries whatever the rows."""
    standing = standing_of(session, round_, keeps_approved_on=as_of if keep_approved else None)
    partners = partner_records.active(session, round_.months, _capacity(session, round_.months, standing))
    requests = list(session.scalars(_wanted_requests(round_)))
    partner_names = {partner_id: record.id for partner_id, record in partners.items()}
    request_names = {row.id: row.reference for row in requests}
    credit_of = waiting_credits.credits_of(session, round_, requests, settings.rules)
    names = _Names(partner_names, request_names, round_.months)
    snapshot = Snapshot(
        as_of=as_of,
        months=round_.months,
        taxonomy=taxonomy_of(session),
        policy=settings.matching,
        partners=tuple(partners.values()),
        requests=tuple(_request(row, round_.months, partner_names, credit_of[row.id]) for row in requests),
        locked=names.planned(standing.kept),
        forbidden=names.pairs(standing.forbidden - standing.offered.keys()),
        previous=names.planned(standing.previous),
    )
    return Taken(*hold(snapshot.canonical(), settings.rules.reserves))


@dataclass(frozen=True, slots=True)
class _Names:
    """References of the partners and requests that are in the snapshot; pairs of others are left out."""

    partners: Mapping[UUID, str]
    requests: Mapping[UUID, str]
    months: tuple[str, ...]

    def pairs(self, ids: Iterable[tuple[UUID, UUID]]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.partners[partner], self.requests[request])
            for partner, request in ids
            if partner in self.partners and request in self.requests
        )

    def planned(self, days: Mapping[tuple[UUID, UUID], Mapping[str, int]]) -> tuple[PlannedDays, ...]:
        return tuple(
            PlannedDays(
                self.partners[partner],
                self.requests[request],
                tuple(by_month.get(month, 0) for month in self.months),
            )
            for (partner, request), by_month in days.items()
            if partner in self.partners and request in self.requests
        )


def _capacity(session: Session, months: tuple[str, ...], standing: Standing) -> dict[UUID, dict[str, int]]:
    """Days not promised elsewhere: what this round has offered itself is given back, because it is locked."""
    free: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(
            CapacityMonth.partner_id, CapacityMonth.month, CapacityMonth.days - CapacityMonth.committed_days
        ).where(CapacityMonth.month.in_(months))
    )
    for partner_id, month, days in rows:
        free[partner_id][month] = days
    for (partner_id, _), by_month in standing.offered.items():
        for month, days in by_month.items():
            free[partner_id][month] = free[partner_id].get(month, 0) + days
    return free


def _wanted_requests(round_: Round) -> Any:
    return in_round(round_.id, MATCHED_STATES).options(
        joinedload(SupportRequest.requester),
        joinedload(SupportRequest.beneficiary),
        selectinload(SupportRequest.skills),
        selectinload(SupportRequest.exclusions),
    )


def taxonomy_of(session: Session) -> Taxonomy:
    """The whole taxonomy by code; what is related to something is so both ways."""
    related: dict[str, set[str]] = defaultdict(set)
    for one, other in session.execute(select(TaxonomyRelation.code, TaxonomyRelation.related_code)):
        related[one].add(other)
        related[other].add(one)
    rows = session.scalars(select(TaxonomyNode).order_by(TaxonomyNode.code))
    return Taxonomy(
        tuple(
            Node(
                code=row.code,
                label=row.label,
                kind=MatchingNodeKind(row.kind.value),
                parent=row.parent_code,
                related=tuple(sorted(related[row.code])),
            )
            for row in rows
        )
    )


def _request(
    row: SupportRequest, months: tuple[str, ...], partners: Mapping[UUID, str], credit: float
) -> wanted_requests.SupportRequest:
    helped = row.beneficiary
    whole = float(sum(each.weight for each in row.skills))
    return wanted_requests.SupportRequest(
        id=row.reference,
        requester=row.requester.code,
        beneficiary=helped.code,
        provider_type=helped.provider_type,
        region=_region(helped, row.requester),
        icb=helped.icb_code or (helped.code if helped.kind.value == "icb" else None),
        location=location(helped.latitude, helped.longitude),
        priority=_said(row.priority_code),
        topic=row.topic_code,
        severity=_said(row.severity),
        rank=_said(row.rank),
        days=_said(row.days),
        window=(months.index(_said(row.window_first)), months.index(_said(row.window_last))),
        max_team=_said(row.max_team),
        shape=wanted_requests.Shape(_said(row.shape).value),
        delivery=wanted_partners.Delivery(_said(row.delivery).value),
        skills=tuple(
            wanted_requests.WantedSkill(each.skill_code, each.level, each.weight / whole, each.essential)
            for each in row.skills
        ),
        mandated=row.mandated,
        in_mandated_programme=row.in_mandated_programme or helped.in_mandated_programme,
        methods=(row.existing_method_code,) if row.existing_method_code else (),
        excluded=tuple(partners[each.partner_id] for each in row.exclusions if each.partner_id in partners),
        waiting_credit=credit,
        collaborative=row.collaborative_group,
    )


def _region(helped: Organisation, requester: Organisation) -> str:
    region = helped.region_code or requester.region_code
    return _said(region)


def _said(value: Any) -> Any:
    """A submitted request lacks nothing (a constraint says so); the type checker cannot know."""
    assert value is not None
    return value
