"""The pages of the improvement plan, and the wall round it (Z03)."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.pages import assert_accessible, photograph
from tests.webapp.trusts.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.services import plans
from webapp.services.plans import Content
from webapp.store.audit import AuditEntry
from webapp.store.support_requests import SupportRequest

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
TOKEN = "zq8canary"
FIELDS = {"title": f"{TOKEN}1", "aim": f"{TOKEN}2", "measure": f"{TOKEN}3", "owner": f"{TOKEN}4"}


@pytest.fixture
def action(trusts):
    """The address of an action whose every field holds a word that nobody else must ever read."""
    return trusts.member.submit("/plan/new", {**FIELDS, "component_code": "C1"}).location


class TestPages:
    def test_an_empty_plan_says_what_to_do(self, trusts):
        visit = trusts.member.get("/plan")
        assert (visit.status, visit.heading) == (200, "Improvement plan")
        assert "No actions yet. Add the first one with the button above." in visit.text

    def test_from_adding_to_done(self, trusts, action):
        date = {"due_on-day": "1", "due_on-month": "3", "due_on-year": "2027"}
        changed = trusts.lead.submit(f"{action}/change", {**date, "owner": "Ward leads"})
        assert (changed.status, changed.location) == (303, action)
        assert "1 March 2027" in trusts.member.get(action).text
        done = trusts.member.submit(action, {"state": "done"}, form='form[action$="/state"]')
        assert done.location == action
        page = trusts.lead.get(action)
        assert "Done" in page.text
        assert [button.get_text(strip=True) for button in page.page.select('form[action$="/state"]')] == [
            "It is under way"
        ]
        listed = trusts.lead.get("/plan")
        assert "1 of 1 action done." in listed.text
        history = trusts.lead.get(f"{action}/history").text
        assert history.count(TOKEN) == 6  # title as caption, all four added, the owner once as before
        assert "State Done Before: Planned" in history

    def test_filters(self, trusts, action):
        trusts.lead.submit(
            "/plan/new", {"title": "Late one", "due_on-day": "1", "due_on-month": "10", "due_on-year": "2026"}
        )

        def titles(query):
            return [
                cell.get_text(strip=True) for cell in trusts.lead.get(f"/plan?{query}").page.select("td a")
            ]

        assert titles("") == ["Late one", f"{TOKEN}1"]
        assert titles("overdue=yes") == ["Late one"]
        assert titles("component=C1") == titles("q=zq8canary3") == [f"{TOKEN}1"]
        assert titles("state=done") == []

    def test_bad_words_come_back_as_typed(self, trusts):
        words = {
            "title": "",
            "owner": "Nurse 943 476 5919",
            "due_on-day": "31",
            "due_on-month": "2",
            "due_on-year": "2027",
        }
        visit = trusts.lead.submit("/plan/new", words)
        assert visit.status == 422
        assert len(visit.errors) == 3
        assert {name: visit.values()[name] for name in words} == words

    def test_two_at_once_both_words_are_shown(self, trusts, action):
        form = trusts.member.get(f"{action}/change").values()
        trusts.lead.submit(f"{action}/change", {"aim": "What the lead wrote"})
        visit = trusts.member.post(f"{action}/change", {**form, "aim": "What the member wrote"})
        assert visit.status == 409
        assert "What the lead wrote" in visit.text
        assert visit.values()["aim"] == "What the member wrote"
        assert trusts.member.post(f"{action}/change", visit.values()).status == 303

    def test_a_state_that_may_not_follow(self, trusts, action):
        form = {**trusts.lead.get(action).values(), "state": "planned"}
        assert trusts.lead.post(f"{action}/state", form).status == 409
        assert trusts.lead.submit(action, {"state": "x"}, form='form[action$="/state"]').status == 422

    def test_no_page_takes_more_than_twelve_queries_or_100_kb(self, trusts, database, action):
        with database.unit(writing=True) as unit:
            for number in range(120):
                plans.add(unit, actor=trusts.lead.actor, content=Content(f"Action {number}", "x" * 500))
        pages = ("/plan", "/plan/new", action, f"{action}/change", f"{action}/history")
        visits = [trusts.lead.get(path) for path in pages]
        assert {visit.status for visit in visits} == {200}
        assert max(visit.queries for visit in visits) <= MOST_QUERIES
        assert max(len(visit.response.get_data()) for visit in visits) < MOST_BYTES


class TestAskingForSupport:
    def test_the_draft_has_title_and_aim_and_no_link(self, trusts, database, action):
        asked = trusts.member.submit(action, form='form[action$="/ask"]')
        row = trusts.row(asked.location.removesuffix("/priority"))
        assert (row.title, row.aim, row.measure, row.component_code) == (
            *[FIELDS[n] for n in ("title", "aim", "measure")],
            "C1",
        )
        assert FIELDS["owner"] not in str(vars(row))
        assert action.rsplit("/", 1)[1] not in str(vars(row))
        assert "A support request was begun from it" in trusts.lead.get(f"{action}/history").text

    def test_nobody_begins_one_from_anothers_plan(self, trusts, database, action):
        form = trusts.other_lead.get("/plan/new").values()
        assert trusts.other_lead.post(f"{action}/ask", form).status == 404
        with database.unit(writing=False) as unit:
            assert unit.session.scalar(select(SupportRequest)) is None


def places(app):
    """Every address without an identifier that answers GET."""
    return sorted(
        str(rule) for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments
    )


def crawled(app, person, most=45):
    """What a person reads from every place they may open, and one link on; files of lists in both kinds."""
    waiting, seen, read = [*places(app), "/requests/requests?as=xlsx"], set(), []
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path == "/account/start":
            continue
        seen.add(path)
        visit = person.get(path)
        read.append(visit.response.get_data())
        if visit.response.mimetype == "text/html":
            links = [str(link["href"]) for link in visit.page.select("main a[href]")]
            waiting += [link for link in links if link.startswith("/") and "/sign" not in link]
    return read


class TestTheWall:
    def test_no_other_role_reads_a_word_of_it(self, app, trusts, signed_in, database, action):
        """Every role but the organisation's own people, every address they may open, exports too: 0 hits."""
        everybody = [signed_in(role, organisation_id=trusts.organisations["T2"]) for role in list(Role)[1:]]
        everybody += [
            signed_in(role, organisation_id=trusts.organisations["T1"])
            for role in (Role.PARTNER_EXPERT, Role.PARTNER_MANAGER)
        ]
        pages = 0
        for person in everybody:
            read = crawled(app, person)
            pages += len(read)
            assert not any(TOKEN.encode() in content for content in read), person.actor.role
            for page in ("", "/change", "/history"):
                assert person.get(action + page).status == 404
        assert pages > 200
        with database.unit(writing=False) as unit:
            kept = [str(vars(row)) for row in unit.session.scalars(select(AuditEntry))]
        identifier = action.rsplit("/", 1)[1]
        assert [row for row in kept if TOKEN in row or identifier in row] == []

    def test_another_organisations_action_is_like_none(self, trusts, action):
        for page in ("", "/change", "/history"):
            theirs, absent = (trusts.other_lead.get(path + page) for path in (action, f"/plan/{uuid4()}"))
            assert (theirs.status, absent.status) == (404, 404)
            assert re.sub("[0-9a-f]{32}", "", theirs.text) == re.sub("[0-9a-f]{32}", "", absent.text)

    def test_a_member_reads_neither_history_nor_file(self, trusts, action):
        assert trusts.member.get(f"{action}/history").status == 404
        assert trusts.member.get("/plan/actions").status == 403
        assert TOKEN in trusts.lead.get("/plan/actions").response.get_data(as_text=True)

    def test_what_the_organisations_own_people_do_is_not_in_the_audit(self, trusts, database, action):
        trusts.lead.submit(f"{action}/change", {"owner": "Somebody"})
        form = {**trusts.lead.get(action).values(), "state": "planned"}
        trusts.lead.post(f"{action}/state", form)
        with database.unit(writing=False) as unit:
            acts = set(unit.session.scalars(select(AuditEntry.action)))
        assert {act for act in acts if "plan" in act} == set()
        assert UUID(action.rsplit("/", 1)[1])


class TestInTheBrowser:
    def test_the_pages_are_accessible_and_fit(self, context, live_server, let_in, trusts, action):
        trusts.lead.submit(
            "/plan/new", {"title": "Late one", "due_on-day": "1", "due_on-month": "10", "due_on-year": "2026"}
        )
        let_in(context, trusts.lead)
        page, said = context.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        for path in ("/plan", "/plan/new", action, f"{action}/history"):
            page.goto(live_server + path)
            assert_accessible(page)
            photograph(page, "plan-" + path.strip("/").replace(action.strip("/"), "action").replace("/", "-"))
        assert said == []
