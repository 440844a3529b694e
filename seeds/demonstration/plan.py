"""The improvement plan of the demonstration's trust: a few actions in each state, private to it like any other."""

from __future__ import annotations

from datetime import date

from seeds.demonstration.calendar import on
from webapp.authority.actor import Actor
from webapp.services import plans
from webapp.services.plans import ActionState, Content
from webapp.store.unit_of_work import UnitOfWork

UNDER_WAY, DONE, STOPPED = ActionState.UNDER_WAY, ActionState.DONE, ActionState.STOPPED
ACTIONS: tuple[tuple[Content, tuple[ActionState, ...]], ...] = (
    (
        Content(
            title="Say in one page what we want to be known for",
            aim="Each team can say how its own aims serve the purpose of the trust.",
            measure="Teams with an aim of their own on the wall: 12 of 40 in October.",
            owner="Asha Thornbury",
            due_on=date(2026, 12, 18),
            component_code="C1",
        ),
        (UNDER_WAY,),
    ),
    (
        Content(
            title="Board members visit a ward each month",
            aim="Leaders hear of obstacles where the work is done, and answer within a week.",
            measure="Visits made, and obstacles answered within a week.",
            owner="Chief nurse",
            due_on=date(2026, 10, 30),
            component_code="C3",
        ),
        (UNDER_WAY, DONE),
    ),
    (
        Content(
            title="A huddle with figures on every medical ward",
            aim="Wards see their own figures each day and choose what to try.",
            measure="Wards with a daily huddle: 4 of 11 in October.",
            owner="Morgan Ellery",
            due_on=date(2026, 11, 6),
            component_code="C5",
        ),
        (UNDER_WAY,),
    ),
    (
        Content(
            title="Train 40 people in measurement over time",
            aim="Each division has people who can draw and read a run chart.",
            owner="Head of improvement",
            due_on=date(2027, 3, 31),
            component_code="C4",
        ),
        (),
    ),
    (
        Content(
            title="A suggestion box on the intranet",
            aim="Staff tell us what gets in their way.",
            owner="Communications",
            component_code="C2",
        ),
        (UNDER_WAY, STOPPED),
    ),
)
"""What is to be done, and the states that each has gone through."""
BEGUN, LOOKED_AT = date(2026, 9, 7), date(2026, 11, 2)


def write(unit: UnitOfWork, lead: Actor) -> None:
    """Put the actions into the lead's plan, and move them on."""
    on(unit, BEGUN)
    rows = [(plans.add(unit, actor=lead, content=content), states) for content, states in ACTIONS]
    on(unit, LOOKED_AT)
    for row, states in rows:
        for state in states:
            plans.move(unit, actor=lead, action_id=row.id, state=state, expected_version=row.version)
