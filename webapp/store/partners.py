"""Support partners: who they are, their skills, interests and release. Their days are in ``capacity``."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.organisations import Organisation
from webapp.store.transitions import Transitions


class PartnerKind(StrEnum):
    """A person with a home organisation, or a team with a pooled capacity."""

    EXPERT = "expert"
    SUPPORT_ORGANISATION = "support_organisation"


class PartnerState(StrEnum):
    """Is the partner part of matching?"""

    REGISTERING = "registering"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


PARTNER_TRANSITIONS = Transitions(
    {
        PartnerState.REGISTERING: {PartnerState.ACTIVE, PartnerState.LEFT},
        PartnerState.ACTIVE: {PartnerState.PAUSED, PartnerState.LEFT},
        PartnerState.PAUSED: {PartnerState.ACTIVE, PartnerState.LEFT},
    }
)


class Reach(StrEnum):
    """How far from home the partner serves."""

    ICB = "icb"
    REGION = "region"
    NEIGHBOURING = "neighbouring"
    NATIONAL = "national"


class Delivery(StrEnum):
    """Where the work is done."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    MIXED = "mixed"


class CostBasis(StrEnum):
    """Who pays for what; a contract is the paid commercial offer, off by default in the policy."""

    FREE = "free"
    EXPENSES = "expenses"
    BACKFILL = "backfill"
    CONTRACT = "contract"


class SkillEvidence(StrEnum):
    """What stands behind a declared skill, weakest first."""

    SELF_DECLARED = "self_declared"
    REFERENCE = "reference"
    QUALIFICATION = "qualification"
    EMPLOYER_ENDORSED = "employer_endorsed"
    PUBLISHED_OUTCOME = "published_outcome"


class InterestKind(StrEnum):
    """Why a partner may not support an organisation; a former employer is allowed and flagged."""

    EMPLOYMENT = "employment"
    CONTRACT = "contract"
    FINANCIAL = "financial"
    FAMILY = "family"
    OTHER = "other"
    FORMER_EMPLOYMENT = "former_employment"


class ReleaseState(StrEnum):
    """Whether the employer lets the partner go for the days offered."""

    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RELEASE_TRANSITIONS = Transitions(
    {
        ReleaseState.ASKED: {ReleaseState.GIVEN, ReleaseState.REFUSED},
        ReleaseState.GIVEN: {ReleaseState.WITHDRAWN},
        ReleaseState.REFUSED: {ReleaseState.ASKED, ReleaseState.GIVEN},
        ReleaseState.WITHDRAWN: {ReleaseState.ASKED, ReleaseState.GIVEN},
    }
)
"""What may follow an employer's last word. Before the first one, it may be asked, given or refused."""


class Partner(Identified, Timed, Versioned, Base):
    """One support partner.

    ``organisation_id`` is the employer of an expert, or the body that a support organisation is.
    ``user_id`` is the person behind an expert; a team is edited by the managers of its organisation.
    ``interests_confirmed_on`` dates the whole declaration, an empty one too (None: never confirmed).
    """

    __tablename__ = "partners"
    __table_args__ = (
        CheckConstraint("kind <> 'expert' OR organisation_id IS NOT NULL", name="expert_has_home"),
        CheckConstraint(
            "kind <> 'support_organisation' OR (organisation_id IS NOT NULL AND user_id IS NULL)",
            name="team_has_body",
        ),
        CheckConstraint("max_concurrent IS NULL OR max_concurrent BETWEEN 1 AND 1000", name="max_concurrent"),
        CheckConstraint("smallest_block_days BETWEEN 1 AND 100", name="smallest_block"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        Index(
            "uq_partners_team",
            "organisation_id",
            unique=True,
            sqlite_where=text("kind = 'support_organisation'"),
            postgresql_where=text("kind = 'support_organisation'"),
        ),
    )

    reference: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[PartnerKind] = mapped_column(stored_enum(PartnerKind, "kind"))
    state: Mapped[PartnerState] = mapped_column(
        stored_enum(PartnerState, "state"), default=PartnerState.REGISTERING
    )
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(1000), default="")
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), unique=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    icb_code: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    reach: Mapped[Reach] = mapped_column(stored_enum(Reach, "reach"), default=Reach.REGION)
    delivery: Mapped[Delivery] = mapped_column(stored_enum(Delivery, "delivery"), default=Delivery.MIXED)
    max_concurrent: Mapped[int | None]
    smallest_block_days: Mapped[int] = mapped_column(default=1)
    cost_basis: Mapped[CostBasis] = mapped_column(
        stored_enum(CostBasis, "cost_basis"), default=CostBasis.FREE
    )
    interests_confirmed_on: Mapped[date | None]
    interests_reminded_on: Mapped[date | None]
    checked_on: Mapped[date | None]

    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    region: Mapped[Organisation] = relationship(foreign_keys=[region_code], viewonly=True)
    skills: Mapped[list[PartnerSkill]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="PartnerSkill.skill_code"
    )
    interests: Mapped[list[Interest]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Interest.declared_on, Interest.id"
    )
    releases: Mapped[list[Release]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Release.number"
    )


