"""A support partner's own profile: reading it, who they are, taking part.

An expert edits the own record, a manager the record of the organisation's team. Registering, skills, interests,
days and the employer's release have files of their own: ``partner_enrolment``, ``partner_skills``, ``interests``,
``capacity``, ``releases``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import AccessDenied, require
from webapp.authority.roles import Role
from webapp.services import audit, free_text, partner_homes, repairs
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.states import advance
from webapp.store.offers import is_engaged
from webapp.store.organisations import Organisation
from webapp.store.partners import (
    PARTNER_TRANSITIONS,
    CostBasis,
    Delivery,
    Interest,
    Partner,
    PartnerKind,
    PartnerState,
    Reach,
)
from webapp.store.unit_of_work import UnitOfWork

MOVES = {
    PartnerState.ACTIVE: "partner.take_part",
    PartnerState.PAUSED: "partner.pause",
    PartnerState.LEFT: "partner.leave",
}
"""What a change of state is called in the audit."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a partner says about itself, besides skills, days and interests."""

    name: str
    summary: str = ""
    reach: Reach = Reach.REGION
    delivery: Delivery = Delivery.MIXED
    max_concurrent: int | None = None
    smallest_block_days: int = 1
    cost_basis: CostBasis = CostBasis.FREE


def save_profile(
    unit: UnitOfWork, *, actor: Actor, partner_id: UUID, profile: Profile, expected_version: int
) -> Partner:
    """Change what the partner says about itself."""
    row = own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    stop_at(profile_problems(profile))
    before = content_of(row)
    with answering_for(unit):
        put_profile(row, profile)
        row.checked_on = unit.now.date()
    record(unit, actor, Action.PARTNER_EDIT, row, before)
    return row


def move_home(unit: UnitOfWork, *, actor: Actor, partner_id: UUID, home_id: UUID) -> Partner:
    """Another employer while the expert registers: the place and the region follow."""
    row = own(unit, actor=actor, partner_id=partner_id)
    if row.state is not PartnerState.REGISTERING or row.kind is not PartnerKind.EXPERT:
        raise NotAllowedNow("You take part already: change your employer from your overview.")
    home = unit.session.get(Organisation, home_id)
    if home is None or not home.is_open_on(unit.now.date()):
        raise Rejected("organisation", "Choose an organisation that is open")
    before = content_of(row)
    with answering_for(unit):
        partner_homes.put_home(row, home)
    record(unit, actor, Action.PARTNER_EDIT, row, before)
    return row


def move(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, to: PartnerState, expected_version: int
) -> Partner:
    """Take part from now on, pause, or leave. Taking part needs a skill and a confirmed declaration."""
    row = own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    if to is PartnerState.ACTIVE and not row.skills:
        raise Rejected("skills", "Add at least one skill first")
    if to is PartnerState.ACTIVE and row.interests_confirmed_on is None:
        raise Rejected("interests", "Declare your interests first, even if you have none")
    if to is PartnerState.LEFT and is_engaged(unit.session, row.id):
        raise Rejected(
            None, "End what you have agreed first: you have an engagement that both sides accepted"
        )
    before = content_of(row)
    with answering_for(unit):
        advance(row, to, PARTNER_TRANSITIONS, "profile")
    record(unit, actor, MOVES[to], row, before)
    repairs.queue_for_partner(unit, actor=actor, partner_id=row.id)
    return row


def own(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, action: Action = Action.PARTNER_EDIT
) -> Partner:
    """A profile that the actor may change, with all that hangs on it; a job, one without an account."""
    row = load(unit, partner_id)
    if isinstance(actor, SystemActor):
        if row.user_id is not None:
            raise AccessDenied(action, hidden=True)
        require(actor, Action.REFERENCE_IMPORT)
        return row
    require(actor, action, partner_id=row.id, organisation_id=team_body(row))
    return row


def profile_page(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, allocated: bool = False) -> Partner:
    """One profile to read, if the actor may; raises ``NotFound`` or ``AccessDenied`` (404)."""
    row = load(unit, partner_id)
    require(
        actor,
        Action.PARTNER_READ,
        partner_id=row.id,
        organisation_id=team_body(row),
        allocated=allocated,
    )
    return row


def own_profile(unit: UnitOfWork, *, actor: Actor) -> Partner | None:
    """The profile of the expert, or of the manager's team; None before registration."""
    if actor.partner_id is not None:
        return profile_page(unit, actor=actor, partner_id=actor.partner_id)
    query = select(Partner.id).where(Partner.user_id == actor.user_id)
    if actor.role is Role.PARTNER_MANAGER:
        query = select(Partner.id).where(
            Partner.organisation_id == actor.organisation_id,
            Partner.kind == PartnerKind.SUPPORT_ORGANISATION,
        )
    found = unit.session.scalar(query)
    return None if found is None else load(unit, found)


def load(unit: UnitOfWork, partner_id: UUID) -> Partner:
    """A profile with all that hangs on it, whoever asks: for services that then ask the matrix."""
    query = (
        select(Partner)
        .where(Partner.id == partner_id)
        .options(
            joinedload(Partner.organisation),
            selectinload(Partner.skills),
            selectinload(Partner.interests).joinedload(Interest.organisation),
            selectinload(Partner.releases),
        )
    )
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such partner")
    return row


def bare(unit: UnitOfWork, partner_id: UUID) -> Partner:
    """A profile without what hangs on it; no query where this unit has read it: for asking the matrix alone."""
    row = unit.session.get(Partner, partner_id)
    if row is None:
        raise NotFound("no such partner")
    return row


def require_own(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, action: Action) -> Partner:
    """A profile that the actor may act on, without what hangs on it; raises as ``own`` does."""
    row = bare(unit, partner_id)
    require(actor, action, partner_id=row.id, organisation_id=team_body(row))
    return row


def team_body(row: Partner) -> UUID | None:
    """A team belongs to its organisation; an expert's employer has no right over the profile."""
    return row.organisation_id if row.kind is PartnerKind.SUPPORT_ORGANISATION else None


def put_profile(row: Partner, profile: Profile) -> None:
    row.name = free_text.clean(profile.name)
    row.summary = free_text.clean(profile.summary)
    row.reach, row.delivery = profile.reach, profile.delivery
    row.max_concurrent = profile.max_concurrent
    row.smallest_block_days = profile.smallest_block_days
    row.cost_basis = profile.cost_basis


def profile_problems(profile: Profile) -> Iterable[Problem]:
    name = free_text.clean(profile.name)
    if not name:
        yield Problem("name", "Enter a name")
    yield from free_text.problems("name", name, most=200, one_line=True)
    yield from free_text.problems("summary", free_text.clean(profile.summary), most=1000)
    if profile.max_concurrent is not None and not 1 <= profile.max_concurrent <= 1000:
        yield Problem("max_concurrent", "Enter from 1 to 1,000 engagements at once")
    if not 1 <= profile.smallest_block_days <= 100:
        yield Problem("smallest_block_days", "Enter whole days from 1 to 100")


def record(
    unit: UnitOfWork, actor: AnyActor, action: str, row: Partner, before: Mapping[str, Any] | None
) -> None:
    """Note one act on a profile, with its skills and interests."""
    after = {
        **content_of(row),
        "skills": [content_of(each) for each in row.skills],
        "interests": [content_of(each) for each in row.interests],
    }
    audit.record(unit, actor, action, audit.Subject("partner", row.id), before=before, after=after)
