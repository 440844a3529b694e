"""The ledger of overruled matches: what was set aside, why, what it could cost, and what came of the request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.paging import Page, Paging, page_of
from webapp.store import learning as store
from webapp.store.decisions import Decision
from webapp.store.engagements import EngagementState
from webapp.store.matches import ProposedMatch
from webapp.store.offers import OfferState
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Change:
    """A measure before and after, and whether it moved the right way."""

    measure: str
    before: float
    after: float
    improved: bool


@dataclass(frozen=True, slots=True)
class Supporter:
    """Who was offered to a request, how that stands, and what came of it."""

    name: str
    offer: OfferState
    engagement: EngagementState | None
    change: Change | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Overrule:
    """One proposed match that a reviewer set aside.

    ``price`` is the most that each level could lose by it, as told when it was proposed; ``since`` who has been
    offered to the request since, the newest first.
    """

    decision: Decision
    request: SupportRequest
    partner: Partner
    replacement: Partner | None
    price: Mapping[str, float]
    since: tuple[Supporter, ...]


def overrules(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID | None, paging: Paging) -> Page[Overrule]:
    """One page of the ledger, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    page = page_of(unit.session, store.overrules(round_id), paging)
    matches = _matches(unit, [row.match_id for row in page.rows if row.match_id])
    replacements = _partners(
        unit, [row.replacement_partner_id for row in page.rows if row.replacement_partner_id]
    )
    since = _supporters(unit, {row.request_id for row in page.rows})
    rows = tuple(
        Overrule(
            decision=row,
            request=matches[row.match_id].request,
            partner=matches[row.match_id].partner,
            replacement=replacements.get(row.replacement_partner_id),
            price=_price(matches[row.match_id]),
            since=since.get(row.request_id, ()),
        )
        for row in page.rows
        if row.match_id is not None
    )
    return Page(rows, page.total, page.number, page.size)


def _matches(unit: UnitOfWork, keys: Iterable[UUID]) -> dict[UUID | None, ProposedMatch]:
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.id.in_(tuple(keys)))
        .options(
            joinedload(ProposedMatch.partner),
            joinedload(ProposedMatch.request).joinedload(SupportRequest.beneficiary),
        )
        .order_by(ProposedMatch.id)
    )
    return {row.id: row for row in unit.session.scalars(query)}


def _partners(unit: UnitOfWork, keys: Iterable[UUID]) -> dict[UUID | None, Partner]:
    query = select(Partner).where(Partner.id.in_(tuple(keys))).order_by(Partner.id)
    return {row.id: row for row in unit.session.scalars(query)}


def _supporters(unit: UnitOfWork, requests: Iterable[UUID]) -> dict[UUID, tuple[Supporter, ...]]:
    found: dict[UUID, list[Supporter]] = defaultdict(list)
    for row in unit.session.execute(store.supporters(requests)):
        request_id, name, offer, engagement, measure, better, before, after, score = row
        improved = better.improved(before, after) if better else None
        change = None
        if improved is not None:
            change = Change(measure, float(before) / 1000, float(after) / 1000, improved)
        mean = None if score is None else float(score)
        found[request_id].append(Supporter(name, offer, engagement, change, mean))
    return {key: tuple(rows) for key, rows in found.items()}


def _price(match: ProposedMatch) -> dict[str, float]:
    return {
        each["level"]: float(each["loss"]) for each in match.evidence.get("contribution", ()) if each["loss"]
    }
