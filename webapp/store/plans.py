"""Improvement plans: an organisation's own actions, and their history, which nobody else ever reads.

Only ``services.plans`` imports this module (an import contract): no solver, search, export or report does.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified, Timed, Versioned, stored_enum
from webapp.store.transitions import Transitions

MOST_ACTIONS = 500
"""Actions in one plan: far more than a board can follow, and few enough to list and filter at once."""


class ActionState(StrEnum):
    """Where an action stands."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    STOPPED = "stopped"


ACTION_TRANSITIONS = Transitions(
    {
        ActionState.PLANNED: {ActionState.UNDER_WAY, ActionState.DONE, ActionState.STOPPED},
        ActionState.UNDER_WAY: {ActionState.PLANNED, ActionState.DONE, ActionState.STOPPED},
        ActionState.DONE: {ActionState.UNDER_WAY},
        ActionState.STOPPED: {ActionState.PLANNED, ActionState.UNDER_WAY},
    }
)


class EventKind(StrEnum):
    """What happened to an action."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    ASKED = "asked"


class PlanAction(Identified, Timed, Versioned, Base):
    """One thing that an organisation has decided to do, for itself."""

    __tablename__ = "plan_actions"
    __table_args__ = (Index("ix_plan_actions_organisation_due", "organisation_id", "due_on"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(String(120))
    aim: Mapped[str] = mapped_column(String(2000), default="")
    measure: Mapped[str] = mapped_column(String(1000), default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None]
    component_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    state: Mapped[ActionState] = mapped_column(stored_enum(ActionState, "state"), default=ActionState.PLANNED)


class PlanEvent(Identified, Base):
    """One change of an action, with what stood before and after; instead of the general audit, never in it."""

    __tablename__ = "plan_events"
    __table_args__ = (
        UniqueConstraint("action_id", "number"),
        CheckConstraint("number >= 1", name="number_range"),
    )

    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_actions.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(stored_enum(EventKind, "kind"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


def of_organisation(organisation_id: uuid.UUID) -> Select[PlanAction]:
    """The actions of a plan: what is due first comes first, what has no date last."""
    return (
        select(PlanAction)
        .where(PlanAction.organisation_id == organisation_id)
        .order_by(PlanAction.due_on.is_(None), PlanAction.due_on, PlanAction.title, PlanAction.id)
    )


def count(session: Session, organisation_id: uuid.UUID) -> int:
    """How many actions the plan has."""
    query = select(func.count()).where(PlanAction.organisation_id == organisation_id)
    return session.scalar(query) or 0


def events_of(action_id: uuid.UUID) -> Select[PlanEvent]:
    """The history of an action, the newest first."""
    return select(PlanEvent).where(PlanEvent.action_id == action_id).order_by(PlanEvent.number.desc())


def last_number(session: Session, action_id: uuid.UUID) -> int:
    """The number of the action's last event; 0 for none."""
    query = select(func.max(PlanEvent.number)).where(PlanEvent.action_id == action_id)
    return session.scalar(query) or 0
