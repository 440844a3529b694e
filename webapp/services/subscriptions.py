"""Asking for the bulletin by email, confirming it, and leaving: the same answer for every address.

Whoever asks learns nothing about an address; its owner gets a link to confirm, or the word that it is subscribed
already. Only hashes of links are compared.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, messages
from webapp.services.failures import NotAllowedNow
from webapp.store.accounts import normal_email
from webapp.store.bulletins import Subscription
from webapp.store.tokens import token_hash
from webapp.store.unit_of_work import UnitOfWork

Seal = Callable[[str], str]
TOKEN_BYTES = 32
CONFIRM_WITHIN = timedelta(days=7)
ENDED = NotAllowedNow(
    "This link was used already, or is more than a week old. If you do not get the bulletin, ask for it again."
)


def ask(unit: UnitOfWork, *, actor: AnyActor, email: str, seal: Seal) -> None:
    """Note the wish and post a link to confirm it; a newer link ends the older one."""
    require(actor, Action.BULLETIN_SUBSCRIBE)
    address = normal_email(email)
    confirm, leave = (secrets.token_urlsafe(TOKEN_BYTES) for _ in range(2))
    sealed, sealed_leave = seal(confirm), seal(leave)
    row = _row(unit, address, leave, sealed_leave)
    key = f"subscription:{row.id}:{token_hash(confirm)[:16]}"
    if row.confirmed_at is None:
        row.confirm_hash, row.confirm_until = token_hash(confirm), unit.now + CONFIRM_WITHIN
        unit.flush()
        messages.post(
            unit,
            kind="subscription.confirm",
            to_address=address,
            about={},
            dedupe_key=key,
            sealed_secret=sealed,
        )
    else:
        messages.post(unit, kind="subscription.known", to_address=address, about={}, dedupe_key=key)
    audit.record(unit, actor, "bulletin.subscribe", audit.Subject("subscription", row.id))


def awaits(unit: UnitOfWork, *, actor: AnyActor, token: str) -> bool:
    """Whether a link still confirms an address: it was not used, and a week is not over."""
    require(actor, Action.BULLETIN_SUBSCRIBE)
    return unit.session.scalar(_awaiting(unit, token)) is not None


def confirm(unit: UnitOfWork, *, actor: AnyActor, token: str) -> None:
    """The owner of the address wants it; raises ``NotAllowedNow`` for a link that is used or over."""
    require(actor, Action.BULLETIN_SUBSCRIBE)
    row = unit.session.scalar(_awaiting(unit, token).with_for_update())
    if row is None:
        raise ENDED
    row.confirmed_at, row.confirm_hash, row.confirm_until = unit.now, None, None
    unit.flush()
    audit.record(unit, actor, "bulletin.confirm_subscription", audit.Subject("subscription", row.id))


def leave(unit: UnitOfWork, *, actor: AnyActor, token: str) -> None:
    """End a subscription and forget its address; a link that is unknown or was used does nothing."""
    require(actor, Action.BULLETIN_SUBSCRIBE)
    gone = delete(Subscription).where(Subscription.leave_hash == token_hash(token)).returning(Subscription.id)
    ended = unit.session.scalar(gone)
    if ended is not None:
        audit.record(unit, actor, "bulletin.unsubscribe", audit.Subject("subscription", ended))


def number_confirmed(unit: UnitOfWork, *, actor: AnyActor) -> int:
    """How many addresses a bulletin goes to, for whoever writes one."""
    require(actor, Action.BULLETIN_WRITE, hidden=False)
    query = select(func.count()).select_from(Subscription).where(Subscription.confirmed_at.is_not(None))
    return unit.session.scalar(query) or 0


def drop_unconfirmed(unit: UnitOfWork) -> None:
    """Forget addresses that nobody confirmed in time."""
    unit.session.execute(
        delete(Subscription).where(Subscription.confirmed_at.is_(None), Subscription.confirm_until < unit.now)
    )


def _awaiting(unit: UnitOfWork, token: str) -> Select[Subscription]:
    return select(Subscription).where(
        Subscription.confirm_hash == token_hash(token), Subscription.confirm_until >= unit.now
    )


def _row(unit: UnitOfWork, address: str, token: str, sealed: str) -> Subscription:
    """The address's row; two who ask at once get the same one."""
    dialect = postgresql if unit.session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(Subscription).values(
        email=address,
        leave_hash=token_hash(token),
        leave_sealed=sealed,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.execute(fresh.on_conflict_do_nothing(index_elements=["email"]))
    return unit.session.scalars(select(Subscription).where(Subscription.email == address)).one()
