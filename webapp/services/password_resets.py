"""Choosing a new password by email. Known and unknown addresses get the same answer, and both get a message."""

from __future__ import annotations

from webapp.authority.actor import SystemActor, Visitor
from webapp.services import access_links, accounts, audit, messages
from webapp.services.access_links import Note, Seal
from webapp.services.failures import NotFound
from webapp.store import access_links as store
from webapp.store.access_links import LinkPurpose
from webapp.store.accounts import User
from webapp.store.unit_of_work import UnitOfWork

JOB = SystemActor("password reset")


def ask(unit: UnitOfWork, *, email: str, seal: Seal) -> None:
    """Post a link to the account's address, or to a stranger's the word that there is no account.

    Both do the same work, so that neither the answer nor its time tells which it was: the stranger's link is
    never sent and opens nothing.
    """
    user = accounts.find_by_email(unit, email)
    known = user if user is not None and user.active and user.memberships else None
    access_links.issue(
        unit,
        purpose=LinkPurpose.RESET,
        email=email,
        seal=seal,
        note=Note("account.reset" if known else "account.unknown", {}),
        user_id=known.id if known else None,
    )
    subject = audit.Subject("user", known.id) if known else audit.Subject("address", "unknown")
    audit.record(unit, Visitor(), "user.ask_reset", subject)


def read(unit: UnitOfWork, *, token: str) -> User | None:
    """Whose password the link changes; None where it cannot be used (any more)."""
    row = access_links.find(unit, LinkPurpose.RESET, token)
    user = unit.session.get(User, row.user_id) if row is not None and row.user_id is not None else None
    return user if user is not None and user.active else None


def choose(unit: UnitOfWork, *, token: str, password_hash: str) -> None:
    """Set the new password: the link is used up, every other one ends, and so does each sign-in."""
    row = access_links.find(unit, LinkPurpose.RESET, token)
    user = read(unit, token=token)
    if row is None or user is None:
        raise NotFound("no such link")
    access_links.use(unit, row)
    store.end_others(unit.session, LinkPurpose.RESET, user.email, unit.now)
    accounts.change_password(unit, actor=JOB, user_id=user.id, password_hash=password_hash, keep=None)
    messages.post(
        unit,
        kind="account.password_changed",
        to_user_id=user.id,
        about={},
        dedupe_key=f"account.password_changed:{row.id}",
    )
