"""Policies: dated versions of weights, floors, caps and switches, set by one person, confirmed by another."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.transitions import Transitions


class PolicyState(StrEnum):
    """Where a version stands; only a confirmed one may be used by a round."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    RETIRED = "retired"


POLICY_TRANSITIONS = Transitions(
    {
        PolicyState.PROPOSED: {PolicyState.CONFIRMED, PolicyState.REFUSED},
        PolicyState.CONFIRMED: {PolicyState.RETIRED},
    }
)


class Policy(Identified, Timed, Versioned, Base):
    """One version. ``parameters`` are what the matcher reads, ``service_rules`` what the service keeps."""

    __tablename__ = "policies"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 1000000", name="number_range"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
        CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name="decided"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(1000))
    effective_from: Mapped[date]
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    service_rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[PolicyState] = mapped_column(
        stored_enum(PolicyState, "state"), default=PolicyState.PROPOSED
    )
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    proposed_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime | None]


def newest_first() -> Select[Policy]:
    """Every version, the newest first."""
    return select(Policy).order_by(Policy.number.desc())


def in_force(session: Session, day: date) -> Policy | None:
    """The confirmed version with the latest start that is not after ``day``."""
    query = select(Policy).where(Policy.state == PolicyState.CONFIRMED, Policy.effective_from <= day)
    return session.scalar(query.order_by(Policy.effective_from.desc(), Policy.number.desc()).limit(1))
