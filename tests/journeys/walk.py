"""A person at work in a browser, and what must be true of every page that they see."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
from playwright.sync_api import Page, expect

from tests.engines import Clock
from tests.journeys.network import PASSWORD, SECRET, Network
from tests.pages import assert_accessible, photograph, wait_until_still


class Walk:
    """Opens pages, presses buttons, and looks at each page: heading, accessibility, both widths, silence."""

    def __init__(self, page: Page, base: str, name: str, clock: Clock, check: Callable[[Page], None] | None):
        self.page, self.base, self.name, self.clock = page, base, name, clock
        self.check = check
        self.seen: list[str] = []
        self.said: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def look(self, heading: str) -> None:
        """The page that is open has this heading, and is as every page must be."""
        page = self.page
        expect(page.locator("h1")).to_have_text(heading)
        assert heading in page.title(), f"{page.title()!r} does not say {heading!r}"
        photograph(page, f"{self.name}-{len(self.seen):02d}-{_slug(heading)}")
        if self.check is not None:
            self.check(page)
        self.seen.append(heading)
        assert self.said == [], f"{page.url} said: {self.said}"

    def _hear(self, kind: str, text: str) -> None:
        """Keep errors and warnings; Chromium also notes the 422 of a form with mistakes, which is right."""
        if kind in ("error", "warning") and "status of 422" not in text:
            self.said.append(text)

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(self.base + path)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Press a button, or a link that looks like one."""
        self.page.get_by_role("main").get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Follow a link of the page's main part."""
        self.page.get_by_role("main").get_by_role("link", name=name, exact=exact).first.click()

    def menu(self, name: str) -> None:
        """Follow a link of the menu."""
        self.page.get_by_role("navigation", name="Menu").get_by_role("link", name=name).click()

    def choose(self, *names: str) -> None:
        """Choose radio buttons by their words."""
        for name in names:
            self.page.get_by_role("radio", name=name, exact=True).check()

    def write(self, **fields: str) -> None:
        """Fill in fields by the beginning of their labels (underscores stand for spaces)."""
        for label, words in fields.items():
            self.page.get_by_label(label.replace("_", " ")).first.fill(words)

    def says(self, *words: str) -> None:
        """The page's main part holds these words."""
        for each in words:
            expect(self.page.get_by_role("main")).to_contain_text(each)

    def sign_in(self, who: str, *, code: bool = False) -> None:
        """Sign in as somebody, after whoever sat there before has gone."""
        self.page.context.clear_cookies()
        self.open("/sign-in")
        self.write(Email_address=Network.email(who), Password=PASSWORD)
        self.press("Sign in")
        if code:
            self.enter_code()
        account = self.page.get_by_role("navigation", name="Account")
        expect(account.get_by_role("link", name="Messages")).to_be_visible()

    def enter_code(self) -> None:
        """Type the code that the authenticator shows now."""
        self.page.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(SECRET).at(self.clock()))
        self.press("Continue")


def with_axe(page: Page) -> None:
    """Accessibility, in a browser that runs scripts; on a telephone too where something scrolls inside the page."""
    assert_accessible(page)
    if page.locator(".app-scroll").count():
        page.set_viewport_size({"width": 375, "height": 900})
        assert_accessible(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        wait_until_still(page)


def _slug(heading: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in heading.lower()).split())[:50]
