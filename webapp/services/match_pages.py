"""One proposed match with all that a reviewer needs on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import match_evidence, review_rules
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Alternative, Displaced, Reasons
from webapp.services.review import standing_decisions
from webapp.store.accounts import User
from webapp.store.decisions import Decision, history
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

ROOM_LEFT = "room_left"


@dataclass(frozen=True, slots=True)
class NamedAlternative:
    """Another candidate with its partner; ``can_take_over`` says whether it has these days to give."""

    alternative: Alternative
    partner: Partner
    can_take_over: bool


@dataclass(frozen=True, slots=True)
class NamedDisplaced:
    """A request that could have used this partner, with its row."""

    displaced: Displaced
    request: SupportRequest


@dataclass(frozen=True, slots=True)
class Past:
    """One decision with the name of whoever took it."""

    decision: Decision
    by: str


@dataclass(frozen=True, slots=True)
class MatchPage:
    """Everything on one match: reasons, who comes next, who loses, flags, decisions, what has changed since."""

    match: ProposedMatch
    request: SupportRequest
    partner: Partner
    reasons: Reasons
    alternatives: tuple[NamedAlternative, ...]
    displaced: tuple[NamedDisplaced, ...]
    breaches: tuple[str, ...]
    is_conflicted: bool
    in_force: Decision | None
    past: tuple[Past, ...]


def match_page(unit: UnitOfWork, *, actor: AnyActor, match_id: UUID) -> MatchPage:
    """One match with its evidence; raises ``NotFound``."""
    query = select(ProposedMatch).where(ProposedMatch.id == match_id)
    query = query.options(joinedload(ProposedMatch.run), joinedload(ProposedMatch.months))
    match = unit.session.scalars(query).unique().one_or_none()
    pair = review_rules.load_pair(unit.session, match.partner_id, match.request_id) if match else None
    if match is None or pair is None:
        raise NotFound("no such match")
    partner, request = pair
    require(actor, Action.PROPOSAL_READ, region_code=request.requester.region_code)
    decision = standing_decisions(unit, match.run_id, [match.id]).get(match.id)
    return MatchPage(
        match=match,
        request=request,
        partner=partner,
        reasons=match_evidence.reasons_of(match.evidence),
        alternatives=_alternatives(unit, match),
        displaced=_displaced(unit, match),
        breaches=tuple(review_rules.breaches(partner, request, today=unit.now.date())),
        is_conflicted=isinstance(actor, Actor) and review_rules.is_conflicted(actor, partner, request),
        in_force=decision,
        past=_past(unit, match),
    )


def _alternatives(unit: UnitOfWork, match: ProposedMatch) -> tuple[NamedAlternative, ...]:
    found = match_evidence.alternatives_of(match.evidence)
    rows = unit.session.scalars(
        select(Partner)
        .where(Partner.reference.in_([each.partner for each in found]))
        .options(joinedload(Partner.organisation))
    )
    names = {row.reference: row for row in rows}
    return tuple(
        NamedAlternative(
            each, names[each.partner], each.standing == ROOM_LEFT and each.days_possible >= match.days
        )
        for each in found
        if each.partner in names
    )


def _displaced(unit: UnitOfWork, match: ProposedMatch) -> tuple[NamedDisplaced, ...]:
    found = match_evidence.displaced_of(match.evidence)
    rows = unit.session.scalars(
        select(SupportRequest)
        .where(SupportRequest.reference.in_([each.request for each in found]))
        .options(joinedload(SupportRequest.requester))
    )
    names = {row.reference: row for row in rows}
    return tuple(NamedDisplaced(each, names[each.request]) for each in found if each.request in names)


def _past(unit: UnitOfWork, match: ProposedMatch) -> tuple[Past, ...]:
    query = history(match.run.round_id, match.request_id, match.partner_id)
    query = query.options(joinedload(Decision.confirmation))
    named = query.join(User, User.id == Decision.decided_by).add_columns(User.name)
    return tuple(Past(row, name) for row, name in unit.session.execute(named))
