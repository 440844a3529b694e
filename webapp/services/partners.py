"""A support partner's own profile: registering, who they are, taking part.

An expert edits the own record, a manager the record of the organisation's team. Skills, interests, days and
the employer's release have files of their own: ``partner_skills``, ``interests``, ``capacity``, ``releases``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import AccessDenied, require
from webapp.authority.roles import Role
from webapp.services import audit, free_text, partner_homes, repairs
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.references import new_reference
from webapp.services.states import advance
from webapp.store.accounts import Membership
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


def register_expert(
    unit: UnitOfWork, *, actor: Actor, home_id: UUID, profile: Profile, reference: str | None = None
) -> Partner:
    """Make the profile of the expert who acts; their role then carries it."""
    require(actor, Action.PARTNER_EDIT, user_id=actor.user_id, hidden=False)
    row = _made(unit, PartnerKind.EXPERT, home_id, profile, reference)
    row.user_id = actor.user_id
    return _registered(unit, actor, row, Role.PARTNER_EXPERT)


def register_team(
    unit: UnitOfWork, *, actor: Actor, profile: Profile, reference: str | None = None
) -> Partner:
    """Make the profile of the actor's support organisation; its managers' roles then carry it."""
    require(actor, Action.PARTNER_EDIT, organisation_id=actor.organisation_id, hidden=False)
    if actor.organisation_id is None:
        raise NotFound("no organisation")
    row = _made(unit, PartnerKind.SUPPORT_ORGANISATION, actor.organisation_id, profile, reference)
    return _registered(unit, actor, row, Role.PARTNER_MANAGER)


def enrol(
    unit: UnitOfWork,
    *,
    actor: SystemActor,
    kind: PartnerKind,
    organisation_id: UUID,
    profile: Profile,
    reference: str | None = None,
) -> Partner:
    """Enter a partner by a job, without an account behind it. No page does so; trials of what follows do."""
    require(actor, Action.REFERENCE_IMPORT, hidden=False)
    return _registered(unit, actor, _made(unit, kind, organisation_id, profile, reference), None)


def save_profile(
    unit: UnitOfWork, *, actor: Actor, partner_id: UUID, profile: Profile, expected_version: int
) -> Partner:
    """Change what the partner says about itself."""
    row = own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    stop_at(_profile_problems(profile))
    before = content_of(row)
    with answering_for(unit):
        _put_profile(row, profile)
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


def _made(
    unit: UnitOfWork, kind: PartnerKind, organisation_id: UUID, profile: Profile, reference: str | None
) -> Partner:
    problems = list(_profile_problems(profile))
    home = unit.session.get(Organisation, organisation_id)
    if home is None or not home.is_open_on(unit.now.date()):
        problems.append(Problem("organisation_id", "Choose an organisation that is open"))
    if problems or home is None:
        raise Rejected.several(problems)
    row = Partner(
        reference=reference or new_reference("P"),
        kind=kind,
        state=PartnerState.REGISTERING,
        checked_on=unit.now.date(),
        skills=[],
        interests=[],
        releases=[],
    )
    partner_homes.put_home(row, home)
    _put_profile(row, profile)
    return row


def _registered(unit: UnitOfWork, actor: AnyActor, row: Partner, role: Role | None) -> Partner:
    taken = {
        "uq_partners_user_id": NotAllowedNow("You already have a profile."),
        "uq_partners_team": NotAllowedNow("Your organisation already has a profile."),
    }
    with answering_for(unit, taken):
        unit.session.add(row)
        unit.flush()
        if role is not None and isinstance(actor, Actor):
            _carry(unit, actor, role, row)
    record(unit, actor, Action.PARTNER_EDIT, row, None)
    return row


def _carry(unit: UnitOfWork, actor: Actor, role: Role, row: Partner) -> None:
    held_by = (
        Membership.user_id == actor.user_id
        if role is Role.PARTNER_EXPERT
        else Membership.organisation_id == row.organisation_id
    )
    unit.session.execute(update(Membership).where(Membership.role == role, held_by).values(partner_id=row.id))


def _put_profile(row: Partner, profile: Profile) -> None:
    row.name = free_text.clean(profile.name)
    row.summary = free_text.clean(profile.summary)
    row.reach, row.delivery = profile.reach, profile.delivery
    row.max_concurrent = profile.max_concurrent
    row.smallest_block_days = profile.smallest_block_days
    row.cost_basis = profile.cost_basis


def _profile_problems(profile: Profile) -> Iterable[Problem]:
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
