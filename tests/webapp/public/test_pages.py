"""The open pages: what they say, what they cost, and how they are in a real browser."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages import assert_accessible, photograph
from webapp.authority.roles import Role

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGES = {
    "/": "Find or give improvement support",
    "/how-matching-works": "How matching works",
    "/accessibility": "Accessibility statement",
    "/privacy": "Privacy notice",
    "/sign-in": "Sign in",
    "/signed-out": "You have signed out",
}
STATIC = Path(__file__).parents[3] / "webapp" / "static" / "nhsuk"


@ONE_ENGINE
class TestOpenPages:
    @pytest.mark.parametrize(("path", "heading"), PAGES.items())
    def test_each_says_what_it_is(self, visitor, path, heading):
        visit = visitor.get(path)
        assert (visit.status, visit.heading) == (200, heading)
        assert visit.title == f"{heading} - Support partner matching"
        assert len(visit.page.select("h1")) == 1
        assert visit.queries <= 12

    def test_without_priorities_the_start_page_says_so(self, visitor):
        assert "No priorities have been set yet" in visitor.get("/").text

    def test_the_foot_of_a_page_names_whose_facts_the_service_shows(self, visitor):
        foot = visitor.get("/").page.footer
        assert "open-government-licence/version/3" in foot.select_one("p a")["href"]
        for owner in (
            "NHS England",
            "Care Quality Commission",
            "Office for National Statistics",
            "OS",
            "Royal Mail",
        ):
            assert owner in foot.get_text()

    def test_somebody_signed_in_is_led_to_their_pages(self, app, signed_in):
        visit = signed_in(Role.TRUST_LEAD).get("/")
        assert "Go to your pages" in visit.text
        assert "Sign out" in visit.page.header.get_text()

    def test_the_banner_says_that_people_are_invented(self, visitor):
        assert "The people are invented" in visitor.get("/").page.get_text()

    def test_ready_and_alive(self, visitor):
        assert visitor.get("/healthz").response.get_json() == {"status": "ok"}
        ready = visitor.get("/readyz").response.get_json()
        assert ready == {
            "status": "ready",
            "checks": {"database": True, "migrations": True, "queue": True},
        }


@ONE_ENGINE
class TestInTheBrowser:
    def test_open_pages_are_accessible_at_both_widths(self, context, live_server):
        page = context.new_page()
        for path, heading in PAGES.items():
            page.goto(live_server + path)
            expect(page.locator("h1")).to_have_text(heading)
            photograph(page, "open-" + (path.strip("/") or "start"))
            assert_accessible(page)

    def test_account_pages_are_accessible_and_work_without_a_script(
        self, plain_context, live_server, let_in, signed_in
    ):
        let_in(plain_context, signed_in(Role.TRUST_LEAD, name="Grace Okafor"))
        page = plain_context.new_page()
        page.goto(f"{live_server}/account")
        photograph(page, "account")
        page.get_by_role("link", name="Change password").click()
        expect(page.locator("h1")).to_have_text("Change your password")
        page.get_by_role("button", name="Change password").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        photograph(page, "account-password")
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("h1")).to_have_text("You have signed out")

    def test_nothing_is_loaded_from_elsewhere_and_nothing_is_blocked(self, context, live_server):
        page, asked, said = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(f"{live_server}/sign-in")
        page.wait_for_load_state("networkidle")
        assert all(url.startswith((live_server, "data:")) for url in asked)
        assert said == []


class TestVendoredFiles:
    def test_they_are_the_ones_that_were_checked(self):
        for line in (STATIC / "SHA256SUMS").read_text().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name

    def test_the_style_sheet_calls_no_other_host(self):
        text = (STATIC / "nhsuk-frontend-10.6.1.min.css").read_text()
        assert "http" not in text.replace("http://www.w3.org", "")
        assert "@font-face" not in text
