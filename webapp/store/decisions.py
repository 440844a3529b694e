"""Decisions on pairs of partner and request: rows that are only ever added.

The decisions on one pair in a round form a chain: each names the one that it supersedes, and no two may name
the same (nor may two be first). So exactly one is in force, the last, and of two reviewers who decide at once
one gets a constraint's refusal.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    UniqueConstraint,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from webapp.store.base import Base, Identified, stored_enum


class DecisionKind(StrEnum):
    """What was decided. Lock keeps a pair in every later run, forbid and reject keep it out."""

    APPROVE = "approve"
    REJECT = "reject"
    SWAP = "swap"
    HOLD = "hold"
    LOCK = "lock"
    FORBID = "forbid"
    REOPEN = "reopen"


class CommonReason(StrEnum):
    """Reasons that are given often, so that they can be chosen and counted."""

    FITS = "fits"
    AGREED = "agreed"
    ONLY_ONE = "only_one"
    FLAG_ACCEPTED = "flag_accepted"
    ASKING = "asking"
    LOW_FIT = "low_fit"
    TOO_CLOSE = "too_close"
    DUPLICATES = "duplicates"
    BETTER_USE = "better_use"
    TOO_FAR = "too_far"
    BETTER_PARTNER = "better_partner"
    NEWS = "news"


KEEPS_OUT = (DecisionKind.REJECT, DecisionKind.FORBID, DecisionKind.SWAP)
OFFERS = (DecisionKind.APPROVE, DecisionKind.LOCK)
"""Decisions under which a match is offered when its run is published."""

_FIRST = text("supersedes_id IS NULL")


class Decision(Identified, Base):
    """Who decided what on one pair, when and why. An override waits for a second person's confirmation.

    ``reason_code`` counts common reasons; ``reason`` is the sentence that people read. A swap keeps the days that
    its replacement is to give by month.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("id", "decided_by"),
        UniqueConstraint("supersedes_id"),
        CheckConstraint("length(trim(reason)) > 0", name="reason_given"),
        CheckConstraint("(kind = 'swap') = (replacement_partner_id IS NOT NULL)", name="swap_names_partner"),
        CheckConstraint("supersedes_id IS NULL OR supersedes_id <> id", name="supersedes_other"),
        Index(
            "uq_decisions_first",
            "round_id",
            "request_id",
            "partner_id",
            unique=True,
            sqlite_where=_FIRST,
            postgresql_where=_FIRST,
        ),
        Index("ix_decisions_pair", "round_id", "request_id", "partner_id"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("runs.id"), index=True)
    match_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("proposed_matches.id"), index=True)
    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"), index=True)
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(stored_enum(DecisionKind, "kind"))
    reason: Mapped[str] = mapped_column(String(1000))
    reason_code: Mapped[str] = mapped_column(String(40), default="")
    replacement_partner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    replacement_months: Mapped[Mapping[str, int] | None] = mapped_column(JSON)
    is_override: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    decided_at: Mapped[datetime]
    supersedes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decisions.id"))

    confirmation: Mapped[Confirmation | None] = relationship(back_populates="decision")

    @property
    def stands(self) -> bool:
        """An ordinary decision stands at once, an override when a second person has confirmed it."""
        return not self.is_override or self.confirmation is not None


class Confirmation(Identified, Base):
    """A second person's yes to an override; that it is another person is a constraint."""

    __tablename__ = "decision_confirmations"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint("confirmed_by <> proposed_by", name="second_person"),
        ForeignKeyConstraint(["decision_id", "proposed_by"], ["decisions.id", "decisions.decided_by"]),
        Index("ix_decision_confirmations_decision", "decision_id", "proposed_by"),
    )

    decision_id: Mapped[uuid.UUID]
    proposed_by: Mapped[uuid.UUID]
    confirmed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    confirmed_at: Mapped[datetime]

    decision: Mapped[Decision] = relationship(back_populates="confirmation")


def in_force(round_id: uuid.UUID) -> Select[Decision]:
    """The last decision on each pair of the round, oldest first."""
    later = aliased(Decision)
    return (
        select(Decision)
        .outerjoin(later, later.supersedes_id == Decision.id)
        .where(Decision.round_id == round_id, later.id.is_(None))
        .order_by(Decision.decided_at, Decision.id)
    )


def months_taken_over(round_id: uuid.UUID, partner_id: uuid.UUID, *, beside: uuid.UUID) -> Select[Any]:
    """The days by month of each swap in force by which a partner takes over a match of another request than the one
    ``beside``: a match that a swap has made is not made twice."""
    query = in_force(round_id).where(
        Decision.kind == DecisionKind.SWAP,
        Decision.replacement_partner_id == partner_id,
        Decision.request_id != beside,
    )
    return query.with_only_columns(Decision.replacement_months, maintain_column_froms=True)


def in_force_on(
    session: Session, round_id: uuid.UUID, request_id: uuid.UUID, partner_id: uuid.UUID
) -> Decision | None:
    """The decision that stands last on one pair."""
    return session.scalar(
        in_force(round_id).where(Decision.request_id == request_id, Decision.partner_id == partner_id)
    )


def history(
    round_id: uuid.UUID, request_id: uuid.UUID, partner_id: uuid.UUID | None = None
) -> Select[Decision]:
    """Every decision on a request (and one partner), oldest first."""
    query = select(Decision).where(Decision.round_id == round_id, Decision.request_id == request_id)
    if partner_id is not None:
        query = query.where(
            or_(Decision.partner_id == partner_id, Decision.replacement_partner_id == partner_id)
        )
    return query.order_by(Decision.decided_at, Decision.id)
