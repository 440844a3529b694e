"""Users, and people acting in a role."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.orm import Session

from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.store.accounts import Membership, User


def person(session: Session, role: Role, **scope: object) -> Actor:
    """Somebody with an account who acts in ``role``; ``scope`` is the membership's."""
    name = f"{role.value}-{uuid4().hex[:8]}"
    user = User(email=f"{name}@example.org", name=name, password=None)
    session.add(user)
    session.flush()
    held = Membership(user_id=user.id, role=role, **scope)
    session.add(held)
    session.flush()
    return Actor(user.id, role, held.organisation_id, held.partner_id, held.region_code, name)
