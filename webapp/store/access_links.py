"""One-time links sent by email: invitations, new passwords, registrations. Only the hash of a token is kept."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.authority.roles import Role
from webapp.store.base import Base, Identified, Timed, stored_enum
from webapp.store.organisations import Organisation
from webapp.store.tokens import token_hash

KEPT_FOR = timedelta(days=30)


class LinkPurpose(StrEnum):
    """What a link lets its bearer do, once."""

    INVITATION = "invitation"
    RESET = "reset"
    REGISTRATION = "registration"


class AccessLink(Identified, Timed, Base):
    """One link to one address. It is open until it is used, withdrawn or over."""

    __tablename__ = "access_links"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_normal_form"),
        CheckConstraint("purpose = 'reset' OR role IS NOT NULL", name="role_given"),
        CheckConstraint("purpose <> 'invitation' OR invited_by IS NOT NULL", name="somebody_invites"),
        CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    )

    purpose: Mapped[LinkPurpose] = mapped_column(stored_enum(LinkPurpose, "purpose"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[Role | None] = mapped_column(stored_enum(Role, "role"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"), index=True)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])

    def is_open(self, now: datetime) -> bool:
        """Can it still be used?"""
        return self.used_at is None and self.withdrawn_at is None and now < self.ends_at


def by_token(purpose: LinkPurpose, token: str) -> Select[AccessLink]:
    """The link of a token, used or not."""
    return select(AccessLink).where(AccessLink.purpose == purpose, AccessLink.token_hash == token_hash(token))


def use(session: Session, link_id: uuid.UUID, now: datetime) -> bool:
    """Use a link up; of two who try at once one is told no."""
    used = session.execute(
        update(AccessLink)
        .where(AccessLink.id == link_id, AccessLink.used_at.is_(None), AccessLink.withdrawn_at.is_(None))
        .where(AccessLink.ends_at > now)
        .values(used_at=now, updated_at=now)
        .returning(AccessLink.id)
        .execution_options(synchronize_session="fetch")
    )
    return used.one_or_none() is not None


def end_others(session: Session, purpose: LinkPurpose, email: str, now: datetime) -> None:
    """Close the open links of one purpose for an address: a newer one takes their place, or one was used."""
    session.execute(
        update(AccessLink)
        .where(AccessLink.purpose == purpose, AccessLink.email == email)
        .where(AccessLink.used_at.is_(None), AccessLink.withdrawn_at.is_(None))
        .values(withdrawn_at=now, updated_at=now)
        .execution_options(synchronize_session="fetch")
    )


def open_invitations(organisation_id: uuid.UUID | None, now: datetime) -> Select[AccessLink]:
    """Invitations that wait, of an organisation or (None) of the national team, by address."""
    return (
        select(AccessLink)
        .where(
            AccessLink.purpose == LinkPurpose.INVITATION,
            AccessLink.organisation_id == organisation_id,
            AccessLink.used_at.is_(None),
            AccessLink.withdrawn_at.is_(None),
            AccessLink.ends_at > now,
        )
        .order_by(AccessLink.email, AccessLink.id)
    )


def last_used(purpose: LinkPurpose, user_id: uuid.UUID, role: Role) -> Select[AccessLink]:
    """The links by which a person got a role, the latest first."""
    return (
        select(AccessLink)
        .where(AccessLink.purpose == purpose, AccessLink.user_id == user_id, AccessLink.role == role)
        .where(AccessLink.used_at.is_not(None))
        .order_by(AccessLink.used_at.desc(), AccessLink.id)
    )


def delete_old(session: Session, now: datetime) -> None:
    """Drop links that ended a month ago, addresses and names with them; those that opened nothing at once."""
    nobodys = and_(AccessLink.ends_at < now, AccessLink.used_at.is_(None))
    session.execute(delete(AccessLink).where(or_(nobodys, AccessLink.ends_at < now - KEPT_FOR)))
