"""50 partners with two days left each, and 20 changes for each that want one of them: rows, as services leave them."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.signed_in import add_sign_in
from webapp.authority.roles import Role
from webapp.store.accounts import Membership, User
from webapp.store.capacity import CapacityMonth
from webapp.store.engagement_days import ChangeState, DaysChange
from webapp.store.engagements import Engagement, EngagementMonth, EngagementState
from webapp.store.matches import MatchMonth, ProposedMatch
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind
from webapp.store.partners import Delivery, Partner, PartnerKind, PartnerState
from webapp.store.policies import Policy, PolicyState
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run, RunState
from webapp.store.support_requests import RequestState, Shape, SupportRequest
from webapp.store.taxonomy import NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

PARTNERS = 50
TRIES_EACH = 20
LEFT = 2
REQUESTS_EACH = 3
OFFERS_EACH = 2
TABS = 4
"""How often each answer to one offer is given at the same time."""


@dataclass(frozen=True)
class Try:
    """One yes to one change: whose sign-in, the page with the form, and where it goes."""

    token: str
    page: str
    act: str
    answer: str = ""
    """The reason of a no; empty for a yes."""


@dataclass
class World:
    """What all tries share."""

    unit: UnitOfWork
    month: str
    publication: Publication
    admins: tuple[User, User]
    trusts: list[Organisation]
    asked: int = 0


def build(unit: UnitOfWork) -> list[list[Try]]:
    """Write the rows; gives each partner's tries."""
    world = _world(unit)
    tries = [_partner(world, number) for number in range(PARTNERS)]
    unit.flush()
    return tries


def build_offers(unit: UnitOfWork) -> list[list[Try]]:
    """Write partners with offers that wait; gives the answers of each offer: as many times yes as no."""
    world = _world(unit)
    answers = [answers for number in range(PARTNERS) for answers in _waiting(world, number)]
    unit.flush()
    return answers


def _waiting(world: World, number: int) -> list[list[Try]]:
    partner, token = _expert(world, number, committed=OFFERS_EACH)
    return [_answers(world, partner, token) for _ in range(OFFERS_EACH)]


def _answers(world: World, partner: Partner, token: str) -> list[Try]:
    request = _request(world)
    world.asked += 1
    match = _match(world, partner, request)
    offer = _offer(world, match, OfferState.OFFERED)
    for made in (request, match, offer):
        world.unit.session.add(made)
        world.unit.flush()
    yes, no = f"/offers/{offer.id}/accept", f"/offers/{offer.id}/decline"
    return [Try(token, yes, yes), Try(token, no, no, "no_time")] * TABS


