"""Asking for support, with nothing but the screen: a member without scripts on a telephone, a board by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.network import Network
from tests.journeys.walk import Walk
from tests.pages import wait_until_still

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]
MOST_PAGES, MOST_FIELDS = 14, 30
QUESTIONS = (
    """main input:not([type=hidden]):not([type=radio]):not([type=checkbox]), main textarea, main select"""
)
GROUPS = "main input[type=radio], main input[type=checkbox]"


class Counted:
    """Somebody who writes a request page by page; the pages and what is asked on each are counted."""

    def __init__(self, page: Page, base: str):
        self.page, self.base = page, base
        self.asked: dict[str, int] = {}

    def reads(self, heading: str) -> None:
        """The page that is open, and how many things it asks for."""
        expect(self.page.locator("h1")).to_have_text(heading)
        self.page.wait_for_load_state()
        groups = {box.get_attribute("name") for box in self.page.locator(GROUPS).all()}
        self.asked[heading] = self.page.locator(QUESTIONS).count() + len(groups)

    def goes_on(self, button: str = "Save and continue") -> None:
        """Press the button under the questions."""
        self.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()

    def chooses(self, *names: str) -> None:
        """Choose radio buttons by their words."""
        for name in names:
            self.page.get_by_role("radio", name=name, exact=True).check()

    def writes(self, label: str, words: str) -> None:
        """Fill in a field by its label."""
        self.page.get_by_label(label).fill(words)


def test_a_member_writes_a_first_request_on_a_telephone_without_scripts(
    plain_walk: Walk, network: Network
) -> None:
    """At most 14 short pages and 30 fields, and each leads to the next; a lead submits it."""
    page = plain_walk.page
    page.set_viewport_size({"width": 375, "height": 800})
    plain_walk.sign_in("member")
    person = Counted(page, plain_walk.base)
    page.get_by_role("button", name="Ask for support").click()
    what_it_is_about(person)
    how_much(person)
    on_what_terms(person)
    expect(page.locator("h1")).to_have_text("Check your answers")
    expect(page.get_by_role("main")).to_contain_text("A lead of your organisation submits the request")
    expect(page.locator(".nhsuk-warning-callout")).to_have_count(0)
    pages, fields = len(person.asked) + 1, sum(person.asked.values())
    assert pages <= MOST_PAGES, person.asked
    assert fields <= MOST_FIELDS, person.asked
    go_back_and_on(person)


def what_it_is_about(person: Counted) -> None:
    """Priority, topic, aim and title, one skill of the topic's own."""
    person.reads("Ask for support")
    person.goes_on("Start")
    person.reads("Which national priority does this come under?")
    person.chooses("Urgent and emergency care")
    person.goes_on()
    person.reads("Which topic is closest?")
    expect(person.page.get_by_role("main")).to_contain_text("Question 2 of 10")
    person.chooses("Flow through the hospital")
    person.goes_on()
    person.reads("What you want to achieve")
    person.writes("What do you want to achieve?", "Half of our patients wait a day after they are ready.")
    person.writes("How would you know that it worked?", "Days waited: from 2.1 to 1.0 by June.")
    person.writes("Give the request a short title", "Home on the day")
    person.goes_on()
    person.reads("Skills you want")
    person.page.get_by_role("link", name="Planning discharge from admission").click()
    person.reads("Planning discharge from admission")
    person.goes_on("Save skill")
    person.page.get_by_role("main").get_by_role("button", name="Continue").click()


def how_much(person: Counted) -> None:
    """A shape, whose usual days stand in the next page already."""
    person.reads("What shape should the support have?")
    person.chooses("Coaching")
    person.goes_on()
    person.reads("How much support, when and where")
    expect(person.page.get_by_label("How many days of support do you want?")).to_have_value("12")
    person.goes_on()


def on_what_terms(person: Counted) -> None:
    """Sponsor and lead, what is in place, severity, rank."""
    person.reads("Who stands behind this request")
    person.writes("Name of the executive sponsor", "Helen Marsh")
    person.writes("Role of the executive sponsor", "Chief operating officer")
    person.writes("Name of the local lead", "Sunil Rao")
    person.goes_on()
    person.reads("What is in place already")
    person.goes_on()
    person.reads("How severe is the problem?")
    person.chooses("2. A steady problem")
    person.goes_on()
    person.reads("Where does this request stand among your requests in this round?")
    person.chooses("First: it matters most to us")
    person.goes_on()


def go_back_and_on(person: Counted) -> None:
    """The browser's back button and a form sent again make nothing twice and lose nothing."""
    person.page.go_back()
    expect(person.page.get_by_role("radio", name="First: it matters most to us", exact=True)).to_be_checked()
    person.goes_on()
    expect(person.page.locator("h1")).to_have_text("Check your answers")
    expect(person.page.get_by_role("main")).to_contain_text("Home on the day")


def test_a_board_asks_for_its_practices_by_keyboard(walk: Walk, network: Network) -> None:
    """Tab, space, arrows and enter alone, from the list to the first answers; every page is accessible."""
    walk.sign_in("board_lead")
    walk.look("Support requests")
    page = walk.page
    press_until(page, "Ask for support")
    walk.look("Ask for support")
    press_until(page, "Name a place that is not on the list, such as a group of practices")
    walk.look("What is the place called?")
    page.get_by_label("What is the place called?").focus()
    page.keyboard.type("Riverside practices")
    page.keyboard.press("Enter")
    walk.look("Ask for support")
    expect(page.get_by_label("Who is the support for?")).to_contain_text("Riverside practices")
    press_until(page, "Start")
    walk.look("Which national priority does this come under?")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    walk.look("Which topic is closest?")
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    walk.look("What you want to achieve")
    press_until(page, "All parts of this request, to go on another day")
    walk.says("Riverside practices", "You have completed 2 of 9 parts that are needed.")


def press_until(page: Page, words: str) -> None:
    """Walk on with the tabulator until the focus is on these words, then press enter; wait for what that opens."""
    wait_until_still(page)
    focused = page.locator("a:focus, button:focus")
    for _ in range(60):
        page.keyboard.press("Tab")
        if any(words in text for text in focused.all_text_contents()):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the tabulator does not reach {words!r}")
