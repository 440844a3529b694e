"""Who acts: a person in one role, a named job of the service, or nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from webapp.authority.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one of their roles.

    ``partner_id`` is an expert's own profile, or the profile of the organisation that a manager keeps.
    """

    user_id: UUID
    role: Role
    organisation_id: UUID | None = None
    partner_id: UUID | None = None
    region_code: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class SystemActor:
    """A job of the service itself (``worker``, ``seed``, ``command``): may start work, never decide."""

    job: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has not signed in."""


AnyActor = Actor | SystemActor | Visitor


def role_of(actor: AnyActor) -> Role | None:
    """The column of the matrix that answers for ``actor``; ``None`` for a job."""
    if isinstance(actor, Actor):
        return actor.role
    return Role.ANONYMOUS if isinstance(actor, Visitor) else None
