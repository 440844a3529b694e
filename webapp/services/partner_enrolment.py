"""Making the profile of a support partner: an expert's own, a team's by its manager, or one without an account."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import require
from webapp.authority.roles import Role
from webapp.services import partner_homes
from webapp.services.constraints import answering_for
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected
from webapp.services.partners import Profile, profile_problems, put_profile, record
from webapp.services.references import new_reference
from webapp.store.accounts import Membership
from webapp.store.organisations import Organisation
from webapp.store.partners import (
    Partner,
    PartnerKind,
    PartnerState,
)
from webapp.store.unit_of_work import UnitOfWork


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


def _made(
    unit: UnitOfWork, kind: PartnerKind, organisation_id: UUID, profile: Profile, reference: str | None
) -> Partner:
    problems = list(profile_problems(profile))
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
    put_profile(row, profile)
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
