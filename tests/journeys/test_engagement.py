"""From a published match to both ratings: the manager of the partner and the trust's lead, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.journeys.conftest import Matched
from tests.journeys.test_key_pages import tab_to, tab_to_button
from tests.journeys.walk import Walk
from tests.services.matched import decided
from webapp.services import publications
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer
from webapp.store.unit_of_work import Database

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


@pytest.fixture
def offer_id(matched: Matched, database: Database) -> str:
    """The match approved and published by two administrators."""
    with database.unit(writing=True, request_id="publishing") as unit:
        query = select(ProposedMatch).where(ProposedMatch.run_id == matched.run_id)
        for match in unit.session.scalars(query):
            decided(unit, matched.reviewer.actor, match.id, DecisionKind.APPROVE)
        row = publications.propose(unit, actor=matched.admin.actor, run_id=matched.run_id)
        publications.confirm(
            unit,
            actor=matched.second_admin.actor,
            publication_id=row.id,
            expected_version=row.version,
        )
        return str(unit.session.scalars(select(Offer.id)).one())


class Story:
    """The steps, one after the other; with scripts every page is looked at."""

    def __init__(self, walk: Walk, matched: Matched, let_in, *, looks: bool):
        self.walk, self.matched, self.let_in, self.looks = walk, matched, let_in, looks

    def now(self, who: str) -> None:
        """Somebody else sits down."""
        self.let_in(self.walk.page.context, getattr(self.matched, who))

    def look(self, heading: str) -> None:
        """The page has this heading."""
        if self.looks:
            self.walk.look(heading)
        else:
            expect(self.walk.page.locator("h1")).to_have_text(heading)

    def both_accept(self) -> None:
        walk = self.walk
        self.now("manager")
        walk.open("/partner")
        walk.menu("My offers")
        self.look("My offers")
        walk.follow("Leaving hospital sooner")
        self.look("Leaving hospital sooner")
        walk.says(
            "Why you", "never counted against you", "You see their names once both sides have said yes."
        )
        walk.press("Accept")
        self.look("Accept this offer")
        walk.press("Accept")
        walk.says("You have accepted. The other side answers next.")
        self.now("lead")
        walk.open("/requests")
        walk.menu("My offers")
        self.look("My offers")
        walk.follow("Leaving hospital sooner")
        self.look("Meridian Improvement Network: 4 days")
        walk.press("Decline")
        self.look("Decline this offer")
        walk.follow("Accept instead")
        walk.press("Accept")
        walk.says("Both sides have accepted. Read the agreement next.")

    def both_agree(self) -> None:
        walk = self.walk
        self.look("Agreement")
        walk.says("Enter who leads for the partner")
        self.now("manager")
        walk.open("/engagements")
        self.look("My engagements")
        walk.follow("Leaving hospital sooner")
        walk.press("Read the agreement")
        walk.follow("Change the agreement")
        self.look("Change the agreement")
        walk.write(Lead_for_the_partner="Asha Patel")
        walk.press("Save the agreement")
        walk.says("There is a problem", "Enter the email address of the partner's lead")
        walk.page.get_by_label("Email address of the partner's lead").fill("asha@example.org")
        walk.press("Save the agreement")
        walk.press("Accept this version")
        walk.says("You have accepted the agreement.")
        self.now("lead")
        walk.page.reload()
        walk.press("Read the agreement")
        walk.press("Accept this version")
        walk.says("Both sides have accepted the agreement.")
        walk.press("Say that the work has started")
        self.look("The work has started")
        walk.press("Save the start")

    def work_is_done(self) -> None:
        walk = self.walk
        walk.says("Under way", "0 days of 4 used.")
        walk.press("Log days")
        self.look("Log of days")
        walk.page.get_by_label("Whole days").fill("2")
        walk.press("Log the days")
        walk.says("The days are logged.", "2 days of 4 used.")
        walk.page.get_by_role("link", name="The engagement").click()
        expect(walk.page.locator("h1")).to_have_text("Leaving hospital sooner")
        expect(walk.page.get_by_role("link", name="Answer")).to_have_count(0)
        walk.follow("Name a measure")
        self.look("Outcome")
        walk.write(What_is_measured="Days waited after being ready")
        walk.choose("Lower is better")
        walk.press("Save and add values")
        removals = walk.page.get_by_role("button", name="Remove the value of")
        for held, (day, month, value) in enumerate(
            ((1, 8, "6.5"), (1, 9, "6"), (1, 10, "7"), (2, 11, "4.25"))
        ):
            self.value(day, month, value)
            expect(removals).to_have_count(held + 1)
        self.look("Values of the measure")
        walk.says("the median before the work, 6.5", "4.25")
        walk.page.get_by_role("link", name="The engagement").click()
        self.look("Leaving hospital sooner")

    def value(self, day: int, month: int, value: str) -> None:
        page = self.walk.page
        for label, number in (("Day", day), ("Month", month), ("Year", 2026)):
            page.get_by_label(label, exact=True).fill(str(number))
        page.get_by_label("Value", exact=True).fill(value)
        self.walk.press("Save the value")
        self.walk.says("The value is saved.")

    def both_rate(self) -> None:
        walk = self.walk
        walk.follow("End it: the work is done")
        self.look("End the engagement")
        walk.press("End the engagement")
        walk.follow("Answer")
        self.look("Check-in after six weeks")
        walk.choose("It goes well")
        walk.press("Save the answer")
        self.rate("5. Very good", "Ask for Asha")
        walk.says("You have rated.")
        address = walk.page.url.removeprefix(walk.base)
        self.now("manager")
        walk.open(address)
        expect(walk.page.get_by_role("main")).not_to_contain_text("Ask for Asha")
        self.rate("4. Good", "")
        walk.says("Ask for Asha", "4. Good")
        self.now("reviewer")
        walk.open("/engagements?state=ended")
        self.look("Engagements")
        walk.says("1 engagement matches your filters", "Meridian Improvement Network")

    def rate(self, score: str, words: str) -> None:
        self.walk.press("Say how it went")
        self.look("How it went")
        self.walk.choose(score)
        self.walk.page.get_by_label("What should the next ones know?").fill(words)
        self.walk.press("Save the rating")


def test_from_offer_to_rating(walk: Walk, matched: Matched, offer_id: str, let_in) -> None:
    story = Story(walk, matched, let_in, looks=True)
    story.both_accept()
    story.both_agree()
    story.work_is_done()
    story.both_rate()


def test_the_same_without_javascript(plain_walk: Walk, matched: Matched, offer_id: str, let_in) -> None:
    story = Story(plain_walk, matched, let_in, looks=False)
    story.both_accept()
    story.both_agree()
    story.work_is_done()
    story.both_rate()


def test_a_no_with_the_keyboard_alone(walk: Walk, matched: Matched, offer_id: str, let_in) -> None:
    let_in(walk.page.context, matched.lead)
    walk.open(f"/offers/{offer_id}/decline")
    keyboard = walk.page.keyboard
    tab_to_button(walk.page, "Decline")
    keyboard.press("Enter")
    walk.says("There is a problem", "Choose why you decline")
    tab_to(walk.page, "reason")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    tab_to(walk.page, "words")
    keyboard.type("January does not suit us")
    tab_to_button(walk.page, "Decline")
    keyboard.press("Enter")
    walk.says("You have declined.", "You declined:")
