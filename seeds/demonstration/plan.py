"""The improvement plan of the demonstration's trust, from ``plan.toml``: private to it like any other."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from seeds.demonstration.calendar import on
from webapp.authority.actor import Actor
from webapp.services import plans
from webapp.services.plans import ActionState, Content
from webapp.store.unit_of_work import UnitOfWork

BEGUN, LOOKED_AT = date(2026, 9, 7), date(2026, 11, 2)


def write(unit: UnitOfWork, lead: Actor) -> None:
    """Put the actions into the lead's plan, and move them on."""
    on(unit, BEGUN)
    rows = [(plans.add(unit, actor=lead, content=content), states) for content, states in actions()]
    on(unit, LOOKED_AT)
    for row, states in rows:
        for state in states:
            plans.move(unit, actor=lead, action_id=row.id, state=state, expected_version=row.version)


def actions() -> tuple[tuple[Content, tuple[ActionState, ...]], ...]:
    """What is to be done, and the states that each has gone through."""
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        (
            Content(**{name: value for name, value in each.items() if name != "states"}),
            _states(each["states"]),
        )
        for each in written["actions"]
    )


def _states(names: list[str]) -> tuple[ActionState, ...]:
    return tuple(map(ActionState, names))
