"""Accounts: making them, giving and taking roles, passwords and second factors.

Hashes and sealed secrets come from the caller (``webapp.security.credentials``): nothing here knows the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.authority.roles import PARTNERS, REQUESTERS, Role
from webapp.services import audit, free_text
from webapp.services.constraints import answering_for
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.store import accounts as store
from webapp.store import sign_ins
from webapp.store.accounts import Membership, User
from webapp.store.unit_of_work import UnitOfWork

LEADS = {Role.TRUST_LEAD, Role.PARTNER_MANAGER}


@dataclass(frozen=True, slots=True)
class RoleFor:
    """A role with what it is held for."""

    role: Role
    organisation_id: UUID | None = None
    partner_id: UUID | None = None
    region_code: str | None = None


def find_by_email(unit: UnitOfWork, email: str) -> User | None:
    """The account with this address, roles loaded."""
    return unit.session.scalar(store.by_email(email))


def create_user(
    unit: UnitOfWork,
    *,
    actor: AnyActor,
    email: str,
    name: str,
    roles: tuple[RoleFor, ...],
    password_hash: str | None = None,
    sealed_second_factor: str | None = None,
) -> User:
    """Make an account with its roles; raises ``Rejected("email", ...)`` where the address is taken."""
    for given in roles:
        _require_for(actor, given)
    address = store.normal_email(email)
    if not address.isascii() or "@" not in address:
        raise Rejected("email", "Enter an email address in the correct format, like name@example.nhs.uk")
    if find_by_email(unit, address) is not None:
        raise Rejected("email", "An account with this email address exists already")
    user = User(email=address, name=name, password=password_hash)
    if sealed_second_factor:
        user.tf_totp_secret, user.tf_primary_method = sealed_second_factor, "authenticator"
    user.memberships = [_membership(given) for given in roles]
    taken = Rejected("email", "An account with this email address exists already")
    with answering_for(unit, {"uq_users_email": taken}):
        unit.session.add(user)
    audit.record(unit, actor, "user.create", audit.Subject("user", user.id), after=_state(user))
    return user


def add_role(unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, given: RoleFor) -> None:
    """Give a role; the user's sign-ins end, so that the next one is made under the new rights."""
    _require_for(actor, given)
    user = _get(unit, user_id)
    before = _state(user)
    user.memberships.append(_membership(given))
    _rights_changed(unit, user)
    audit.record(
        unit, actor, "user.add_role", audit.Subject("user", user.id), before=before, after=_state(user)
    )


def change_role(
    unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, membership_id: UUID, given: RoleFor
) -> None:
    """Put another role in the place of one; the last lead of an organisation stays one (409)."""
    _require_for(actor, given)
    user = _get(unit, user_id)
    held = _held(user, membership_id)
    _require_for(actor, RoleFor(held.role, held.organisation_id, held.partner_id, held.region_code))
    if held.role in LEADS and held.organisation_id is not None and given.role is not held.role:
        _keep_one_lead(unit, held)
    before = _state(user)
    held.role = given.role
    _rights_changed(unit, user)
    audit.record(
        unit, actor, "user.change_role", audit.Subject("user", user.id), before=before, after=_state(user)
    )


def remove_role(unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, membership_id: UUID) -> None:
    """Take a role away from the very next request on; the last lead of an organisation stays (409)."""
    user = _get(unit, user_id)
    held = _held(user, membership_id)
    _require_for(actor, RoleFor(held.role, held.organisation_id, held.partner_id, held.region_code))
    if held.role in LEADS and held.organisation_id is not None:
        _keep_one_lead(unit, held)
    before = _state(user)
    user.memberships.remove(held)
    _rights_changed(unit, user)
    audit.record(
        unit, actor, "user.remove_role", audit.Subject("user", user.id), before=before, after=_state(user)
    )


def switch(unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, active: bool) -> None:
    """Turn an account on or off."""
    matrix.require(actor, Action.USERS_SWITCH)
    user = _get(unit, user_id)
    before = _state(user)
    user.active = active
    _rights_changed(unit, user)
    audit.record(
        unit, actor, "user.switch", audit.Subject("user", user.id), before=before, after=_state(user)
    )


def change_password(
    unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, password_hash: str, keep: UUID | None
) -> None:
    """Set a new password and sign the user out everywhere but in ``keep``."""
    user = _get(unit, user_id)
    user.password = password_hash
    user.password_changed_at = unit.now
    unit.flush()
    sign_ins.end_for_user(unit.session, user.id, keep=keep)
    audit.record(unit, actor, "user.change_password", audit.Subject("user", user.id))


def rename(unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, name: str, expected_version: int) -> None:
    """Change one's name as others read it; the profile of an expert has a name of its own."""
    matrix.require(actor, Action.OWN_ACCOUNT, user_id=user_id)
    user = _get(unit, user_id)
    check_version(user, expected_version)
    written = free_text.clean(name)
    problems = [] if written else [Problem("name", "Enter your name")]
    problems += free_text.problems("name", written, most=200, one_line=True)
    stop_at(problems)
    before = {"name": user.name}
    user.name = written
    unit.flush()
    audit.record(
        unit, actor, "user.rename", audit.Subject("user", user.id), before=before, after={"name": written}
    )


def set_second_factor(unit: UnitOfWork, *, actor: AnyActor, user_id: UUID, sealed: str) -> User:
    """Keep a confirmed second factor; gives the user, on whose row recovery codes are put."""
    user = _get(unit, user_id)
    user.tf_totp_secret, user.tf_primary_method = sealed, "authenticator"
    unit.flush()
    audit.record(unit, actor, "user.set_second_factor", audit.Subject("user", user.id))
    return user


def get_user(unit: UnitOfWork, user_id: UUID) -> User:
    """The account; raises ``NotFound``."""
    return _get(unit, user_id)


def _get(unit: UnitOfWork, user_id: UUID) -> User:
    user = unit.session.get(User, user_id)
    if user is None:
        raise NotFound("no such account")
    return user


def _held(user: User, membership_id: UUID) -> Membership:
    held = next((held for held in user.memberships if held.id == membership_id), None)
    if held is None:
        raise NotFound("no such role")
    return held


def _require_for(actor: AnyActor, given: RoleFor) -> None:
    """Leads give roles of their own organisation, national admins the others; nobody above the matrix."""
    if given.role in REQUESTERS | PARTNERS:
        matrix.require(actor, Action.USERS_OF_ORGANISATION, organisation_id=given.organisation_id)
    else:
        matrix.require(actor, Action.USERS_NATIONAL)
    if given.role is Role.ANONYMOUS:
        raise Rejected("role", "Choose a role")


def _membership(given: RoleFor) -> Membership:
    return Membership(
        role=given.role,
        organisation_id=given.organisation_id,
        partner_id=given.partner_id,
        region_code=given.region_code,
    )


def _rights_changed(unit: UnitOfWork, user: User) -> None:
    user.role_epoch += 1
    unit.flush()
    sign_ins.end_for_user(unit.session, user.id)


def _keep_one_lead(unit: UnitOfWork, held: Membership) -> None:
    """Count under a lock on all leads of the organisation: two leads cannot remove each other (C09)."""
    leads = store.lock_leads(unit.session, held.organisation_id, held.role)
    if len(leads) <= 1:
        raise NotAllowedNow("This is the last lead of the organisation. Make somebody else lead first.")


def _state(user: User) -> dict[str, object]:
    held = [
        [str(part) for part in (one.role, one.organisation_id, one.partner_id, one.region_code)]
        for one in user.memberships
    ]
    return {"active": user.active, "roles": sorted(held)}
