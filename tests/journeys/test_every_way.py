"""Each kind of person in the ways that their other journeys leave out: the keyboard alone, a telephone, no scripts."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.factories.support_requests import submitted
from tests.journeys.conftest import Matched
from tests.journeys.network import Network
from tests.journeys.test_becoming_a_partner import link, the_profile_is_made
from tests.journeys.test_key_pages import tab_to, tab_to_button
from tests.journeys.test_requesting import press_until
from tests.journeys.walk import Walk
from tests.pages import assert_fits
from webapp.store.accounts import User
from webapp.store.unit_of_work import Database

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]
TELEPHONE = {"width": 375, "height": 800}


def test_a_member_adds_an_action_to_the_plan_by_keyboard_on_a_telephone(walk: Walk, network: Network) -> None:
    page = walk.page
    page.set_viewport_size(TELEPHONE)
    walk.sign_in("member")
    walk.open("/plan")
    press_until(page, "Add an action")
    expect(page.locator("h1")).to_have_text("Add an action")
    tab_to(page, "title")
    page.keyboard.type("A huddle on every ward")
    tab_to(page, "due_on-day")
    page.keyboard.type("31")
    tab_to_button(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_class("nhsuk-error-summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("name", "due_on-day")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    tab_to_button(page, "Save")
    page.keyboard.press("Enter")
    walk.says("A huddle on every ward")
    assert_fits(page)


def test_a_lead_lets_two_requests_change_places_by_keyboard(
    walk: Walk, network: Network, database: Database
) -> None:
    with database.unit(writing=True, request_id="asked") as unit:
        lead = unit.session.get_one(User, network.users["lead"]).memberships[0].actor()
        for rank, title in ((1, "Discharge"), (2, "Beds")):
            submitted(unit, lead, rank=rank, severity=1, title=title, reference=f"R-{rank}")
    page = walk.page
    walk.sign_in("lead")
    walk.look("Support requests")
    press_until(page, "Change the order of your requests")
    walk.look("The order of your requests")
    page.keyboard.press("Tab")
    for key in ("ArrowDown", "Tab", "ArrowUp"):
        while key != "Tab" and page.locator(":focus[type=radio]").count() == 0:
            page.keyboard.press("Tab")
        page.keyboard.press(key)
    tab_to_button(page, "Save the order")
    page.keyboard.press("Enter")
    walk.says("2 requests moved.")
    walk.follow("Change the order of your requests")
    second = page.get_by_role("group", name="Discharge (R-1)").get_by_role("radio", name="Second")
    expect(second).to_be_checked()


def test_a_board_asks_for_a_trust_of_its_area_without_scripts_on_a_telephone(
    plain_walk: Walk, network: Network
) -> None:
    walk, page = plain_walk, plain_walk.page
    page.set_viewport_size(TELEPHONE)
    walk.sign_in("board_lead")
    walk.press("Ask for support")
    page.get_by_label("Who is the support for?").select_option(label="Northfield Hospitals NHS Trust")
    walk.press("Start")
    walk.press("Save and continue")
    walk.says("There is a problem")
    walk.choose("Urgent and emergency care")
    walk.press("Save and continue")
    walk.choose("Flow through the hospital")
    walk.press("Save and continue")
    expect(page.locator("h1")).to_have_text("What you want to achieve")
    walk.open("/requests")
    walk.says("Northfield Hospitals NHS Trust")
    assert_fits(page)


def test_an_expert_registers_without_scripts_and_changes_employer(
    plain_walk: Walk, network: Network, app: Flask, database: Database
) -> None:
    walk = plain_walk
    walk.open("/join")
    walk.choose("I do, as an expert")
    walk.write(Your_name="Nia Wallace", Work_email_address="nia@example.org")
    walk.press("Continue")
    walk.open(link(app, database, "account.registration", "/join/"))
    walk.write(Choose_a_password="seven brave herons")
    walk.press("Save and continue")
    the_profile_is_made(walk)
    walk.press("Offer my support")
    walk.follow("Change your employer")
    walk.write(Which_organisation_employs_you_now="Northfield")
    for part, value in (("Day", "1"), ("Month", "11"), ("Year", "2026")):
        walk.page.get_by_label(part, exact=True).fill(value)
    walk.press("Change my employer")
    walk.says("One organisation fits.")
    walk.choose("Northfield Hospitals NHS Trust (T1)")
    walk.look("Change your employer")
    walk.press("Change my employer")
    walk.says("Your employer is changed. Northfield Hospitals NHS Trust has been asked to release you.")


def test_a_manager_offers_days_by_keyboard_on_a_telephone(walk: Walk, matched: Matched, let_in) -> None:
    page = walk.page
    page.set_viewport_size(TELEPHONE)
    let_in(page.context, matched.manager)
    walk.open("/partner/capacity")
    tab_to(page, "every")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    walk.says("Days in a usual month must be a whole number from 0 to 1,000")
    tab_to(page, "every")
    page.keyboard.press("Control+A")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page.locator("[name='2027-08']")).to_have_value("9")
    tab_to_button(page, "Save days")
    page.keyboard.press("Enter")
    walk.says("Your days are saved.")
    walk.look("Days you offer")
