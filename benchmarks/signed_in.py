"""The row of a finished sign-in, as signing in with a second factor would leave it, under a token that is known."""

from __future__ import annotations

from webapp.store.accounts import Membership
from webapp.store.sign_ins import SignIn
from webapp.store.tokens import token_hash
from webapp.store.unit_of_work import UnitOfWork


def add_sign_in(unit: UnitOfWork, held: Membership, token: str) -> None:
    """Sign the holder of a membership in; ``token`` is what their cookie carries."""
    unit.flush()
    unit.session.add(
        SignIn(
            token_hash=token_hash(token),
            user_id=held.user_id,
            membership_id=held.id,
            role_epoch=held.user.role_epoch,
            complete=True,
            created_at=unit.now,
            last_seen_at=unit.now,
            proven_at=unit.now,
        )
    )
    unit.flush()
