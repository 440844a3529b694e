"""Pages in a real browser: the headless Chromium, accessibility, screenshots."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import browser as chromium

SCREENS = Path(__file__).parents[1] / "test-results" / "screens"
WIDTHS = (1280, 375)
PATIENCE = 60_000
"""Milliseconds to wait for what a person would see by then: only on slow machines, and where a test fails."""
STAYS = """new MutationObserver(() => {
  for (const each of document.querySelectorAll('[data-reload-seconds]')) each.removeAttribute('data-reload-seconds');
}).observe(document, {childList: true, subtree: true})"""

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in the browser are marked as such, and stay in one process: one browser is enough."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's own options and ours: which Chromium, and no talk with the outside."""
    return {**browser_type_launch_args, **chromium.launch_options(), "timeout": 3 * PATIENCE}


@pytest.fixture
def context(
    new_context: Callable[..., BrowserContext], browser: Browser, request: pytest.FixtureRequest
) -> BrowserContext:
    """A person's browser, English and in London; the summary counts it.

    Pages about work in progress do not ask for themselves again: they would do so in the middle of a look at them.
    """
    request.node.user_properties.append(("browser", f"Chromium {browser.version}"))
    context = new_context(
        locale="en-GB", timezone_id="Europe/London", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(STAYS)
    return context


@pytest.fixture
def plain_context(
    new_context: Callable[..., BrowserContext], browser: Browser, request: pytest.FixtureRequest
) -> BrowserContext:
    """The same person with JavaScript switched off."""
    request.node.user_properties.append(("browser", f"Chromium {browser.version}"))
    context = new_context(
        locale="en-GB",
        timezone_id="Europe/London",
        viewport={"width": 1280, "height": 900},
        java_script_enabled=False,
    )
    context.set_default_timeout(PATIENCE)
    return context


def assert_accessible(page: Page) -> None:
    """No violation and nothing that axe could not decide.

    axe is a script: use it on a page of ``context``, never of ``plain_context``, where it would not end.
    """
    wait_until_still(page)
    found = Axe().run(page, options={"resultTypes": ["violations", "incomplete"]}).response
    rules = (*found["violations"], *found["incomplete"])
    problems = [_in_words(rule, node) for rule in rules for node in rule["nodes"]]
    assert not problems, f"{page.url}:\n" + "\n".join(problems)


def _in_words(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']} ({rule['help']}) at {node['target']}: {node['html'][:200]}"


def wait_until_still(page: Page) -> None:
    """Wait until the page is loaded, as wide as it was asked to be, and nothing of its header moves any more.

    The menu folds itself up by a script some frames after the window has changed; who looks in between finds
    links that lie under one another. And the script that puts the focus on the summary of errors has run: who
    pressed a key before would find the focus gone. Not for pages of ``plain_context``: they have no frames to count.
    """
    page.wait_for_load_state()
    width = (page.viewport_size or {}).get("width")
    assert page.evaluate(STILL, width), f"{page.url} does not come to rest"


STILL = """async (width) => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const places = () => JSON.stringify([...document.querySelectorAll('header, header *')].map(element => {
    const box = element.getBoundingClientRect();
    return [box.x, box.y, box.width, box.height];
  }));
  await document.fonts.ready;
  let before = places();
  for (let same = 0, turns = 0; turns < 600; turns++) {
    await frame();
    const now = places();
    same = now === before && (!width || innerWidth === width) ? same + 1 : 0;
    if (same === 4) return true;
    before = now;
  }
  return false;
}"""


def assert_fits(page: Page) -> None:
    """The page itself never scrolls sideways (a labelled region inside it may).

    The menu folds itself up by a script once the window has changed: it is given time for that.
    """
    page.wait_for_load_state()
    for _ in range(PATIENCE // 100):
        width, visible = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        if width <= visible:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url} is {width} pixels wide on a screen of {visible}")


def photograph(page: Page, name: str) -> None:
    """Screenshots at both widths into ``test-results/screens``; leaves the page at the width it had."""
    before = page.viewport_size
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
    if before:
        page.set_viewport_size(before)
