"""Publication by the pages: nothing before every decision, two people, a fresh sign-in for the second."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.engines import Clock
from tests.site import Person
from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.store.offers import Offer
from webapp.store.rounds import Round, RoundState

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def proposed(desk: Desk) -> Desk:
    """Every match decided on, publication proposed by the first administrator."""
    for reference, kind in (("R-1", "approve"), ("R-2", "reject"), ("R-3", "reject")):
        desk.decide(reference, kind)
    visit = desk.admin.submit(f"{desk.run}/publication", {"note": "As agreed on Monday"})
    assert visit.status == 303, visit.text
    return desk


def send_and_hang_up(server: str, path: str, form: dict[str, Any], person: Person) -> None:
    """Post a form as a browser does that is closed before any answer comes."""
    address, body = urlsplit(server), urlencode(form, doseq=True).encode()
    held = (
        person.client.get_cookie(name)
        for name in ("sign-in", person.client.application.config["SESSION_COOKIE_NAME"])
    )
    cookies = "; ".join(f"{each.key}={each.value}" for each in held if each)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(head.encode() + body)


def offers(desk: Desk) -> int:
    with desk.database.unit(writing=False) as unit:
        return unit.session.query(Offer).count()


@ONE_ENGINE
class TestPublication:
    def test_it_says_what_is_left_to_do(self, desk: Desk) -> None:
        visit = desk.admin.get(f"{desk.run}/publication")
        assert "3 matches have no decision yet." in visit.text
        assert visit.page.select_one("main form") is None
        values = desk.admin.get(f"{desk.run}/approve").values()
        assert desk.admin.post(f"{desk.run}/publication", {**values, "note": ""}).status == 409

    def test_the_same_person_may_not_publish(self, proposed: Desk) -> None:
        assert "You proposed it" in proposed.admin.get(f"{proposed.run}/publication").text
        visit = proposed.admin.submit(f"{proposed.run}/publish", {"answer": "publish"})
        assert visit.status == 409
        assert offers(proposed) == 0

    def test_another_administrator_publishes(self, proposed: Desk) -> None:
        shown = proposed.second_admin.get(f"{proposed.run}/publish")
        assert "As agreed on Monday" in shown.text
        unanswered = proposed.second_admin.submit(f"{proposed.run}/publish")
        assert (unanswered.status, unanswered.errors) == (422, ["Choose whether to publish"])
        visit = proposed.second_admin.submit(f"{proposed.run}/publish", {"answer": "publish"})
        assert (visit.status, visit.location) == (303, proposed.round)
        assert offers(proposed) == 1
        with proposed.database.unit(writing=False) as unit:
            assert unit.session.get_one(Round, proposed.round_id).state is RoundState.PUBLISHED

    def test_a_browser_closed_meanwhile_leaves_all_of_it_published_once(
        self, proposed: Desk, live_server: str
    ) -> None:
        form = {**proposed.second_admin.get(f"{proposed.run}/publish").values(), "answer": "publish"}
        send_and_hang_up(live_server, f"{proposed.run}/publish", form, proposed.second_admin)
        until = time.monotonic() + 60
        while not offers(proposed) and time.monotonic() < until:
            time.sleep(0.05)
        assert offers(proposed) == 1
        with proposed.database.unit(writing=False) as unit:
            assert unit.session.get_one(Round, proposed.round_id).state is RoundState.PUBLISHED
        again = proposed.second_admin.post(f"{proposed.run}/publish", form)
        assert (again.status, again.location) == (303, proposed.round)
        assert offers(proposed) == 1

    def test_it_may_be_rolled_back_until_a_side_accepts(self, proposed: Desk) -> None:
        proposed.second_admin.submit(f"{proposed.run}/publish", {"answer": "publish"})
        shown = proposed.reviewer.get(f"{proposed.run}/publication")
        page = str(shown.page.select_one('main a[href$="/roll-back"]')["href"])
        assert "1 offer would be taken back" in proposed.reviewer.get(page).text
        assert proposed.reviewer.submit(page, {"reason": " "}).errors == [
            "Enter why the results are taken back"
        ]
        visit = proposed.reviewer.submit(page, {"reason": "Two trusts were mixed up"})
        assert (visit.status, visit.location) == (303, f"{proposed.run}/publication")
        with proposed.database.unit(writing=False) as unit:
            assert unit.session.get_one(Round, proposed.round_id).state is RoundState.IN_REVIEW
        again = proposed.reviewer.get(page)
        assert again.page.select_one('main textarea[name="reason"]') is None
        assert "This publication is rolled back." in again.text

    def test_while_the_round_is_under_repair_the_page_says_why_it_cannot_be_rolled_back(
        self, proposed: Desk
    ) -> None:
        proposed.second_admin.submit(f"{proposed.run}/publish", {"answer": "publish"})
        page = proposed.reviewer.get(f"{proposed.run}/publication").page
        link = str(page.select_one('main a[href$="/roll-back"]')["href"])
        form = proposed.reviewer.get(link).values()
        with proposed.database.unit(writing=True) as unit:
            unit.session.get_one(Round, proposed.round_id).state = RoundState.REPAIR_REVIEW
        shown = proposed.reviewer.get(f"{proposed.run}/publication")
        assert shown.page.select_one('main a[href$="/roll-back"]') is None
        assert "It cannot be rolled back. The round is under repair" in shown.text
        assert shown.queries <= 12
        assert proposed.reviewer.post(link, {**form, "reason": "Two trusts were mixed up"}).status == 409
        auditor = proposed.who(Role.AUDITOR).get(f"{proposed.run}/publication")
        assert "rolled back" not in auditor.text

    def test_it_may_be_sent_back(self, proposed: Desk) -> None:
        visit = proposed.second_admin.submit(f"{proposed.run}/publish", {"answer": "refuse"})
        assert visit.status == 303
        assert offers(proposed) == 0
        assert proposed.admin.get(f"{proposed.run}/publication").page.select_one("main form")

    def test_publishing_needs_a_recent_sign_in(self, proposed: Desk, clock: Clock) -> None:
        values = proposed.second_admin.get(f"{proposed.run}/publish").values()
        clock.forward(minutes=11)
        opened = proposed.second_admin.get(f"{proposed.run}/publish")
        assert opened.status == 302
        assert opened.location.startswith("/account/confirm?next=")
        sent = proposed.second_admin.post(f"{proposed.run}/publish", {**values, "answer": "publish"})
        assert sent.location.startswith("/account/confirm")
        assert offers(proposed) == 0

    def test_reviewers_and_auditors_may_not_publish(self, proposed: Desk) -> None:
        for role in (Role.NATIONAL_REVIEWER, Role.AUDITOR):
            person = proposed.who(role)
            assert person.get(f"{proposed.run}/publish").status == 404
            assert "Proposed on" in person.get(f"{proposed.run}/publication").text
            assert "/publish" not in str(person.get(f"{proposed.run}/publication").page.find("main"))

    def test_before_a_proposal_there_is_nothing_to_confirm(self, desk: Desk) -> None:
        assert desk.admin.get(f"{desk.run}/publish").location == f"{desk.run}/publication"
