"""Every account, for system administrators: who may sign in, and switching that on and off. Nothing of their work."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import accounts
from webapp.services.failures import NotAllowedNow, check_version
from webapp.services.paging import Page, Paging, page_of
from webapp.store.accounts import User
from webapp.store.unit_of_work import UnitOfWork


def listing(unit: UnitOfWork, *, actor: Actor, text: str, active: bool | None, paging: Paging) -> Page[User]:
    """One page of accounts whose name or address holds ``text``, by name."""
    require(actor, Action.USERS_SWITCH, hidden=False)
    query = select(User).order_by(User.name, User.id)
    if text:
        pattern = "%" + text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            or_(func.lower(User.name).like(pattern, escape="\\"), User.email.like(pattern, escape="\\"))
        )
    if active is not None:
        query = query.where(User.active.is_(active))
    return page_of(unit.session, query, paging)


def account(unit: UnitOfWork, *, actor: Actor, user_id: UUID) -> User:
    """One account with its roles."""
    require(actor, Action.USERS_SWITCH)
    return accounts.get_user(unit, user_id)


def switch(unit: UnitOfWork, *, actor: Actor, user_id: UUID, active: bool, expected_version: int) -> None:
    """Let somebody in again, or keep them out from the next request on; never oneself."""
    user = account(unit, actor=actor, user_id=user_id)
    if user.id == actor.user_id:
        raise NotAllowedNow("You cannot switch your own account off.")
    check_version(user, expected_version)
    accounts.switch(unit, actor=actor, user_id=user_id, active=active)
