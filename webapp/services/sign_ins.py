"""Signing in and out: the row behind the cookie, and what its bearer must do next."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from webapp.authority import roles
from webapp.authority.actor import Actor
from webapp.services import audit
from webapp.services.failures import NotFound
from webapp.services.message_kinds import SHOWN
from webapp.store import sign_ins as store
from webapp.store.accounts import Membership, User
from webapp.store.sign_ins import SignIn
from webapp.store.tokens import token_hash
from webapp.store.unit_of_work import UnitOfWork

TOKEN_BYTES = 32
PENDING_FOR = timedelta(minutes=10)
TOUCH_EVERY = timedelta(seconds=60)


class NextStep(StrEnum):
    """What stands between a right password and the service."""

    NOTHING = "nothing"
    SECOND_FACTOR = "second_factor"
    SET_UP_SECOND_FACTOR = "set_up_second_factor"
    CHOOSE_ROLE = "choose_role"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whom a cookie stands for, read on each request. ``actor`` is there once ``next_step`` is nothing."""

    sign_in_id: UUID
    user_id: UUID
    email: str
    name: str
    next_step: NextStep
    actor: Actor | None
    proven_at: datetime
    last_seen_at: datetime
    has_second_factor: bool
    unread: int = 0

    def is_recent(self, now: datetime) -> bool:
        """Whether the person proved who they are within the last ten minutes (the starred acts)."""
        return now - self.proven_at <= roles.RECENT_SIGN_IN


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One role that a person can act in."""

    membership_id: UUID
    title: str
    organisation_id: UUID | None


def find(unit: UnitOfWork, token: str) -> Standing | None:
    """Whom ``token`` stands for; ``None`` when unknown, ended, idle too long or made under old rights."""
    found = unit.session.execute(store.by_token(token, unit.now, SHOWN)).one_or_none()
    if found is None:
        return None
    row, unread = found
    if _has_ended(row, unit.now) or not row.user.active or row.role_epoch != row.user.role_epoch:
        return None
    step = _next_step(row)
    return Standing(
        sign_in_id=row.id,
        user_id=row.user_id,
        email=row.user.email,
        name=row.user.name,
        next_step=step,
        actor=_actor(row) if step is NextStep.NOTHING else None,
        proven_at=row.proven_at,
        last_seen_at=row.last_seen_at,
        has_second_factor=row.user.has_second_factor,
        unread=unread,
    )


def start(unit: UnitOfWork, *, user_id: UUID) -> str | None:
    """Sign the user in after a right password; gives the cookie's identifier, or ``None`` without any role.

    With a second factor set up, or required by a role, the sign-in stays incomplete until it is given.
    """
    user = unit.session.get(User, user_id)
    if user is None or not user.active or not user.memberships:
        return None
    required = any(held.role in roles.SECOND_FACTOR_REQUIRED for held in user.memberships)
    row = SignIn(
        user_id=user.id,
        user=user,
        membership_id=user.memberships[0].id if len(user.memberships) == 1 else None,
        role_epoch=user.role_epoch,
        complete=not (required or user.has_second_factor),
        created_at=unit.now,
        last_seen_at=unit.now,
        proven_at=unit.now,
    )
    unit.session.add(row)
    return _renew(unit, row, "account.sign_in" if row.complete else "account.password_accepted")


def complete(unit: UnitOfWork, sign_in_id: UUID) -> str:
    """The second factor was right: the sign-in counts from now on, under a new identifier."""
    row = _get(unit, sign_in_id)
    row.complete = True
    row.proven_at = unit.now
    return _renew(unit, row, "account.sign_in")


def prove_again(unit: UnitOfWork, sign_in_id: UUID) -> str:
    """Password (and code) were given again: the starred acts are open for ten minutes."""
    row = _get(unit, sign_in_id)
    row.proven_at = unit.now
    return _renew(unit, row, "account.sign_in_again")


def role_choices(unit: UnitOfWork, user_id: UUID) -> list[RoleChoice]:
    """The roles the person can act in."""
    user = unit.session.get_one(User, user_id)
    return [RoleChoice(held.id, roles.TITLES[held.role], held.organisation_id) for held in user.memberships]


def choose_role(unit: UnitOfWork, sign_in_id: UUID, membership_id: UUID) -> str:
    """Act in one of one's own roles from now on, under a new identifier; ``NotFound`` for another's."""
    row = _get(unit, sign_in_id)
    held = unit.session.get(Membership, membership_id)
    if held is None or held.user_id != row.user_id or not row.complete:
        raise NotFound("no such role")
    row.membership_id = held.id
    return _renew(unit, row, "account.choose_role")


def end(unit: UnitOfWork, sign_in_id: UUID) -> None:
    """Sign out: the row goes, and with it whatever a copied cookie could do."""
    row = unit.session.get(SignIn, sign_in_id)
    if row is not None:
        _record(unit, row, "account.sign_out")
        unit.session.delete(row)
        unit.flush()


def elsewhere(unit: UnitOfWork, standing: Standing) -> int:
    """How many other devices or browsers the person is signed in on."""
    return store.others(unit.session, standing.user_id, standing.sign_in_id)


def end_elsewhere(unit: UnitOfWork, standing: Standing) -> None:
    """Sign the person out everywhere but here."""
    row = _get(unit, standing.sign_in_id)
    store.end_for_user(unit.session, standing.user_id, keep=row.id)
    _record(unit, row, "account.sign_out_elsewhere")


def touch(unit: UnitOfWork, sign_in_id: UUID) -> None:
    """Note that the person is still there."""
    store.note_seen(unit.session, sign_in_id, unit.now)


def clean_up(unit: UnitOfWork) -> None:
    """Drop sign-ins that no cookie can use any more (the worker calls it)."""
    store.delete_ended(unit.session, unit.now, idle=timedelta(hours=2), absolute=roles.SIGN_IN_ENDS_AFTER)


def _get(unit: UnitOfWork, sign_in_id: UUID) -> SignIn:
    row = unit.session.get(SignIn, sign_in_id)
    if row is None:
        raise NotFound("the sign-in has ended")
    return row


def _renew(unit: UnitOfWork, row: SignIn, act: str) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash = token_hash(token)
    row.last_seen_at = unit.now
    unit.flush()
    _record(unit, row, act)
    return token


def _record(unit: UnitOfWork, row: SignIn, act: str) -> None:
    held = unit.session.get(Membership, row.membership_id) if row.membership_id else None
    actor = Actor(
        user_id=row.user_id,
        role=held.role if held else roles.Role.ANONYMOUS,
        organisation_id=held.organisation_id if held else None,
    )
    audit.record(unit, actor, act, audit.Subject("user", row.user_id))


def _actor(row: SignIn) -> Actor | None:
    if row.membership is None:
        return None
    held = row.membership
    return Actor(
        row.user_id, held.role, held.organisation_id, held.partner_id, held.region_code, row.user.name
    )


def _next_step(row: SignIn) -> NextStep:
    if not row.complete:
        return NextStep.SECOND_FACTOR if row.user.has_second_factor else NextStep.SET_UP_SECOND_FACTOR
    return NextStep.CHOOSE_ROLE if row.membership_id is None else NextStep.NOTHING


def _has_ended(row: SignIn, now: datetime) -> bool:
    if not row.complete:
        return now - row.created_at > PENDING_FOR
    idle = roles.idle_limit(row.membership.role) if row.membership else timedelta(minutes=30)
    return now - row.created_at > roles.SIGN_IN_ENDS_AFTER or now - row.last_seen_at > idle