class PartnerSkill(Identified, Timed, Base):
    """A skill at level 1 learning, 2 has done it, 3 has led it, 4 teaches it.

    ``evidence_before`` is set while a published story stands behind the skill: what it goes back to without one.
    """

    __tablename__ = "partner_skills"
    __table_args__ = (
        UniqueConstraint("partner_id", "skill_code"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_range"),
        CheckConstraint("last_used_year IS NULL OR last_used_year BETWEEN 1950 AND 2200", name="year_range"),
    )

    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"))
    skill_code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    level: Mapped[int]
    last_used_year: Mapped[int | None]
    evidence: Mapped[SkillEvidence] = mapped_column(
        stored_enum(SkillEvidence, "evidence"), default=SkillEvidence.SELF_DECLARED
    )
    evidence_before: Mapped[SkillEvidence | None] = mapped_column(
        stored_enum(SkillEvidence, "evidence_before")
    )
    evidence_note: Mapped[str] = mapped_column(String(500), default="")
    endorsed_on: Mapped[date | None]
    endorsed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)

    partner: Mapped[Partner] = relationship(back_populates="skills")


class Interest(Identified, Timed, Base):
    """A declared interest in an organisation; ``confirmed_on`` is when it was last said to be right."""

    __tablename__ = "partner_interests"
    __table_args__ = (
        UniqueConstraint("partner_id", "organisation_id", "kind"),
        CheckConstraint("confirmed_on >= declared_on", name="confirmed_after_declared"),
        CheckConstraint("kind <> 'former_employment' OR left_on IS NOT NULL", name="left_on_given"),
    )

    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(stored_enum(InterestKind, "kind"))
    note: Mapped[str] = mapped_column(String(500), default="")
    declared_on: Mapped[date]
    confirmed_on: Mapped[date]
    left_on: Mapped[date | None]
    ended_on: Mapped[date | None]

    partner: Mapped[Partner] = relationship(back_populates="interests")
    organisation: Mapped[Organisation] = relationship()


class Release(Identified, Timed, Base):
    """The employer's yes or no to the days that an expert offers; the one with the highest number counts."""

    __tablename__ = "partner_releases"
    __table_args__ = (
        UniqueConstraint("partner_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 10000", name="number_range"),
    )

    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"))
    number: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    state: Mapped[ReleaseState] = mapped_column(stored_enum(ReleaseState, "state"))
    note: Mapped[str] = mapped_column(String(500), default="")
    asked_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)

    partner: Mapped[Partner] = relationship(back_populates="releases")


def barring_interests() -> Select[uuid.UUID, uuid.UUID]:
    """(Partner, organisation) of each interest that bars support; a former employer is only flagged."""
    return (
        select(Interest.partner_id, Interest.organisation_id)
        .where(Interest.ended_on.is_(None), Interest.kind != InterestKind.FORMER_EMPLOYMENT)
        .order_by(Interest.id)
    )
