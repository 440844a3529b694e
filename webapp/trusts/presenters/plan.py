"""An organisation's improvement plan: the list, its progress, one action, its history.

The plan's own module of services stays behind its wall: only its types are named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.ui import charts, choices, formats
from webapp.ui.charts import BarChart
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter
from webapp.ui.paging import page_of_rows

if TYPE_CHECKING:
    from webapp.services.plans import ActionState, HistoryEntry, PlanAction, Progress

STATES = tuple(choices.CHOICES["plan_state"])
QUESTIONS = {
    "title": "What is to be done",
    "aim": "What should be different",
    "measure": "How you would know",
    "owner": "Who sees to it",
    "due_on": "By when",
    "component_code": "Component",
    "state": "State",
}
EVENTS = {
    "added": "Added",
    "changed": "Changed",
    "moved": "Moved",
    "asked": "A support request was begun from it",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One action in the list."""

    title: str
    owner: str
    due_on: date | None
    due: str
    state: str
    state_words: str
    state_colour: str
    component: str
    component_code: str
    measure: str
    aim: str
    overdue: str
    href: str


def listing(components: Mapping[str, str]) -> Listing:
    """The list of actions, with filters by what people look for."""
    states = tuple((code, choices.title("plan_state", code)) for code in STATES)
    return Listing(
        caption="Actions of your improvement plan",
        columns=(
            Column("title", "Action", link=lambda line: line.href),
            Column("owner", "Who"),
            Column("due", "By when", lambda line: line.due_on or date.max, shown=lambda line: line.due),
            Column("component", "Component"),
            Column("state", "State", lambda line: line.state_words, tag=lambda line: line.state_colour),
            Column("aim", "What should be different", only_file=True),
            Column("measure", "How you would know", only_file=True),
        ),
        filters=(
            TextFilter("q", "Search", lambda line: f"{line.title} {line.owner} {line.aim} {line.measure}"),
            ChoiceFilter("state", "State", states, lambda line: line.state),
            ChoiceFilter("overdue", "Date", (("yes", "Past its date"),), lambda line: line.overdue),
            ChoiceFilter(
                "component", "Component", tuple(components.items()), lambda line: line.component_code
            ),
        ),
        default_sort="due",
        empty="No actions yet. Add the first one with the button above.",
        noun="action",
    )


def line(row: PlanAction, components: Mapping[str, str], *, is_overdue: bool) -> Line:
    """One line of the list."""
    words, colour = _state(row.state, is_overdue)
    return Line(
        title=row.title,
        owner=row.owner,
        due_on=row.due_on,
        due=formats.day(row.due_on) if row.due_on else "No date",
        state=row.state.value,
        state_words=words,
        state_colour=colour,
        component=components.get(row.component_code or "", ""),
        component_code=row.component_code or "",
        measure=row.measure,
        aim=row.aim,
        overdue="yes" if is_overdue else "",
        href=url_for("trusts.plan_action", action_id=row.id),
    )


@dataclass(frozen=True, slots=True)
class ProgressShown:
    """The picture of progress, and the same numbers as a table."""

    chart: BarChart
    rows: tuple[tuple[str, int, int], ...]


def progress(found: Progress) -> ProgressShown | None:
    """How many actions stand where; nothing for an empty plan."""
    by_state, late = _by_code(found.by_state), _by_code(found.overdue)
    if not by_state:
        return None
    rows = tuple(
        (choices.title("plan_state", code), by_state.get(code, 0), late.get(code, 0)) for code in STATES
    )
    total = sum(by_state.values())
    title = f"{by_state.get('done', 0)} of {formats.plural(total, 'action')} done"
    chart = charts.bar_chart(title, ((words, count, str(count)) for words, count, _ in rows), most=total)
    return ProgressShown(chart, rows)


@dataclass(frozen=True, slots=True)
class Move:
    """A button that moves an action to another state."""

    text: str
    state: str


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action with what can be done about it."""

    title: str
    state: str
    colour: str
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    moves: tuple[Move, ...]
    change: str
    history: str
    back: str


def action_page(
    row: PlanAction,
    following: Iterable[ActionState],
    components: Mapping[str, str],
    actor: Actor,
    *,
    is_overdue: bool,
) -> ActionPage:
    """Everything on the page of one action."""
    words, colour = _state(row.state, is_overdue)
    may_read_history = matrix.may(actor, Action.PLAN_HISTORY_READ, organisation_id=row.organisation_id)
    return ActionPage(
        title=row.title,
        state=words,
        colour=colour,
        answers=tuple(
            (question, _lines(getattr(row, name), name, components))
            for name, question in QUESTIONS.items()
            if name not in ("title", "state")
        ),
        moves=tuple(
            Move(choices.CHOICES["plan_state"][state.value].meaning, state.value) for state in following
        ),
        change=url_for("trusts.change_plan_action", action_id=row.id),
        history=url_for("trusts.plan_history", action_id=row.id) if may_read_history else "",
        back=url_for("trusts.plan"),
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One change in words; each of ``lines`` is a question with what stood before and stands since."""

    what: str
    when: str
    person: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of what happened to an action."""

    title: str
    events: tuple[Event, ...]
    pages: Mapping[str, Any] | None
    back: str


def history_page(
    row: PlanAction,
    history: Sequence[HistoryEntry],
    components: Mapping[str, str],
    arguments: Mapping[str, str],
) -> HistoryPage:
    """The history of an action, the newest first."""
    entries, pages = page_of_rows(history, arguments)
    back = url_for("trusts.plan_action", action_id=row.id)
    return HistoryPage(row.title, _events(entries, components), pages, back)


def _events(history: Iterable[HistoryEntry], components: Mapping[str, str]) -> tuple[Event, ...]:
    return tuple(
        Event(
            what=EVENTS[entry.kind.value],
            when=formats.moment(entry.at),
            person=entry.person or "Somebody whose account was erased",
            lines=tuple(
                (
                    question,
                    "; ".join(_lines(entry.before.get(name), name, components)) if entry.before else "",
                    "; ".join(_lines(entry.after.get(name), name, components)),
                )
                for name, question in QUESTIONS.items()
                if name in entry.after
            ),
        )
        for entry in history
    )


def now_standing(row: PlanAction, components: Mapping[str, str]) -> dict[str, str]:
    """What the row holds now, by question, with its version."""
    held = {
        question: "; ".join(_lines(getattr(row, name), name, components))
        for name, question in QUESTIONS.items()
        if name != "state"
    }
    return {**held, "version": str(row.version)}


def _state(state: ActionState, is_overdue: bool) -> tuple[str, str]:
    if is_overdue:
        return f"{choices.title('plan_state', state)}, past its date", "orange"
    return choices.title("plan_state", state), choices.colour("plan_state", state)


def _lines(value: Any, name: str, components: Mapping[str, str]) -> tuple[str, ...]:
    if value in (None, ""):
        return (formats.NOTHING,)
    if name == "component_code":
        return (components.get(value, formats.NOTHING),)
    if name == "state":
        return (choices.title("plan_state", value),)
    if name == "due_on":
        return (formats.day(value if isinstance(value, date) else date.fromisoformat(value)),)
    return tuple(formats.lines(value))


def _by_code(counts: Mapping[ActionState, int]) -> dict[str, int]:
    return {state.value: count for state, count in counts.items() if count}