def _world(unit: UnitOfWork) -> World:
    session, month = unit.session, f"{unit.now.year + 1}-01"
    session.add(
        Organisation(code="Y1", name="North", kind=OrganisationKind.REGION, code_source=CodeSource.ODS)
    )
    session.add(TaxonomyNode(code="UEC", label="Urgent care", kind=NodeKind.PRIORITY, position=1))
    admins = (_user(unit, "first"), _user(unit, "second"))
    unit.flush()
    number = -(-PARTNERS * TRIES_EACH // REQUESTS_EACH)
    trusts = [
        Organisation(
            code=f"T{each}",
            name=f"Trust {each}",
            kind=OrganisationKind.TRUST,
            code_source=CodeSource.ODS,
            region_code="Y1",
        )
        for each in range(number)
    ]
    session.add_all(trusts)
    policy = _policy(unit, admins)
    session.add(policy)
    unit.flush()
    held_in = Round(
        number=1,
        name="Drill",
        opens_on=date(2026, 1, 1),
        closes_on=date(2026, 2, 1),
        first_month=month,
        horizon_months=6,
        policy_id=policy.id,
        state=RoundState.PUBLISHED,
    )
    session.add(held_in)
    unit.flush()
    return World(unit, month, _publication(unit, held_in, admins), admins, trusts)


def _publication(unit: UnitOfWork, held_in: Round, admins: tuple[User, User]) -> Publication:
    run = Run(
        round_id=held_in.id,
        number=1,
        policy_id=held_in.policy_id,
        state=RunState.FINISHED,
        queued_at=unit.now,
        certificate_passed=True,
    )
    unit.session.add(run)
    unit.flush()
    publication = Publication(
        round_id=held_in.id,
        run_id=run.id,
        state=PublicationState.CONFIRMED,
        proposed_by=admins[0].id,
        proposed_at=unit.now,
        decided_by=admins[1].id,
        decided_at=unit.now,
    )
    unit.session.add(publication)
    unit.flush()
    return publication


def _policy(unit: UnitOfWork, admins: tuple[User, User]) -> Policy:
    return Policy(
        number=1,
        name="Drill",
        reason="Drill",
        effective_from=date(2026, 1, 1),
        parameters={},
        service_rules={},
        state=PolicyState.CONFIRMED,
        proposed_by=admins[0].id,
        proposed_at=unit.now,
        decided_by=admins[1].id,
        decided_at=unit.now,
    )


def _user(unit: UnitOfWork, name: str) -> User:
    row = User(email=f"{name}@example.org", name=name, password=None)
    unit.session.add(row)
    return row


def _partner(world: World, number: int) -> list[Try]:
    row, token = _expert(world, number, committed=TRIES_EACH)
    return [_try(world, row, token) for _ in range(TRIES_EACH)]


def _expert(world: World, number: int, *, committed: int) -> tuple[Partner, str]:
    unit, session = world.unit, world.unit.session
    user = _user(unit, f"expert-{number}")
    unit.flush()
    row = Partner(
        reference=f"P-{number}",
        kind=PartnerKind.EXPERT,
        state=PartnerState.ACTIVE,
        name=f"Expert {number}",
        user_id=user.id,
        organisation_id=world.trusts[-1].id,
        region_code="Y1",
        interests_confirmed_on=unit.now.date(),
    )
    session.add(row)
    unit.flush()
    session.add(
        CapacityMonth(partner_id=row.id, month=world.month, days=committed + LEFT, committed_days=committed)
    )
    return row, _signed_in(unit, user, row)


def _signed_in(unit: UnitOfWork, user: User, partner: Partner) -> str:
    token = secrets.token_urlsafe(32)
    held = Membership(user_id=user.id, role=Role.PARTNER_EXPERT, partner_id=partner.id)
    unit.session.add(held)
    add_sign_in(unit, held, token)
    return token


def _request(world: World) -> SupportRequest:
    trust = world.trusts[world.asked // REQUESTS_EACH]
    return SupportRequest(
        id=uuid.uuid4(),
        reference=f"R-{world.asked}",
        state=RequestState.MATCHED,
        round_id=world.publication.round_id,
        requester_id=trust.id,
        beneficiary_id=trust.id,
        title="Drill",
        priority_code="UEC",
        days=1,
        window_first=world.month,
        window_last=world.month,
        max_team=1,
        rank=world.asked % REQUESTS_EACH + 1,
        severity=1,
        shape=Shape.COACHING,
        delivery=Delivery.MIXED,
        sponsor_name="A Sponsor",
        submitted_at=world.unit.now,
    )


def _match(world: World, partner: Partner, request: SupportRequest) -> ProposedMatch:
    return ProposedMatch(
        id=uuid.uuid4(),
        run_id=world.publication.run_id,
        partner_id=partner.id,
        request_id=request.id,
        days=1,
        fit=0.5,
        distance_km=1.0,
        covers=[],
        flags=[],
        evidence={},
        months=[MatchMonth(month=world.month, days=1)],
    )


def _offer(world: World, match: ProposedMatch, state: OfferState = OfferState.ACCEPTED) -> Offer:
    return Offer(
        id=uuid.uuid4(),
        publication_id=world.publication.id,
        match_id=match.id,
        partner_id=match.partner_id,
        request_id=match.request_id,
        state=state,
        instance_sha256="0" * 64,
        offered_on=world.unit.now.date(),
        lapses_on=world.unit.now.date() + timedelta(days=7),
    )


def _try(world: World, partner: Partner, token: str) -> Try:
    unit, session = world.unit, world.unit.session
    request = _request(world)
    world.asked += 1
    match = _match(world, partner, request)
    offer = _offer(world, match)
    engagement = Engagement(
        id=uuid.uuid4(),
        offer_id=offer.id,
        partner_id=partner.id,
        request_id=request.id,
        state=EngagementState.DRAFTED,
        months=[EngagementMonth(month=world.month, days=1)],
    )
    change = DaysChange(
        id=uuid.uuid4(),
        engagement_id=engagement.id,
        state=ChangeState.PROPOSED,
        days_by_month={world.month: 2},
        reason="One more",
        side=Side.REQUESTER,
        proposed_by=world.admins[0].id,
        proposed_at=unit.now,
    )
    for made in (request, match, offer, engagement, change):
        session.add(made)
        unit.flush()
    page = f"/engagements/{engagement.id}"
    return Try(token, page, f"{page}/changes/{change.id}/agree")
