"""The review desk: a region comments, a swap shows its effect, two confirm it, the next run keeps it; few clicks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.journeys.conftest import Matched
from tests.journeys.test_key_pages import tab_to, tab_to_button
from tests.journeys.walk import Walk
from tests.services.solvers import in_process
from tests.site import Person
from webapp.authority.roles import Role
from webapp.services import run_execution
from webapp.store.matches import ProposedMatch
from webapp.store.runs import Run
from webapp.store.unit_of_work import Database

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


def match_page(database: Database, run_id: object) -> str:
    with database.unit(writing=False) as unit:
        found = unit.session.scalars(select(ProposedMatch.id).where(ProposedMatch.run_id == run_id)).first()
        return f"/national/matches/{found}"


def test_a_swap_from_the_regions_comment_to_the_next_run_without_javascript(
    plain_walk: Walk, matched: Matched, database: Database, signed_in: Callable[..., Person], let_in
) -> None:
    walk, context, page = plain_walk, plain_walk.page.context, match_page(database, matched.run_id)
    let_in(context, signed_in(Role.REGIONAL_READER, region_code="Y1", name="Nia Rees"))
    walk.open(page)
    walk.press("Comment for your region")
    walk.write(Your_comment="Carys Bowen knows them well.")
    walk.press("Save the comment")
    walk.says("Carys Bowen knows them well.")
    let_in(context, matched.reviewer)
    walk.open(page)
    walk.says("Nia Rees", "Carys Bowen knows them well.")
    walk.follow("See what it would do")
    walk.says("Set free", "Who loses", "What it does to the run")
    with walk.page.expect_download() as file:
        walk.follow("CSV file: load by month")
    heads, first, *_ = file.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert heads == "Month,Declared,This match,Other matches,Elsewhere,Free"
    walk.says(first.split(",")[0])
    walk.page.get_by_label("Reason", exact=True).select_option("better_partner")
    walk.press("Propose this swap and go to the next")
    walk.says("The swap is proposed. Another person confirms it.")
    expect(walk.page.get_by_role("button", name="Confirm the swap")).to_have_count(0)
    let_in(context, matched.admin)
    walk.open(page)
    walk.press("Confirm the swap")
    walk.says("The swap is confirmed.")
    walk.open(f"/national/runs/{matched.run_id}/review")
    walk.follow("Run again around the decisions")
    walk.press("Start the run")
    walk.says("It waits for a worker.")
    with database.unit(writing=False) as unit:
        run_id = unit.session.scalars(select(Run.id).order_by(Run.number.desc())).first()
    assert run_id is not None
    run_execution.execute(database, run_id, solver=in_process)
    let_in(context, matched.reviewer)
    walk.open(match_page(database, run_id))
    walk.says("Fixed before this run by a decision")
    expect(walk.page.locator("h1")).not_to_contain_text("Meridian")


def test_a_match_is_decided_on_one_page_with_three_clicks_or_the_keyboard(
    walk: Walk, matched: Matched, database: Database, let_in
) -> None:
    """Why, who comes next, who loses and the decision stand on one screen; the next match follows by itself."""
    let_in(walk.page.context, matched.reviewer)
    walk.open(f"/national/runs/{matched.run_id}/review")
    walk.look("Review the matches")
    walk.press("Decide the next match")
    walk.says("Why this partner", "Next best", "Who loses")
    walk.look("Meridian Improvement Network for Northfield Hospitals NHS Trust")
    for each in ("Next best", "Who loses", "Your decision"):
        expect(walk.page.get_by_text(each, exact=True).first).to_be_in_viewport()
    keyboard = walk.page.keyboard
    tab_to(walk.page, "kind")
    keyboard.press("Space")
    tab_to(walk.page, "reason_code")
    keyboard.press("ArrowDown")
    tab_to_button(walk.page, "Save and go to the next")
    keyboard.press("Enter")
    walk.says("Every match is decided.")
    walk.open(f"/national/runs/{matched.run_id}/board")
    walk.look("Pack for the board")
    walk.open(f"{match_page(database, matched.run_id)}/letters")
    walk.look("Letters of this match")
