"""What regions say about proposals before publication: rows that are only ever added."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.store.accounts import User
from webapp.store.base import Base, Identified


class ProposalComment(Identified, Base):
    """One comment of one region on a proposed pair, or (without a partner) on a request left short."""

    __tablename__ = "proposal_comments"
    __table_args__ = (
        CheckConstraint("length(trim(words)) > 0", name="words_given"),
        Index("ix_proposal_comments_pair", "round_id", "request_id", "partner_id"),
    )

    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rounds.id"))
    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("support_requests.id"), index=True)
    partner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partners.id"), index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("organisations.code"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    words: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]

    author: Mapped[User] = relationship()


def of_pair(
    round_id: uuid.UUID, request_id: uuid.UUID, partner_id: uuid.UUID | None
) -> Select[ProposalComment]:
    """The comments on one pair of a round (``partner_id`` none: on the request itself), the oldest first."""
    return (
        select(ProposalComment)
        .where(
            ProposalComment.round_id == round_id,
            ProposalComment.request_id == request_id,
            ProposalComment.partner_id == partner_id,
        )
        .order_by(ProposalComment.made_at, ProposalComment.id)
    )
