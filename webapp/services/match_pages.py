"""One proposed match with all that a reviewer needs on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import comments, match_evidence, partner_loads, registry, review_rules
from webapp.services.comments import Said
from webapp.services.failures import NotFound
from webapp.services.match_evidence import ROOM_LEFT, Alternative, Displaced, Reasons
from webapp.services.partner_loads import PartnerLoad
from webapp.services.review_rules import Near
from webapp.store.accounts import User
from webapp.store.decisions import Decision, DecisionKind, history, in_force_on
from webapp.store.matches import ProposedMatch
from webapp.store.organisations import PublishedFigure
from webapp.store.partners import Partner
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

TAKES_OVER = (ROOM_LEFT, "committed_elsewhere")
"""Standings of candidates who could take over, with days that nobody has, or at another request's cost."""


@dataclass(frozen=True, slots=True)
class NamedAlternative:
    """Another candidate with its partner; ``can_take_over`` says whether a swap with it is worth a look, ``block``
    how many days they give at least where that is more than the match has."""

    alternative: Alternative
    partner: Partner
    can_take_over: bool
    block: int | None = None


@dataclass(frozen=True, slots=True)
class NamedDisplaced:
    """A request that could have used this partner, with its row."""

    displaced: Displaced
    request: SupportRequest


@dataclass(frozen=True, slots=True)
class Beside:
    """Another partner whom the run proposes for the same request."""

    partner: str
    days: int


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
    beside: tuple[Beside, ...]
    alternatives: tuple[NamedAlternative, ...]
    displaced: tuple[NamedDisplaced, ...]
    breaches: tuple[str, ...]
    is_conflicted: bool
    in_force: Decision | None
    last: Decision | None
    replacement: Partner | None
    past: tuple[Past, ...]
    load: PartnerLoad
    figures: tuple[PublishedFigure, ...]
    comments: tuple[Said, ...]
    can_comment: bool


def match_page(unit: UnitOfWork, *, actor: AnyActor, match_id: UUID) -> MatchPage:
    """One match with its evidence; raises ``NotFound``."""
    query = select(ProposedMatch).where(ProposedMatch.id == match_id)
    query = query.options(
        joinedload(ProposedMatch.run).joinedload(Run.round), joinedload(ProposedMatch.months)
    )
    match = unit.session.scalars(query).unique().one_or_none()
    near = _near(unit, match) if match else None
    if match is None or near is None:
        raise NotFound("no such match")
    partner, request = near.partner, near.request
    require(actor, Action.PROPOSAL_READ, region_code=request.requester.region_code)
    past = _past(unit, match)
    load = partner_loads.load_of(unit.session, match.run, partner.id, request.id)
    in_force = _in_force(match, past, is_offered=load.is_offered)
    return MatchPage(
        match=match,
        request=request,
        partner=partner,
        reasons=match_evidence.reasons_of(match.evidence),
        beside=_beside(unit, match),
        alternatives=_alternatives(match, near.partners),
        displaced=_displaced(match, near.requests),
        breaches=tuple(review_rules.breaches(partner, request, today=unit.now.date())),
        is_conflicted=isinstance(actor, Actor) and review_rules.is_conflicted(actor, partner, request),
        in_force=in_force,
        replacement=_replacement(unit, in_force),
        last=_last(match.partner_id, [each.decision for each in past]),
        past=past,
        load=load,
        figures=registry.published_figures(unit, actor=actor, organisation_id=request.beneficiary_id),
        comments=comments.of(
            unit, actor=actor, round_id=match.run.round_id, request=request, partner_id=partner.id
        ),
        can_comment=match.run.is_current and comments.is_open(unit, match.run.round),
    )


def last_decision(unit: UnitOfWork, *, actor: AnyActor, match_id: UUID) -> Decision | None:
    """The decision on a match's pair that a new one would supersede."""
    require(actor, Action.PROPOSAL_APPROVE)
    match = unit.session.get(ProposedMatch, match_id, options=[joinedload(ProposedMatch.run)])
    if match is None:
        raise NotFound("no such match")
    return in_force_on(unit.session, match.run.round_id, match.request_id, match.partner_id)


def _near(unit: UnitOfWork, match: ProposedMatch) -> Near | None:
    others = [each.partner for each in match_evidence.alternatives_of(match.evidence)]
    losers = [each.request for each in match_evidence.displaced_of(match.evidence)]
    return review_rules.load_near(unit.session, match.partner_id, match.request_id, others, losers)


def _beside(unit: UnitOfWork, match: ProposedMatch) -> tuple[Beside, ...]:
    query = (
        select(Partner.name, ProposedMatch.days)
        .join(ProposedMatch.partner)
        .where(ProposedMatch.run_id == match.run_id, ProposedMatch.request_id == match.request_id)
        .where(ProposedMatch.id != match.id)
        .order_by(ProposedMatch.days.desc(), Partner.reference)
    )
    return tuple(Beside(name, days) for name, days in unit.session.execute(query))


def _alternatives(match: ProposedMatch, known: Mapping[str, Partner]) -> tuple[NamedAlternative, ...]:
    return tuple(
        _alternative(match, each, known[each.partner])
        for each in match_evidence.alternatives_of(match.evidence)
        if each.partner in known
    )


def _alternative(match: ProposedMatch, found: Alternative, partner: Partner) -> NamedAlternative:
    block = partner.smallest_block_days
    if match.days < block:
        return NamedAlternative(found, partner, can_take_over=False, block=block)
    return NamedAlternative(found, partner, found.standing in TAKES_OVER)


def _replacement(unit: UnitOfWork, decision: Decision | None) -> Partner | None:
    """Who comes in by the swap in force."""
    if decision is None or decision.replacement_partner_id is None:
        return None
    return unit.session.get(Partner, decision.replacement_partner_id)


def _displaced(match: ProposedMatch, known: Mapping[str, SupportRequest]) -> tuple[NamedDisplaced, ...]:
    found = match_evidence.displaced_of(match.evidence)
    return tuple(NamedDisplaced(each, known[each.request]) for each in found if each.request in known)


def _in_force(match: ProposedMatch, past: tuple[Past, ...], *, is_offered: bool) -> Decision | None:
    """The decision that counts for the match: the pair's last, where it stands on this match (``stands_on``)."""
    last = _last(match.partner_id, [each.decision for each in past])
    if last is None or last.match_id == match.id or last.kind is DecisionKind.LOCK or is_offered:
        return last
    return last if match.is_locked and last.kind is DecisionKind.APPROVE else None


def _last(partner_id: UUID, rows: list[Decision]) -> Decision | None:
    """The end of the pair's chain, whether or not it counts for the match: what a new decision supersedes."""
    own = [each for each in rows if each.partner_id == partner_id]
    superseded = {each.supersedes_id for each in own}
    return next((each for each in own if each.id not in superseded), None)


def _past(unit: UnitOfWork, match: ProposedMatch) -> tuple[Past, ...]:
    query = history(match.run.round_id, match.request_id, match.partner_id)
    query = query.options(joinedload(Decision.confirmation))
    named = query.join(User, User.id == Decision.decided_by).add_columns(User.name)
    return tuple(Past(row, name) for row, name in unit.session.execute(named))
