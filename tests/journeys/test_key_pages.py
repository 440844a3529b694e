"""The key pages of each group without JavaScript, and a form filled in with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Matched
from tests.journeys.walk import Walk
from tests.pages import wait_until_still

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


def test_without_javascript_everything_can_be_done(plain_walk: Walk, matched: Matched, let_in) -> None:
    walk, context = plain_walk, plain_walk.page.context
    let_in(context, matched.lead)
    a_request_is_begun(walk)
    let_in(context, matched.manager)
    days_are_offered(walk)
    let_in(context, matched.reviewer)
    matches_are_decided(walk, matched)
    let_in(context, matched.admin)
    walk.open(f"/national/runs/{matched.run_id}/publication")
    walk.press("Propose publication")
    walk.says("Proposed. Another administrator confirms or sends it back.")
    let_in(context, matched.second_admin)
    walk.open(f"/national/runs/{matched.run_id}/publish")
    walk.look("Confirm publication")
    walk.choose("Publish")
    walk.press("Save the answer")
    walk.says("Published. Offers are on their way.")
    let_in(context, matched.lead)
    walk.open(f"/requests/{matched.request_id}")
    walk.says("Why this partner", "Offered to both sides")
    walk.look("Leaving hospital sooner")
    walk.follow("Letter about Meridian Improvement Network")
    walk.look("A support partner for “Leaving hospital sooner”")
    let_in(context, matched.manager)
    walk.open("/partner/matches")
    walk.follow("Leaving hospital sooner")
    walk.follow("Letter about this match")
    walk.look("You are asked to support Northfield Hospitals NHS Trust")
    let_in(context, matched.reviewer)
    it_is_rolled_back(walk, matched)


def it_is_rolled_back(walk: Walk, matched: Matched) -> None:
    """Nobody has accepted yet, so all of it can be taken back."""
    walk.open(f"/national/runs/{matched.run_id}/publication")
    walk.follow("Roll back this publication")
    walk.write(Why_are_the_results="Two trusts were mixed up")
    walk.look("Roll back the publication")
    walk.press("Roll back")
    walk.says("Taken back. The round is in review again")


def a_request_is_begun(walk: Walk) -> None:
    """Mistakes come back with their summary; words are found; a filter works."""
    walk.open("/requests")
    walk.look("Support requests")
    walk.press("Ask for support")
    walk.press("Start")
    walk.press("Save and continue")
    walk.says("There is a problem", "Choose a national priority")
    walk.look("Which national priority does this come under?")
    walk.choose("Mental health")
    walk.press("Save and continue")
    walk.choose("Flow through mental health care")
    walk.press("Save and continue")
    walk.look("What you want to achieve")
    walk.write(
        Give_the_request_a_short_title="At home in a crisis",
        What_do_you_want_to_achieve="People in a crisis are seen at home.",
        How_would_you_know_that_it_worked="Hours to the first visit.",
    )
    walk.press("Save and continue")
    walk.open("/requests?state=draft")
    walk.says("2 requests match your filters", "At home in a crisis")


def days_are_offered(walk: Walk) -> None:
    walk.open("/partner")
    walk.look("Meridian Improvement Network")
    walk.menu("Days you offer")
    walk.write(Days_in_a_usual_month="3")
    walk.press("Fill in")
    expect(walk.page.locator("[name='2027-08']")).to_have_value("3")
    walk.press("Save days")
    walk.says("Your days are saved.")
    walk.look("Days you offer")


def matches_are_decided(walk: Walk, matched: Matched) -> None:
    walk.open(f"/national/runs/{matched.run_id}")
    walk.look("Run 1")
    walk.press("Review the matches")
    walk.look("Review the matches")
    walk.press("Decide the next match")
    walk.choose("Approve")
    walk.page.get_by_label("Reason", exact=True).select_option("fits")
    walk.press("Save and go to the next")
    walk.says("Every match is decided.")


def test_a_form_is_filled_in_with_the_keyboard_alone(walk: Walk, matched: Matched, let_in) -> None:
    """Tab, arrows, Space and Enter: from the first key on the page to the next page; focus can be seen."""
    let_in(walk.page.context, matched.lead)
    walk.open(f"/requests/{matched.draft_id}/amount?shape=coaching")
    page = walk.page
    wait_until_still(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "days")
    page.keyboard.press("Control+A")
    page.keyboard.type("none")
    tab_to(page, "delivery")
    page.keyboard.press("ArrowDown")
    tab_to(page, "max_team")
    tab_to_button(page, "Save and continue")
    page.keyboard.press("Enter")
    walk.says("There is a problem", "Days must be a whole number")
    expect(page.locator(":focus")).to_have_class("nhsuk-error-summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("name", "days")
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    tab_to_button(page, "Save and continue")
    page.keyboard.press("Space")
    walk.look("Who stands behind this request")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the input of this name has the focus, and shows it."""
    tab_until(page, f"element => element.name === {name!r}")


def tab_to_button(page: Page, words: str) -> None:
    """Press Tab until the button with these words has the focus, and shows it."""
    tab_until(page, f"element => element.tagName === 'BUTTON' && element.innerText.trim() === {words!r}")


def tab_until(page: Page, is_there: str) -> None:
    wait_until_still(page)
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.count() == 1, "the focus left the page"
        if focused.evaluate(is_there):
            look = focused.evaluate(
                "element => { const s = getComputedStyle(element), l = element.nextElementSibling;"
                " return [s.outlineStyle, s.boxShadow, l ? getComputedStyle(l, '::before').boxShadow : 'none'] }"
            )
            assert look != ["none", "none", "none"], "the focus cannot be seen"
            return
    raise AssertionError(f"Tab does not lead to {is_there}")
