"""Engagements: an accepted offer becomes an agreement that both sides accept; the work is ``engagement_course``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import engagement_rows as rows
from webapp.services import free_text, sides
from webapp.services.constraints import answering_for
from webapp.services.failures import NotAllowedNow, Problem, check_version, stop_at
from webapp.services.states import advance
from webapp.store.accounts import User
from webapp.store.engagements import (
    ENGAGEMENT_TRANSITIONS,
    WITH_SIDES,
    Engagement,
    EngagementMonth,
    EngagementState,
    EventKind,
)
from webapp.store.offers import Offer, Side
from webapp.store.partners import Partner, PartnerKind
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

MOST = {"aim": 4000, "measure": 4000, "sponsor": 400, "requester_email": 254, "partner_email": 254}
ONE_LINE = ("sponsor", "requester_lead", "requester_email", "partner_lead", "partner_email")
MISSING = {
    "aim": "Enter what the support is to achieve",
    "measure": "Enter how both sides will know",
    "sponsor": "Enter the executive sponsor",
    "requester_lead": "Enter who leads at the organisation",
    "requester_email": "Enter the email address of the lead at the organisation",
    "partner_lead": "Enter who leads for the partner",
    "partner_email": "Enter the email address of the partner's lead",
    "accountability": "Enter who is accountable for what",
    "data_access": "Enter which data the partner may see",
    "exit_terms": "Enter how the engagement ends",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the one page says, besides the days."""

    aim: str
    measure: str
    sponsor: str
    requester_lead: str
    requester_email: str
    partner_lead: str
    partner_email: str
    accountability: str
    data_access: str
    exit_terms: str


def make(unit: UnitOfWork, *, actor: Actor, offer: Offer) -> Engagement:
    """Begin the engagement of an offer that both sides have accepted: its agreement is drafted from the request."""
    row = Engagement(
        offer_id=offer.id,
        partner_id=offer.partner_id,
        request_id=offer.request_id,
        partner=offer.partner,
        request=offer.request,
        state=EngagementState.DRAFTED,
        months=[EngagementMonth(month=month, days=days) for month, days in offer.match.days_by_month.items()],
        **_prefilled(unit, offer.partner, offer.request),
    )
    with answering_for(unit):
        unit.session.add(row)
        unit.flush()
        rows.note_step(unit, row, EventKind.MADE, actor=actor, side=None)
    rows.record(unit, actor, "engagement.make", row, None)
    rows.tell(unit, row, tuple(Side), "engagement.made", key="made")
    return row


def edit_agreement(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, agreement: Agreement, expected_version: int
) -> Engagement:
    """Change the draft; whoever had accepted it reads it again. Nothing may be left empty."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, EngagementState.DRAFTED)
    check_version(row, expected_version)
    wanted = {each.name: free_text.clean(getattr(agreement, each.name)) for each in fields(agreement)}
    problems = [each for name, text in wanted.items() for each in _problems(name, text)]
    stop_at(problems)
    if all(getattr(row, name) == text for name, text in wanted.items()):
        return row
    before = rows.content(row)
    with answering_for(unit):
        for name, text in wanted.items():
            setattr(row, name, text)
        row.agreement_version += 1
        rows.note_step(unit, row, EventKind.EDITED, actor=actor, side=side)
    rows.record(unit, actor, Action.ENGAGEMENT_WRITE, row, before)
    rows.tell(unit, row, (side.other,), "engagement.edited", key=row.agreement_version)
    return row


def accept_agreement(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, expected_version: int
) -> Engagement:
    """Accept the agreement as it reads now, for the actor's side; with the second one it is agreed."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, EngagementState.DRAFTED)
    if row.has_accepted(side):
        raise NotAllowedNow("You have accepted this version of the agreement already.")
    check_version(row, expected_version)
    missing = gaps(row)
    stop_at(missing)
    before = rows.content(row)
    with answering_for(unit):
        if side is Side.PARTNER:
            row.partner_accepted_version = row.agreement_version
        else:
            row.requester_accepted_version = row.agreement_version
        if row.has_accepted(side.other):
            advance(row, EngagementState.AGREED, ENGAGEMENT_TRANSITIONS, "engagement")
            row.agreed_at = unit.now
        rows.note_step(unit, row, EventKind.ACCEPTED, actor=actor, side=side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    agreed = row.state is EngagementState.AGREED
    kind = "engagement.agreed" if agreed else "engagement.accepted"
    rows.tell(unit, row, tuple(Side) if agreed else (side.other,), kind, key=row.agreement_version)
    return row


def gaps(row: Engagement) -> list[Problem]:
    """What the agreement still lacks before a side can accept it."""
    return [Problem(name, words) for name, words in MISSING.items() if not getattr(row, name)]


def page(unit: UnitOfWork, *, actor: AnyActor, engagement_id: UUID) -> tuple[Engagement, Side | None]:
    """One engagement with all that hangs on it, and the side that the reader is on."""
    row = rows.find_whole(unit, engagement_id)
    return row, sides.require_reader(actor, Action.ENGAGEMENT_READ, row)


def of_offer(unit: UnitOfWork, *, actor: AnyActor, offer_id: UUID) -> UUID | None:
    """The engagement of an offer, if there is one that the actor may read."""
    query = select(Engagement).where(Engagement.offer_id == offer_id).options(*WITH_SIDES)
    row = unit.session.scalar(query)
    if row is None:
        return None
    sides.require_reader(actor, Action.ENGAGEMENT_READ, row)
    return row.id


def _prefilled(unit: UnitOfWork, partner: Partner, request: SupportRequest) -> Mapping[str, str]:
    helped = request.beneficiary.name
    sponsor = ", ".join(filter(None, (request.sponsor_name, request.sponsor_role)))
    is_expert = partner.kind is PartnerKind.EXPERT
    user = unit.session.get(User, partner.user_id) if partner.user_id is not None else None
    return {
        "aim": request.aim,
        "measure": request.measure,
        "sponsor": sponsor,
        "requester_lead": request.lead_name,
        "requester_email": request.lead_email,
        "partner_lead": partner.name if is_expert else "",
        "partner_email": user.email if user is not None and is_expert else "",
        "accountability": (
            f"{helped} stays accountable for its services and its staff. {sponsor or 'The sponsor'} is accountable "
            "for the improvement, and the lead decides from day to day. The partner advises and supports."
        ),
        "data_access": (
            f"The partner sees figures without anything about single patients. {helped} decides on any further "
            "access beforehand, under its own rules."
        ),
        "exit_terms": (
            "Either side may pause or end the engagement early and says why. What was made is handed over to the "
            "lead before the last day."
        ),
    }


def _problems(name: str, text: str) -> Iterator[Problem]:
    if not text:
        yield Problem(name, MISSING[name])
    most = MOST.get(name, 200 if name in ONE_LINE else 2000)
    yield from free_text.problems(name, text, most=most, one_line=name in ONE_LINE)
    if name.endswith("_email") and text and ("@" not in text or " " in text):
        yield Problem(name, "Enter an email address in the correct format, like name@example.nhs.uk")
