"""Inviting people by email: a lead for the own organisation, a national administrator for the national team."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority import roles
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.roles import Role
from webapp.services import access_links, accounts, audit, free_text, members
from webapp.services.access_links import Note, Seal
from webapp.services.accounts import RoleFor
from webapp.services.failures import NotFound, Problem, stop_at
from webapp.store import access_links as store
from webapp.store.access_links import AccessLink, LinkPurpose
from webapp.store.accounts import Membership, User, normal_email
from webapp.store.organisations import Organisation, OrganisationKind
from webapp.store.unit_of_work import UnitOfWork

MOST_OPEN = 100
JOB = SystemActor("invitation")
NATIONAL_TEAM = "The national team"


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation as its bearer reads it. ``has_account``: no password is asked for again."""

    email: str
    name: str
    role: Role
    organisation: str
    has_account: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is to be invited, and to what; ``region_code`` is for a regional reader."""

    email: str
    name: str
    role: Role
    region_code: str | None = None


def invite(unit: UnitOfWork, *, actor: Actor, invited: Invited, seal: Seal) -> AccessLink:
    """Invite somebody to a role that the actor may give; the answer tells nothing about other accounts."""
    role = invited.role
    members.require_gives(actor, role)
    address, name = normal_email(invited.email), free_text.clean(invited.name)
    problems = _problems(unit, actor, replace(invited, email=address, name=name))
    stop_at(problems)
    body = unit.session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    for earlier in unit.session.scalars(store.open_invitations(actor.organisation_id, unit.now)):
        if (earlier.email, earlier.role) == (address, role):
            earlier.withdrawn_at = unit.now
    row = access_links.issue(
        unit,
        purpose=LinkPurpose.INVITATION,
        email=address,
        seal=seal,
        note=Note("account.invitation", {"organisation": body.name if body else NATIONAL_TEAM}),
        name=name,
        role=role,
        organisation_id=actor.organisation_id,
        region_code=invited.region_code if role is Role.REGIONAL_READER else None,
        invited_by=actor.user_id,
    )
    after = {"role": role.value, "organisation": actor.organisation_id}
    audit.record(unit, actor, "user.invite", audit.Subject("invitation", row.id), after=after)
    return row


def waiting(unit: UnitOfWork, *, actor: Actor) -> tuple[AccessLink, ...]:
    """Invitations that nobody has accepted yet."""
    members.require_section(actor)
    query = store.open_invitations(actor.organisation_id, unit.now).limit(MOST_OPEN)
    return tuple(unit.session.scalars(query))


def withdraw(unit: UnitOfWork, *, actor: Actor, invitation_id: UUID) -> None:
    """Take an invitation back; its link is dead from now on."""
    members.require_section(actor)
    query = store.open_invitations(actor.organisation_id, unit.now).where(AccessLink.id == invitation_id)
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such invitation")
    row.withdrawn_at = unit.now
    unit.flush()
    audit.record(unit, actor, "user.withdraw_invitation", audit.Subject("invitation", row.id))


def read(unit: UnitOfWork, *, token: str) -> Invitation | None:
    """What a link invites to; None where it cannot be used (any more)."""
    row = access_links.find(unit, LinkPurpose.INVITATION, token)
    if row is None or row.role is None or not _still_stands(unit, row):
        return None
    user = accounts.find_by_email(unit, row.email)
    return Invitation(
        email=row.email,
        name=user.name if user else row.name,
        role=row.role,
        organisation=row.organisation.name if row.organisation else NATIONAL_TEAM,
        has_account=user is not None and user.password is not None,
    )


def accept(unit: UnitOfWork, *, token: str, name: str, password_hash: str | None) -> User:
    """Make the account, or add the role to the one that is there; the link is used up.

    Raises ``NotFound`` where it cannot be used: also if the inviter has lost the right since.
    """
    row = access_links.find(unit, LinkPurpose.INVITATION, token)
    if row is None or row.role is None or not _still_stands(unit, row):
        raise NotFound("no such invitation")
    access_links.use(unit, row)
    # An expert belongs to nobody: the profile names the employer, whose word is the release.
    body = None if row.role is Role.PARTNER_EXPERT else row.organisation_id
    given = RoleFor(row.role, organisation_id=body, region_code=row.region_code)
    user = accounts.find_by_email(unit, row.email)
    if user is None:
        user = accounts.create_user(
            unit, actor=JOB, email=row.email, name=name, roles=(given,), password_hash=password_hash
        )
    else:
        _join(unit, user, given, password_hash)
    row.user_id = user.id
    unit.flush()
    return user


def _join(unit: UnitOfWork, user: User, given: RoleFor, password_hash: str | None) -> None:
    if not user.active:
        raise NotFound("the account is switched off")
    if user.password is None and password_hash is not None:
        accounts.change_password(unit, actor=JOB, user_id=user.id, password_hash=password_hash, keep=None)
    held = {(each.role, each.organisation_id) for each in user.memberships}
    if (given.role, given.organisation_id) not in held:
        accounts.add_role(unit, actor=JOB, user_id=user.id, given=given)


def _still_stands(unit: UnitOfWork, row: AccessLink) -> bool:
    """The inviter could still give the role now: what was made under an old right ends with it (I18)."""
    held = unit.session.scalars(
        select(Membership)
        .join(User)
        .where(Membership.user_id == row.invited_by, User.active)
        .options(joinedload(Membership.user))
    )
    return any(
        row.role in roles.GIVES.get(each.role, ()) and each.organisation_id == row.organisation_id
        for each in held
    )


def _problems(unit: UnitOfWork, actor: AnyActor, invited: Invited) -> list[Problem]:
    problems = list(free_text.problems("name", invited.name, most=200, one_line=True))
    if not invited.email.isascii() or "@" not in invited.email:
        problems.append(
            Problem("email", "Enter an email address in the correct format, like name@example.nhs.uk")
        )
    if invited.role is Role.REGIONAL_READER and not _is_region(unit, invited.region_code):
        problems.append(Problem("region_code", "Choose the region that they read for"))
    user = accounts.find_by_email(unit, invited.email) if not problems else None
    if user is not None and members.holds(user, actor, invited.role):
        problems.append(Problem("email", "They hold this role already"))
    return problems


def _is_region(unit: UnitOfWork, code: str | None) -> bool:
    query = select(Organisation.id).where(
        Organisation.code == code, Organisation.kind == OrganisationKind.REGION
    )
    return code is not None and unit.session.scalar(query) is not None
