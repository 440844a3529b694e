"""The people of an organisation, or of the national team: who they are, changing roles, removing them.

A lead sees the own organisation, a national administrator the national team. Nobody gives a role above their
own (``roles.GIVES``), and the last lead of an organisation stays.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from webapp.authority import roles
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import AccessDenied, Action, require
from webapp.authority.roles import Role
from webapp.services import accounts
from webapp.services.accounts import RoleFor
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, check_version
from webapp.services.paging import Page, Paging, page_of
from webapp.store.accounts import Membership, User
from webapp.store.unit_of_work import UnitOfWork


def listing(unit: UnitOfWork, *, actor: Actor, paging: Paging) -> Page[Membership]:
    """Everybody who holds a role here, by name."""
    return page_of(unit.session, _members(actor), paging)


def member(unit: UnitOfWork, *, actor: Actor, membership_id: UUID) -> Membership:
    """One person's role here; anybody else's is not there."""
    row = unit.session.scalar(_members(actor).where(Membership.id == membership_id))
    if row is None:
        raise NotFound("no such member")
    return row


def change_role(
    unit: UnitOfWork, *, actor: Actor, membership_id: UUID, role: Role, expected_version: int
) -> None:
    """Give another role in place of the one held; from the next request on the old rights are gone."""
    held = member(unit, actor=actor, membership_id=membership_id)
    _refuse_self(actor, held)
    require_gives(actor, role)
    check_version(held.user, expected_version)
    if role is Role.REGIONAL_READER and held.region_code is None:
        raise Rejected("role", "Invite them as a regional reader instead, so that a region can be chosen")
    if role is not held.role:
        given = RoleFor(role, held.organisation_id, held.partner_id, held.region_code)
        accounts.change_role(
            unit, actor=actor, user_id=held.user_id, membership_id=membership_id, given=given
        )


def remove(unit: UnitOfWork, *, actor: Actor, membership_id: UUID, expected_version: int) -> None:
    """Take the role away; from the next request on the person is out."""
    held = member(unit, actor=actor, membership_id=membership_id)
    check_version(held.user, expected_version)
    accounts.remove_role(unit, actor=actor, user_id=held.user_id, membership_id=membership_id)


def may_give(actor: AnyActor) -> tuple[Role, ...]:
    """The roles that the actor may give, in the order of a choice."""
    return roles.GIVES.get(actor.role, ()) if isinstance(actor, Actor) else ()


def may_change_to(actor: Actor, held: Membership) -> tuple[Role, ...]:
    """The roles that a member may get in place of theirs; an expert's profile is not a role of the organisation."""
    return tuple(role for role in may_give(actor) if role is not Role.PARTNER_EXPERT or role is held.role)


def holds(user: User, actor: AnyActor, role: Role) -> bool:
    """Whether the user has the role that the actor is about to give."""
    ours = actor.organisation_id if isinstance(actor, Actor) and role is not Role.PARTNER_EXPERT else None
    return any(each.role is role and each.organisation_id == ours for each in user.memberships)


def require_gives(actor: Actor, role: Role) -> None:
    """Raise unless the actor may give this role."""
    require_section(actor)
    if role not in may_give(actor):
        raise AccessDenied(_action(actor), hidden=False)


def require_section(actor: Actor) -> None:
    """Raise unless the actor looks after some people's roles."""
    require(actor, _action(actor), organisation_id=actor.organisation_id, hidden=False)


def _action(actor: Actor) -> Action:
    return Action.USERS_NATIONAL if actor.role is Role.NATIONAL_ADMIN else Action.USERS_OF_ORGANISATION


def _members(actor: Actor) -> Any:
    require_section(actor)
    query = select(Membership).join(Membership.user).options(contains_eager(Membership.user))
    if actor.role is Role.NATIONAL_ADMIN:
        query = query.where(Membership.role.in_(sorted(roles.NATIONAL_USERS)))
    else:
        query = query.where(
            Membership.organisation_id == actor.organisation_id, Membership.role != Role.PARTNER_EXPERT
        )
    return query.order_by(User.name, Membership.id)


def _refuse_self(actor: Actor, held: Membership) -> None:
    if held.user_id == actor.user_id:
        raise NotAllowedNow("You cannot change your own role. Ask somebody else who may.")
