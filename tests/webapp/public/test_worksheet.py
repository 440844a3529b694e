"""The self-assessment worksheet: the same for everybody, and nothing typed into it leaves the browser (I3, Z03)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories.worksheets import TOKEN, saved_file
from tests.pages import assert_accessible, photograph
from webapp.authority.roles import Role

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class TestThePage:
    def test_without_a_script_it_can_be_read_and_takes_nothing(self, visitor):
        visit = visitor.get("/worksheet")
        assert (visit.status, visit.heading) == (200, "Self-assessment worksheet")
        assert len(visit.page.select("[data-component]")) == 5
        assert len(visit.page.select("[data-practice]")) == 22
        assert "still to be checked" in visit.text
        assert visit.page.find("form") is None
        assert visit.page.select("input[name], textarea, select") == []
        assert visitor.post("/worksheet", {"note": "x"}).status in (400, 405)

    def test_its_policy_lets_nothing_out(self, visitor):
        headers = visitor.get("/worksheet").response.headers
        assert "connect-src 'none'" in headers["Content-Security-Policy"]
        assert "form-action 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"

    def test_it_is_the_same_whoever_reads_it(self, visitor, signed_in):
        pages = [
            who.get("/worksheet").page.find("body").find("div", class_="nhsuk-width-container").get_text()
            for who in (visitor, signed_in(Role.TRUST_LEAD), signed_in(Role.AUDITOR))
        ]
        assert len(set(pages)) == 1

    def test_asking_for_help_carries_a_code_and_nothing_else(self, visitor):
        links = visitor.get("/worksheet").page.select("[data-component] a")
        assert [link["href"] for link in links] == [f"/requests/new?component=C{n}" for n in range(1, 6)]
        assert {link["rel"][-1] for link in links} == {"noreferrer"}


def fill(page: Page) -> list[str]:
    """A unique token in every field, a level for every practice; gives the tokens."""
    tokens = []
    for number, box in enumerate(page.locator("textarea, #about").all()):
        tokens.append(f"{TOKEN}{number:03d}")
        box.fill(tokens[-1])
    for number, practice in enumerate(page.locator(".app-practice").all()):
        practice.locator("input").nth(number % 5).check()
    return tokens


def everything_in(database_url: str) -> str:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as connection:
        return "\n".join(connection.iterdump())


class TestInTheBrowser:
    def test_nothing_typed_leaves_the_browser(self, context, live_server, database_url, tmp_path):
        """All traffic, storage, cookies and the database are looked through; the saved file shows what was typed."""
        page, sent = context.new_page(), []
        context.on("request", lambda each: sent.append((each.url, str(each.all_headers()), each.post_data)))
        page.goto(f"{live_server}/worksheet")
        tokens = fill(page)
        assert len(tokens) == 23
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Save to a file").click()
        content = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert all(token in content for token in tokens)
        with context.expect_page() as opened:
            page.get_by_role("link", name="Ask for help").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.url == f"{live_server}/sign-in?next=/requests/new?component%3DC1"
        before = len(sent)
        tries = """token => Promise.all([
            fetch("/?" + token).catch(() => 0), new Promise(done => {
                const form = document.createElement("form");
                form.action = "/?" + token; form.method = "post"; document.body.append(form); form.submit();
                setTimeout(done, 200);
            }), navigator.sendBeacon("/?" + token)])"""
        page.evaluate(tries, TOKEN)
        # Even a script that tried to fetch, to send a beacon or a form could not.
        assert [url for url, *_ in sent[before:] if TOKEN in url] == []
        stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        databases = page.evaluate("indexedDB.databases().then(found => found.length)")
        looked_at = [str(sent), stored, str(context.cookies()), everything_in(database_url)]
        assert len(sent) > 5
        assert [place for place in looked_at if TOKEN in place] == []
        assert databases == 0

    def test_what_was_saved_is_loaded_again_and_other_files_change_nothing(self, context, live_server):
        page = context.new_page()
        page.goto(f"{live_server}/worksheet")

        def load(content: bytes) -> None:
            page.locator("#worksheet-message").evaluate("box => box.replaceChildren()")
            page.locator("#load").set_input_files([{"name": "w.json", "mimeType": "", "buffer": content}])

        for content, words in (
            (b"%PDF-1.7", "This file is not a worksheet."),
            (b'{"format": "something/else"}', "This file is not a worksheet."),
            (b"null", "This file is not a worksheet."),
            (saved_file().replace(b'"version": 1', b'"version": 2'), "saved by a newer version"),
            (saved_file().replace(b'"level": 3', b'"level": 9'), "This worksheet is damaged"),
            (b" " * 1_000_001, "This file is too large"),
        ):
            load(content)
            expect(page.get_by_role("status")).to_contain_text(words)
            expect(page.get_by_role("status")).to_contain_text("Nothing on this page has changed.")
        load(saved_file())
        expect(page.get_by_role("status")).to_contain_text("The worksheet is loaded.")
        expect(page.locator("#C1-1-note")).to_have_value(TOKEN)
        expect(page.locator("#C1-1-level-3")).to_be_checked()
        expect(page.locator("#summary-picture tbody tr").first).to_contain_text("1 of 4")
        page.locator("#C1-2-note").fill("Ours")
        load(saved_file())
        page.get_by_role("button", name="Keep what is on this page").click()
        expect(page.locator("#C1-2-note")).to_have_value("Ours")
        load(saved_file())
        page.get_by_role("button", name="Replace them with the file").click()
        expect(page.locator("#C1-2-note")).to_have_value("")

    def test_it_is_accessible_and_fits_and_works_by_keyboard(self, context, live_server):
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{live_server}/worksheet")
        page.locator("#C2-1-level-0").focus()
        page.keyboard.press("ArrowUp")
        expect(page.locator("#C2-1-level-5")).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.type("Typed by keyboard")
        expect(page.locator("#C2-1-note")).to_have_value("Typed by keyboard")
        expect(page.locator("#summary-picture")).to_contain_text("5.0")
        assert_accessible(page)
        photograph(page, "worksheet")
        assert said == []
