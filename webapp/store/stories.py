"""Stories: what came of an engagement, agreed by both sides, published by the national team."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.engagement_reviews import Better
from webapp.store.engagements import Engagement
from webapp.store.offers import Side
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.taxonomy import TaxonomyNode
from webapp.store.transitions import Transitions

LONGEST_SEARCH_TEXT = 10_000
MOST_WORDS = 8
"""Words of a search that count: more narrow nothing down."""


class StoryState(StrEnum):
    """Where a story stands; either side may take it down, whatever the state."""

    DRAFT = "draft"
    AGREED = "agreed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STORY_TRANSITIONS = Transitions(
    {
        StoryState.DRAFT: {StoryState.AGREED, StoryState.WITHDRAWN},
        StoryState.AGREED: {StoryState.DRAFT, StoryState.PUBLISHED, StoryState.WITHDRAWN},
        StoryState.PUBLISHED: {StoryState.DRAFT, StoryState.WITHDRAWN},
        StoryState.WITHDRAWN: {StoryState.DRAFT},
    }
)


class Story(Identified, Timed, Versioned, Base):
    """One story of one engagement. It is agreed when both sides hold its ``text_version``.

    ``points`` are the outcome's values as they were when the text was saved: ``[day, thousandths, phase]`` each, so
    that what both sides agreed to is what everybody reads. ``search_text`` is all of it, folded for searching.
    """

    __tablename__ = "stories"
    __table_args__ = (
        CheckConstraint("text_version >= 1", name="text_version_positive"),
        CheckConstraint("partner_agreed_version <= text_version", name="partner_agreed_known"),
        CheckConstraint("requester_agreed_version <= text_version", name="requester_agreed_known"),
        CheckConstraint(
            "state NOT IN ('agreed', 'published') OR (partner_agreed_version = text_version"
            " AND requester_agreed_version = text_version)",
            name="agreed_by_both",
        ),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_dated"),
        Index("ix_stories_state_published", "state", "published_at"),
    )

    engagement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("engagements.id"), unique=True)
    state: Mapped[StoryState] = mapped_column(stored_enum(StoryState, "state"), default=StoryState.DRAFT)
    title: Mapped[str] = mapped_column(String(120))
    tried: Mapped[str] = mapped_column(String(2000))
    worked: Mapped[str] = mapped_column(String(2000))
    not_worked: Mapped[str] = mapped_column(String(2000))
    measure: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(40), default="")
    better: Mapped[Better | None] = mapped_column(stored_enum(Better, "better"))
    points: Mapped[list[list[str | int]]] = mapped_column(JSON, default=list)
    search_text: Mapped[str] = mapped_column(String(LONGEST_SEARCH_TEXT))
    priority_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    topic_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    text_version: Mapped[int] = mapped_column(default=1)
    partner_agreed_version: Mapped[int] = mapped_column(default=0)
    requester_agreed_version: Mapped[int] = mapped_column(default=0)
    returned_reason: Mapped[str] = mapped_column(String(1000), default="")
    drafted_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    published_at: Mapped[datetime | None]

    engagement: Mapped[Engagement] = relationship()
    skills: Mapped[list[StorySkill]] = relationship(
        order_by="StorySkill.skill_code", cascade="all, delete-orphan"
    )
    topic: Mapped[TaxonomyNode | None] = relationship(foreign_keys=[topic_code])
    priority: Mapped[TaxonomyNode | None] = relationship(foreign_keys=[priority_code])

    def has_agreed(self, side: Side) -> bool:
        """Has this side agreed to the text as it now reads?"""
        held = self.partner_agreed_version if side is Side.PARTNER else self.requester_agreed_version
        return held == self.text_version


class StorySkill(Base):
    """A skill that the story shows."""

    __tablename__ = "story_skills"

    story_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    skill_code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), primary_key=True, index=True)

    node: Mapped[TaxonomyNode] = relationship()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which published stories to list; empty means all."""

    words: str = ""
    topic: str = ""
    skill: str = ""
    priority: str = ""


WITH_SIDES = (
    joinedload(Story.engagement).joinedload(Engagement.partner).joinedload(Partner.organisation),
    joinedload(Story.engagement).joinedload(Engagement.request).joinedload(SupportRequest.requester),
    joinedload(Story.engagement).joinedload(Engagement.request).joinedload(SupportRequest.beneficiary),
    joinedload(Story.topic),
    joinedload(Story.priority),
    selectinload(Story.skills).joinedload(StorySkill.node),
)
"""Whose story it is, and what it is about."""


def of_engagement(engagement_id: uuid.UUID) -> Select[Story]:
    """The story of one engagement."""
    return select(Story).where(Story.engagement_id == engagement_id).options(*WITH_SIDES)


def one(story_id: uuid.UUID) -> Select[Story]:
    """One story with all that is shown of it."""
    return select(Story).where(Story.id == story_id).options(*WITH_SIDES)


def found(wanted: Wanted) -> Select[Story]:
    """Published stories in whose text every word stands, the newest first."""
    query = select(Story).where(Story.state == StoryState.PUBLISHED).options(*WITH_SIDES)
    for word in wanted.words.casefold().split()[:MOST_WORDS]:
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(Story.search_text.like(f"%{plain}%", escape="\\"))
    if wanted.topic:
        query = query.where(Story.topic_code == wanted.topic)
    if wanted.priority:
        query = query.where(Story.priority_code == wanted.priority)
    if wanted.skill:
        query = query.where(Story.skills.any(StorySkill.skill_code == wanted.skill))
    return query.order_by(Story.published_at.desc(), Story.id)


def in_states(states: Iterable[StoryState]) -> Select[Story]:
    """Stories in these states, the longest unchanged first."""
    return (
        select(Story)
        .where(Story.state.in_(tuple(states)))
        .options(*WITH_SIDES)
        .order_by(Story.updated_at, Story.id)
    )


def named_in_published() -> Select[TaxonomyNode]:
    """The priorities, topics and skills that published stories bear, in the order of the taxonomy."""
    live = Story.state == StoryState.PUBLISHED
    shown = select(StorySkill.skill_code).join(Story).where(live)
    return (
        select(TaxonomyNode)
        .where(
            TaxonomyNode.code.in_(select(Story.priority_code).where(live))
            | TaxonomyNode.code.in_(select(Story.topic_code).where(live))
            | TaxonomyNode.code.in_(shown)
        )
        .order_by(TaxonomyNode.position, TaxonomyNode.code)
    )


def shown_by_others(partner_id: uuid.UUID, besides: uuid.UUID) -> Select[str]:
    """The skills that other published stories of a partner show."""
    return (
        select(StorySkill.skill_code)
        .join(Story)
        .join(Engagement)
        .where(Engagement.partner_id == partner_id, Story.state == StoryState.PUBLISHED, Story.id != besides)
    )
