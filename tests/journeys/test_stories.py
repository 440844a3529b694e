"""A story in a real browser: written by the trust, agreed by the partner, published, found by everybody, taken down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.factories.engagements import offered
from tests.factories.organisations import add_network
from tests.factories.rounds import open_round
from tests.factories.stories import TEXT, over
from tests.factories.taxonomy import add_taxonomy
from tests.journeys.walk import Walk
from tests.site import Person
from webapp.authority.roles import Role
from webapp.store.unit_of_work import Database

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


@dataclass
class Done:
    """An engagement that is over, with people of both sides and of the national team."""

    path: str
    lead: Person
    expert: Person
    reviewer: Person


@pytest.fixture
def done(database: Database, signed_in: Callable[..., Person]) -> Done:
    """The work of an expert at T1, with its outcome."""
    with database.unit(writing=True, request_id="country") as unit:
        bodies = add_network(unit.session)
        add_taxonomy(unit.session)
        open_round(unit)
        trust = bodies["T1"].id
    lead = signed_in(Role.TRUST_LEAD, organisation_id=trust)
    with database.unit(writing=True, request_id="working") as unit:
        pair = offered(unit, unit.session.merge(bodies["T3"]), lead.actor)
        path = f"/engagements/{over(unit, pair).id}"
        expert, partner = pair.expert.user_id, pair.partner.id
    return Done(
        path,
        lead,
        signed_in(Role.PARTNER_EXPERT, user_id=expert, partner_id=partner),
        signed_in(Role.NATIONAL_REVIEWER),
    )


def test_from_the_first_word_until_it_is_taken_down(walk: Walk, done: Done, let_in) -> None:
    let_in(walk.page.context, done.lead)
    walk.open(done.path)
    walk.follow("Write the story")
    walk.write(Title=TEXT.title, What_was_tried=TEXT.tried, What_worked=TEXT.worked)
    walk.press("Save the story")
    walk.says("There is a problem", "Enter what did not work, or that everything did")
    walk.look("Write the story")
    walk.write(What_did_not_work=TEXT.not_worked)
    walk.press("Save the story")
    walk.look(TEXT.title)
    walk.press("Agree to this version")
    walk.says("Your side has agreed. The other side reads it next.")
    let_in(walk.page.context, done.expert)
    walk.page.reload()
    walk.press("Agree to this version")
    walk.says("Both sides have agreed.")
    let_in(walk.page.context, done.reviewer)
    walk.open("/national")
    walk.menu("Stories")
    walk.look("Stories")
    walk.follow(TEXT.title)
    walk.press("Publish the story")
    walk.says("Published: everybody can read it.")
    walk.page.context.clear_cookies()
    walk.open("/")
    walk.menu("Stories")
    walk.write(Words="transport")
    walk.press("Apply filters")
    walk.look("Stories")
    walk.follow(TEXT.title)
    walk.look(TEXT.title)
    address = walk.page.url
    let_in(walk.page.context, done.expert)
    walk.open(f"{done.path}/story")
    walk.follow("Take the story down")
    walk.look("Take the story down")
    walk.press("Take it down")
    walk.says("The story is taken down.", "Taken down")
    walk.page.context.clear_cookies()
    walk.page.goto(address)
    expect(walk.page.locator("h1")).to_have_text("Page not found")
