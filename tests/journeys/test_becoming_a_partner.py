"""From "I can offer support" to an active profile; the employer answers; a colleague is invited and removed."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from tests.journeys.network import PASSWORD, Network
from tests.journeys.test_key_pages import tab_to, tab_to_button
from tests.journeys.walk import Walk
from tests.pages import wait_until_still
from webapp.store.outbox import OutboxMessage
from webapp.store.unit_of_work import Database

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]
MOST_PAGES = 8
ADDRESS = "nia.wallace@example.org"


def link(app: Flask, database: Database, kind: str, way: str) -> str:
    """The link of the newest message of a kind, as its owner reads it."""
    with database.unit(writing=False) as unit:
        query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.created_at)
        return way + app.extensions["sealer"].unseal(list(unit.session.scalars(query))[-1].sealed)


def test_an_expert_registers_and_is_released(
    walk: Walk, network: Network, app: Flask, database: Database
) -> None:
    walk.open("/")
    walk.follow("I can offer support")
    somebody_gives_an_address(walk)
    walk.open(link(app, database, "account.registration", "/join/"))
    walk.look("Choose a password")
    walk.write(Choose_a_password="seven brave herons")
    walk.press("Save and continue")
    the_profile_is_made(walk)
    assert len(walk.seen) == MOST_PAGES, walk.seen
    walk.press("Offer my support")
    walk.says("Thank you. You offer support from now on.", "has been asked to release you")
    walk.look("Nia Wallace")
    the_employer_answers(walk)


def somebody_gives_an_address(walk: Walk) -> None:
    """With the keyboard alone: a mistake first, then it goes on."""
    page = walk.page
    expect(page.locator("h1")).to_have_text("Offer support")
    wait_until_still(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "role")
    page.keyboard.press("Space")
    tab_to(page, "name")
    page.keyboard.type("Nia Wallace")
    tab_to_button(page, "Continue")
    page.keyboard.press("Enter")
    walk.says("Enter your work email address")
    expect(page.locator(":focus")).to_have_class("nhsuk-error-summary")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_attribute("name", "email")
    page.keyboard.type(ADDRESS)
    walk.look("Offer support")
    page.keyboard.press("Enter")
    walk.look("Check your email")


def the_profile_is_made(walk: Walk) -> None:
    """About, skills, days, interests, answers."""
    page = walk.page
    walk.write(Which_organisation_employs_you="NHS")
    walk.press("Save and continue")
    walk.says("Several organisations fit")
    walk.choose("Vale Royal NHS Foundation Trust (T2)")
    walk.look("About you")
    walk.press("Save and continue")
    walk.write(Type_a_word="beds")
    walk.press("Search")
    asked = page.get_by_role("group", name="Managing beds across sites")
    asked.get_by_label("Level").select_option("3. Have led it")
    asked.get_by_label("Last used in").fill("2026")
    walk.look("Your skills")
    walk.press("Save and continue")
    walk.write(Days_in_a_usual_month="3")
    page.get_by_text("Months with leave").click()
    page.get_by_label("August 2027").first.check()
    walk.press("Fill in")
    expect(page.locator("[name='2027-08']")).to_have_value("0")
    walk.look("Days you offer")
    walk.press("Save and continue")
    walk.write(Organisation="Seaview University Hospitals NHS Trust")
    walk.choose("I used to work there")
    for part, value in (("Day", "31"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(part, exact=True).fill(value)
    walk.press("Save and add another")
    walk.says("Seaview University Hospitals NHS Trust")
    walk.look("Your interests")
    walk.press("That is all: continue")
    walk.says("Vale Royal NHS Foundation Trust is asked whether it releases you")
    walk.look("Check your answers")


def the_employer_answers(walk: Walk) -> None:
    """The lead gives the release, endorses the skill, then withdraws; the expert reads each."""
    walk.sign_in("other_lead")
    walk.open("/organisation")
    walk.look("Your organisation")
    walk.follow("People of ours who offer support")
    walk.look("People of ours who offer support")
    walk.follow("Nia Wallace")
    walk.press("Give the release")
    walk.says("The release is given.")
    walk.press("Endorse Managing beds across sites")
    walk.says("Endorsed by the employer")
    walk.look("Nia Wallace")
    walk.follow("Withdraw the release")
    walk.page.get_by_label("Why?").fill("We are short of staff this winter.")
    walk.look("Withdraw the release of Nia Wallace")
    walk.press("Withdraw the release")
    walk.says("We are short of staff this winter.")


def test_a_manager_invites_a_colleague_without_scripts(
    plain_walk: Walk, network: Network, app: Flask, database: Database
) -> None:
    walk = plain_walk
    walk.sign_in("manager")
    walk.open("/organisation")
    walk.look("Your organisation")
    walk.follow("Members of your organisation")
    walk.press("Invite somebody")
    walk.write(Work_email_address="sam.ode@example.org", Name="Sam Ode")
    walk.choose("Manager")
    walk.look("Invite somebody")
    walk.press("Send the invitation")
    walk.says("Sam Ode (sam.ode@example.org), manager")
    walk.look("Members of your organisation")
    walk.page.context.clear_cookies()
    walk.open(link(app, database, "account.invitation", "/invitation/"))
    walk.look("Accept your invitation")
    walk.write(Choose_a_password=PASSWORD)
    walk.press("Accept and sign in")
    walk.look("About you")
    walk.sign_in("manager")
    walk.open("/organisation/members")
    walk.follow("Sam Ode")
    walk.look("Sam Ode")
    walk.press("Remove this role", exact=False)
    walk.says("Sam Ode is removed.")
