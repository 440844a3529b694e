"""Organisations: bodies with a code, where they sit, what they replaced, and published figures about them."""

from __future__ import annotations

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.patterns import escaped


class OrganisationKind(StrEnum):
    """What sort of body it is."""

    REGION = "region"
    ICB = "icb"
    TRUST = "trust"
    PLACE = "place"
    SUPPORT_ORGANISATION = "support_organisation"
    NATIONAL_TEAM = "national_team"


class CodeSource(StrEnum):
    """Who gave the code: the Organisation Data Service, or this service."""

    ODS = "ods"
    OURS = "ours"


REQUESTER_KINDS = frozenset(
    {OrganisationKind.TRUST, OrganisationKind.ICB, OrganisationKind.PLACE, OrganisationKind.NATIONAL_TEAM}
)
"""Bodies that may declare a support request (PRODUCT.md section 1)."""


class Organisation(Identified, Timed, Versioned, Base):
    """One body. ``region_code`` and ``icb_code`` say where it sits; a closed one keeps its history."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "close_date IS NULL OR open_date IS NULL OR close_date >= open_date", name="date_order"
        ),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("successor_code IS NULL OR successor_code <> code", name="successor_other"),
    )

    code: Mapped[str] = mapped_column(String(20), unique=True)
    code_source: Mapped[CodeSource] = mapped_column(stored_enum(CodeSource, "code_source"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(stored_enum(OrganisationKind, "kind"))
    provider_type: Mapped[str | None] = mapped_column(String(40))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"), index=True)
    icb_code: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"), index=True)
    open_date: Mapped[date | None]
    close_date: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("organisations.code"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    in_mandated_programme: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(200), default="")

    region: Mapped[Organisation | None] = relationship(
        foreign_keys=[region_code], remote_side="Organisation.code", viewonly=True
    )
    icb: Mapped[Organisation | None] = relationship(
        foreign_keys=[icb_code], remote_side="Organisation.code", viewonly=True
    )

    def is_open_on(self, day: date) -> bool:
        """Is the body open on that day?"""
        return (self.open_date is None or self.open_date <= day) and (
            self.close_date is None or day <= self.close_date
        )


class Predecessor(Identified, Base):
    """A code that an organisation took over; one code under two organisations was split."""

    __tablename__ = "organisation_predecessors"
    __table_args__ = (UniqueConstraint("predecessor_code", "organisation_id"),)

    predecessor_code: Mapped[str] = mapped_column(String(20))
    predecessor_name: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    took_over_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()


class RegionNeighbour(Base):
    """Two regions that touch, each way round as a row of its own."""

    __tablename__ = "region_neighbours"
    __table_args__ = (CheckConstraint("region_code <> neighbour_code", name="other"),)

    region_code: Mapped[str] = mapped_column(ForeignKey("organisations.code"), primary_key=True)
    neighbour_code: Mapped[str] = mapped_column(
        ForeignKey("organisations.code"), primary_key=True, index=True
    )


class PublishedFigure(Identified, Base):
    """A published figure about an organisation: context beside a request, in no score by default."""

    __tablename__ = "published_figures"
    __table_args__ = (UniqueConstraint("organisation_id", "measure"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    measure: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(200))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(200))
    priority_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    higher_is_worse: Mapped[bool]


def by_code(session: Session, code: str) -> Organisation | None:
    """The organisation of a code."""
    return session.scalar(select(Organisation).where(Organisation.code == code))


def listed(
    *, text: str = "", kind: OrganisationKind | None = None, region_code: str | None = None
) -> Select[Organisation]:
    """Organisations whose name or code holds ``text``, by name."""
    query = select(Organisation).order_by(Organisation.name, Organisation.code)
    if text:
        pattern = f"%{escaped(text.lower())}%"
        query = query.where(
            or_(
                func.lower(Organisation.name).like(pattern, escape="\\"),
                func.lower(Organisation.code).like(pattern, escape="\\"),
            )
        )
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if region_code is not None:
        query = query.where(Organisation.region_code == region_code)
    return query


def figures_of(session: Session, organisation_id: uuid.UUID) -> list[PublishedFigure]:
    """The published figures of one organisation, by measure."""
    query = select(PublishedFigure).where(PublishedFigure.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(PublishedFigure.measure)))
