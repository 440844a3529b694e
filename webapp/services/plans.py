"""Improvement plans: actions with owner, date, measure and state, private to their organisation.

Behind a wall (RELIABILITY.md section 4): only the plan's own pages import this module. What happens is kept in
the plan's own history, one row for each change, and never in the general audit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import free_text
from webapp.services.constraints import answering_for
from webapp.services.failures import NotFound, Problem, Rejected, StaleVersion, check_version, stop_at
from webapp.services.states import advance
from webapp.store import plans as store
from webapp.store import taxonomy
from webapp.store.accounts import User
from webapp.store.plans import ACTION_TRANSITIONS, MOST_ACTIONS, ActionState, EventKind, PlanAction, PlanEvent
from webapp.store.taxonomy import NodeKind
from webapp.store.unit_of_work import UnitOfWork

TEXT_LIMITS = {"title": 120, "owner": 120, "aim": 2000, "measure": 1000}
ONE_LINE = frozenset({"title", "owner"})
_ONCE = {"uq_plan_events_action_id_number": StaleVersion("the action was changed meanwhile")}


@dataclass(frozen=True, slots=True)
class Content:
    """What people say about an action."""

    title: str
    aim: str = ""
    measure: str = ""
    owner: str = ""
    due_on: date | None = None
    component_code: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan has come on one day."""

    by_state: Mapping[ActionState, int]
    overdue: Mapping[ActionState, int]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change: when, by whom, what stood before and after."""

    kind: EventKind
    at: Any
    person: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def actions(unit: UnitOfWork, *, actor: Actor) -> tuple[PlanAction, ...]:
    """All actions of the actor's organisation, what is due first at the top."""
    require(actor, Action.PLAN_READ, organisation_id=actor.organisation_id, hidden=False)
    assert actor.organisation_id is not None
    return tuple(unit.session.scalars(store.of_organisation(actor.organisation_id).limit(MOST_ACTIONS)))


def load(unit: UnitOfWork, *, actor: Actor, action_id: UUID) -> PlanAction:
    """One action of the actor's organisation; any other is like none."""
    row = unit.session.get(PlanAction, action_id)
    if row is None:
        raise NotFound("no such action")
    require(actor, Action.PLAN_READ, organisation_id=row.organisation_id)
    return row


def add(unit: UnitOfWork, *, actor: Actor, content: Content) -> PlanAction:
    """Put an action into the plan."""
    require(actor, Action.PLAN_EDIT, organisation_id=actor.organisation_id, hidden=False)
    assert actor.organisation_id is not None
    if store.count(unit.session, actor.organisation_id) >= MOST_ACTIONS:
        raise Rejected(None, f"A plan holds at most {MOST_ACTIONS} actions")
    values = _checked(unit, content)
    row = PlanAction(organisation_id=actor.organisation_id, state=ActionState.PLANNED, **values)
    unit.session.add(row)
    unit.flush()
    _remember(unit, actor, row, EventKind.ADDED, after={**_plain(values), "state": row.state.value})
    return row


def change(
    unit: UnitOfWork, *, actor: Actor, action_id: UUID, content: Content, expected_version: int
) -> PlanAction:
    """Say something else about an action; what stays the same leaves no trace."""
    row = _load_for_edit(unit, actor, action_id, expected_version)
    values = _checked(unit, content)
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return row
    with answering_for(unit, _ONCE):
        for name in before:
            setattr(row, name, values[name])
        after = {name: values[name] for name in before}
        _remember(unit, actor, row, EventKind.CHANGED, before=_plain(before), after=_plain(after))
    return row


def move(
    unit: UnitOfWork, *, actor: Actor, action_id: UUID, state: ActionState, expected_version: int
) -> PlanAction:
    """Move an action to another state, along its table."""
    row = _load_for_edit(unit, actor, action_id, expected_version)
    before = row.state.value
    with answering_for(unit, _ONCE):
        advance(row, state, ACTION_TRANSITIONS, "action")
        _remember(
            unit, actor, row, EventKind.MOVED, before={"state": before}, after={"state": row.state.value}
        )
    return row


def note_request(unit: UnitOfWork, *, actor: Actor, action_id: UUID) -> PlanAction:
    """Note that a support request was begun from an action; neither keeps a link to the other."""
    row = load(unit, actor=actor, action_id=action_id)
    require(actor, Action.PLAN_EDIT, organisation_id=row.organisation_id)
    with answering_for(unit, _ONCE):
        _remember(unit, actor, row, EventKind.ASKED)
    return row


def following_states(row: PlanAction) -> tuple[ActionState, ...]:
    """The states that may follow now, in their order."""
    return tuple(state for state in ActionState if ACTION_TRANSITIONS.allows(row.state, state))


def history(unit: UnitOfWork, *, actor: Actor, action_id: UUID) -> tuple[HistoryEntry, ...]:
    """What happened to an action, the newest first: for the organisation's lead alone."""
    row = load(unit, actor=actor, action_id=action_id)
    require(actor, Action.PLAN_HISTORY_READ, organisation_id=row.organisation_id)
    events = list(unit.session.scalars(store.events_of(action_id).limit(MOST_ACTIONS)))
    names = _names(unit, {event.actor_id for event in events})
    return tuple(
        HistoryEntry(event.kind, event.at, names.get(event.actor_id, ""), event.before, event.after)
        for event in events
    )


def progress(rows: tuple[PlanAction, ...], today: date) -> Progress:
    """How many actions stand in each state, and how many of them are past their date."""
    late = Counter(row.state for row in rows if is_overdue(row, today))
    return Progress(Counter(row.state for row in rows), late)


def is_overdue(row: PlanAction, today: date) -> bool:
    """Whether the date has gone by and the action is still to be done."""
    is_open = row.state in (ActionState.PLANNED, ActionState.UNDER_WAY)
    return is_open and row.due_on is not None and row.due_on < today


def _load_for_edit(unit: UnitOfWork, actor: Actor, action_id: UUID, expected_version: int) -> PlanAction:
    row = load(unit, actor=actor, action_id=action_id)
    require(actor, Action.PLAN_EDIT, organisation_id=row.organisation_id)
    check_version(row, expected_version)
    return row


def _checked(unit: UnitOfWork, content: Content) -> dict[str, Any]:
    values = asdict(content)
    values.update({name: free_text.clean(values[name]) for name in TEXT_LIMITS})
    problems = list(_problems(values))
    code = values["component_code"]
    if code and not taxonomy.known(unit.session, [code], [NodeKind.COMPONENT]):
        problems.append(Problem("component_code", "Choose one of the list"))
    stop_at(problems)
    return values


def _problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    if not values["title"]:
        yield Problem("title", "Enter what is to be done")
    for name, most in TEXT_LIMITS.items():
        yield from free_text.problems(name, values[name], most=most, one_line=name in ONE_LINE)


def _remember(
    unit: UnitOfWork,
    actor: Actor,
    row: PlanAction,
    kind: EventKind,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    number = store.last_number(unit.session, row.id) + 1
    event = PlanEvent(
        action_id=row.id,
        number=number,
        at=unit.now,
        actor_id=actor.user_id,
        kind=kind,
        before=dict(before or {}),
        after=dict(after or {}),
    )
    unit.session.add(event)
    unit.flush()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _names(unit: UnitOfWork, user_ids: set[UUID]) -> dict[UUID, str]:
    query = select(User.id, User.name).where(User.id.in_(user_ids))
    return {user_id: name for user_id, name in unit.session.execute(query)}
