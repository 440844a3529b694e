"""Engagements: an accepted offer becomes an agreement that both sides accept, then work that starts, rests and ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import engagement_rows as rows
from webapp.services import free_text, sides
from webapp.services.constraints import answering_for
from webapp.services.engagement_reviews import check_ins_from
from webapp.services.failures import NotAllowedNow, Problem, Rejected, check_version, stop_at
from webapp.services.states import advance
from webapp.services.working_days import london_day
from webapp.store.accounts import User
from webapp.store.engagement_days import days_logged
from webapp.store.engagements import (
    ENGAGEMENT_TRANSITIONS,
    OPEN_STATES,
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

END_REASONS = ("need_changed", "partner_unavailable", "trust_unavailable", "not_working", "conflict", "other")
"""Why an engagement ends early, by code; the words stand with the form."""
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


def start(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, started_on: date, expected_version: int
) -> Engagement:
    """Say on which day the work began; the check-ins are due from there."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, EngagementState.AGREED)
    check_version(row, expected_version)
    offered = unit.session.scalar(select(Offer.offered_on).where(Offer.id == row.offer_id))
    if started_on > london_day(unit.now):
        raise Rejected("started_on", "Enter today or a day before: say that the work has started once it has")
    if offered is not None and started_on < offered:
        raise Rejected("started_on", f"Enter {offered.day} {offered:%B %Y} or later: the day of the offer")
    before = rows.content(row)
    with answering_for(unit):
        advance(row, EngagementState.ACTIVE, ENGAGEMENT_TRANSITIONS, "engagement")
        row.started_on = started_on
        unit.session.add_all(check_ins_from(row.id, started_on))
        rows.note_step(unit, row, EventKind.STARTED, actor=actor, side=side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    return row


def pause(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, words: str, expected_version: int
) -> Engagement:
    """Let the work rest, with the reason; the planned days stay promised."""
    return _rest(unit, actor, engagement_id, expected_version, (EngagementState.PAUSED, words))


def resume(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, expected_version: int) -> Engagement:
    """Take the work up again."""
    return _rest(unit, actor, engagement_id, expected_version, (EngagementState.ACTIVE, ""))


def end(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, words: str, expected_version: int
) -> Engagement:
    """The work is done. Planned days that were not worked are free again from this month on."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, EngagementState.ACTIVE, EngagementState.PAUSED)
    check_version(row, expected_version)
    said = rows.words_of("words", words)
    before = rows.content(row)
    with answering_for(unit):
        _finish(unit, actor, row, (EngagementState.ENDED, "", said), side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, tuple(Side), "engagement.ended", key="ended")
    return row


def end_early(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, reason: str, words: str, expected_version: int
) -> Engagement:
    """Stop before the plan is done, with the reason; the rest of the days is free again."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, *OPEN_STATES)
    check_version(row, expected_version)
    if reason not in END_REASONS:
        raise Rejected("reason", "Choose why it ends early")
    said = rows.words_of("words", words, required="Say in a few words why it ends early")
    before = rows.content(row)
    with answering_for(unit):
        _finish(unit, actor, row, (EngagementState.ENDED_EARLY, reason, said), side)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, (side.other,), "engagement.ended_early", key="ended")
    return row


def end_with_offer(unit: UnitOfWork, *, actor: AnyActor, offer_id: UUID, reason: str) -> None:
    """End the engagement of an offer that is withdrawn: the request was, or a conflict was declared."""
    query = select(Engagement).where(Engagement.offer_id == offer_id).options(*WITH_SIDES)
    row = unit.session.scalar(query)
    if row is None or row.state not in OPEN_STATES:
        return
    before = rows.content(row)
    _finish(unit, actor, row, (EngagementState.ENDED_EARLY, reason, ""), None)
    rows.record(unit, actor, "engagement.end_with_offer", row, before)


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


def _rest(
    unit: UnitOfWork,
    actor: Actor,
    engagement_id: UUID,
    expected_version: int,
    then: tuple[EngagementState, str],
) -> Engagement:
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    to, words = then
    rows.in_state(row, EngagementState.ACTIVE if to is EngagementState.PAUSED else EngagementState.PAUSED)
    check_version(row, expected_version)
    pausing = to is EngagementState.PAUSED
    said = rows.words_of("words", words, required="Say why the work pauses" if pausing else "")
    before, kind = rows.content(row), EventKind.PAUSED if pausing else EventKind.RESUMED
    with answering_for(unit):
        advance(row, to, ENGAGEMENT_TRANSITIONS, "engagement")
        rows.note_step(unit, row, kind, actor=actor, side=side, words=said)
    rows.record(unit, actor, Action.ENGAGEMENT_AGREE, row, before)
    rows.tell(unit, row, (side.other,), f"engagement.{kind.value}", key=row.version)
    return row


def _finish(
    unit: UnitOfWork,
    actor: AnyActor,
    row: Engagement,
    how: tuple[EngagementState, str, str],
    side: Side | None,
) -> None:
    to, row.end_reason, row.end_words = how
    row.ended_on = london_day(unit.now)
    advance(row, to, ENGAGEMENT_TRANSITIONS, "engagement")
    rows.note_step(unit, row, EventKind(to.value), actor=actor, side=side, words=row.end_words)
    rows.give_back_rest(unit, row, row.ended_on, days_logged(unit.session, row.id))


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
