"""Two administrators: values tried, proposed, confirmed; a scenario compared and made the round's run."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.journeys.conftest import Matched
from tests.journeys.walk import Walk
from tests.services.solvers import in_process
from webapp.services import run_execution
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import Database

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


def solve_what_waits(database: Database) -> None:
    """What a worker would do."""
    with database.unit(writing=False) as unit:
        waiting = list(unit.session.scalars(select(Run.id).where(Run.state == RunState.QUEUED)))
    for run_id in waiting:
        run_execution.execute(database, run_id, solver=in_process)


def test_a_policy_is_tried_and_a_scenario_adopted_without_scripts(
    matched: Matched, database: Database, plain_walk: Walk
) -> None:
    walk = plain_walk
    walk.sign_in("admin", code=True)
    walk.open("/national/policy/new")
    walk.look("Propose a new version of the policy")
    walk.write(Name="Spring", **{"Why_does_the_policy_change?": "The board met"})
    walk.write(Day="2", Month="11", Year="2026")
    walk.page.locator("summary", has_text="Priorities").click()
    walk.write(**{"Mental_health:_weight": "3"})
    walk.press("Preview the effect")
    walk.says("Values that are tried", "Mental health", "waits for a worker")
    solve_what_waits(database)
    walk.follow("See how far it is now")
    walk.says("Who gains and who loses")
    walk.press("Propose these values")
    walk.press("Propose this version")
    walk.says("You proposed it. Another administrator confirms or refuses it.")
    version = walk.page.url.removeprefix(walk.base)

    walk.open(f"/national/rounds/{matched.round_id}/scenario?double=UEC")
    walk.press("Queue the scenario")
    walk.says("Urgent and emergency care doubled")
    solve_what_waits(database)
    walk.follow("Urgent and emergency care doubled")
    walk.follow("What it stands on")
    walk.says("The weight of urgent and emergency care times 2.")
    walk.press("Make it the round's run")
    walk.write(Why_should_this_scenario="The board prefers it")
    walk.press("Save")
    walk.says("Proposed. Another person decides on it.")
    basis = walk.page.url.removeprefix(walk.base)

    walk.sign_in("second_admin", code=True)
    walk.open(version)
    walk.press("Confirm or refuse")
    walk.choose("Confirm this version")
    walk.press("Save the answer")
    walk.says("In force")
    walk.open(basis)
    walk.press("Decide on it")
    walk.choose("Make it the round's run")
    walk.press("Save")
    walk.says("It was a scenario until two people made it the round's run.")


def test_its_pages_are_accessible(matched: Matched, walk: Walk) -> None:
    walk.sign_in("admin", code=True)
    for path, heading in (
        ("/national/policy", "Policy"),
        ("/national/policy/new", "Propose a new version of the policy"),
        (f"/national/rounds/{matched.round_id}/scenario", "Make a scenario"),
        (f"/national/rounds/{matched.round_id}/check", "Before solving"),
    ):
        walk.open(path)
        walk.look(heading)
