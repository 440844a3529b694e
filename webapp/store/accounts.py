"""Users and the roles they hold."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum


class User(Identified, Timed, Versioned, Base):
    """A person's account. The second factor's columns bear the names that the accounts library expects."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_normal_form"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: uuid.uuid4().hex)
    role_epoch: Mapped[int] = mapped_column(default=1)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(400))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    password_changed_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Membership.role, Membership.id",
        lazy="selectin",
    )

    @property
    def has_second_factor(self) -> bool:
        """Whether a second factor has been set up and confirmed."""
        return self.tf_primary_method is not None and self.tf_totp_secret is not None


class Membership(Identified, Timed, Base):
    """One role of one user, with the organisation, profile or region it is held for."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "organisation_id"),
        CheckConstraint("role <> 'anonymous'", name="role_is_held"),
    )

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(stored_enum(Role, "role"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    partner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(String(20))

    user: Mapped[User] = relationship(back_populates="memberships")

    def actor(self) -> Actor:
        """The person acting in this role."""
        return Actor(
            user_id=self.user_id,
            role=self.role,
            organisation_id=self.organisation_id,
            partner_id=self.partner_id,
            region_code=self.region_code,
            name=self.user.name,
        )


def normal_email(address: str) -> str:
    """The one form in which addresses are stored and compared: NFKC, trimmed, lower case.

    The database checks with its own ``lower``; letters it cannot fold are refused by the forms (ASCII only).
    """
    return unicodedata.normalize("NFKC", address).strip().lower()


def by_email(address: str) -> Select[User]:
    """The account with this address, if any."""
    return select(User).where(User.email == normal_email(address))


def names_of(session: Session, user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of accounts."""
    query = select(User.id, User.name).where(User.id.in_(tuple(user_ids)))
    return {key: name for key, name in session.execute(query)}


def lock_leads(session: Session, organisation_id: uuid.UUID | None, role: Role) -> list[uuid.UUID]:
    """The active people who hold the leading role of an organisation, locked until the transaction ends.

    On SQLite the writing unit holds the one write lock already.
    """
    held = (
        select(Membership.id)
        .join(User)
        .where(Membership.organisation_id == organisation_id, Membership.role == role, User.active)
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    )
    return list(session.scalars(held))
