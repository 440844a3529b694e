"""The list of requests, a draft's tasks, checking and submitting, withdrawing: who may, what it says, what it costs."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.factories.rounds import JOB
from tests.factories.support_requests import whole_draft
from tests.webapp.trusts.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.actions import Action
from webapp.authority.roles import Role
from webapp.services import rounds
from webapp.store.audit import AuditEntry
from webapp.store.rounds import Round
from webapp.store.support_requests import RequestState, SupportRequest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGES = (
    "",
    "/priority",
    "/topic",
    "/aim",
    "/skills",
    "/skills/UEC-FLO-DIS",
    "/shape",
    "/amount",
    "/sponsor",
    "/in-place",
    "/exclusions",
    "/urgency",
    "/rank",
    "/check",
    "/withdraw",
)


def count(database, what, *where):
    with database.unit(writing=False) as unit:
        return unit.session.scalar(select(func.count()).select_from(what).where(*where))


def words_of(visit, selector):
    return [" ".join(tag.get_text(" ").split()) for tag in visit.page.select(selector)]


@ONE_ENGINE
class TestList:
    def test_empty_it_says_what_to_do_next(self, trusts):
        visit = trusts.lead.get("/requests")
        assert (visit.status, visit.heading) == (200, "Support requests")
        assert "Winter round takes requests until 30 November 2026." in visit.text
        assert "3 of 3 requests left" in visit.text
        assert "6 of 6 severity points left" in visit.text
        assert "No requests yet. Start one with the button above." in visit.text

    def test_it_holds_ones_own_requests_only(self, trusts):
        mine = trusts.submitted(title="Ours")
        trusts.submitted(trusts.other_lead, title="Theirs")
        visit = trusts.member.get("/requests")
        assert words_of(visit, "td:first-child") == ["Ours"]
        assert visit.page.select_one("td a")["href"] == mine
        assert "2 of 3 requests left" in visit.text

    def test_filters_and_order(self, trusts):
        trusts.draft(title="Beds", days=20)
        trusts.submitted(title="Going home", days=3)
        assert words_of(trusts.lead.get("/requests?sort=days"), "td:first-child") == ["Going home", "Beds"]
        assert words_of(trusts.lead.get("/requests?state=draft"), "td:first-child") == ["Beds"]
        assert words_of(trusts.lead.get("/requests?q=HOME"), "td:first-child") == ["Going home"]
        assert "Nothing matches your filters" in trusts.lead.get("/requests?q=%25").text

    def test_between_rounds_it_says_so(self, trusts, database):
        with database.unit(writing=True) as unit:
            row = unit.session.get_one(Round, trusts.round_id)
            rounds.close(unit, actor=JOB, round_id=row.id, expected_version=row.version)
        assert "No round is open for requests now" in trusts.lead.get("/requests").text

    def test_a_lead_takes_it_away_as_a_file_and_a_member_does_not(self, trusts):
        trusts.submitted(title="=HYPERLINK(1)")
        export = trusts.lead.get("/requests/requests.csv")
        assert export.status == 200
        text = export.response.get_data(as_text=True)
        assert "'=HYPERLINK(1)" in text
        assert trusts.member.get("/requests/requests.csv").status == 403
        assert trusts.member.get("/requests").page.find("a", href=re.compile("csv")) is None


@ONE_ENGINE
class TestWho:
    def test_another_organisations_request_is_like_none(self, trusts):
        """404 for both, in the same words; nothing tells them apart."""
        path = trusts.draft()
        for page in PAGES:
            theirs = trusts.other_lead.get(path + page)
            absent = trusts.other_lead.get(f"/requests/{uuid4()}{page}")
            assert (theirs.status, absent.status) == (404, 404), page
            assert re.sub("[0-9a-f]{32}", "", theirs.text) == re.sub("[0-9a-f]{32}", "", absent.text)

    def test_drafts_are_nobody_elses(self, trusts, signed_in):
        path, own = trusts.draft(), {Role.TRUST_LEAD, Role.TRUST_MEMBER, Role.ANONYMOUS}
        for role in set(Role) - own:
            person = signed_in(role, organisation_id=trusts.organisations["T1"])
            answers = {page: person.get(path + page).status for page in PAGES}
            assert set(answers.values()) == {404}, (role, answers)
            assert person.get("/requests/new").status == 403

    def test_visitors_are_asked_to_sign_in(self, trusts, visitor):
        path = trusts.draft()
        for page in ("/requests", "/requests/new", path, f"{path}/check"):
            assert visitor.get(page).location == f"/sign-in?next={page}"

    def test_a_member_writes_and_does_not_submit_or_withdraw(self, trusts):
        path = trusts.draft(trusts.member)
        visit = trusts.member.get(f"{path}/check")
        assert visit.status == 200
        assert "A lead of your organisation submits the request" in visit.text
        assert visit.page.select_one("main form") is None
        form = {**trusts.member.get(f"{path}/aim").values()}
        assert trusts.member.post(f"{path}/check", form).status == 404
        assert trusts.member.get(f"{path}/withdraw").status == 404
        assert trusts.row(path).state is RequestState.DRAFT

    def test_a_member_reads_and_does_not_change_what_was_submitted(self, trusts):
        path = trusts.submitted()
        page = trusts.member.get(path)
        assert page.status == 200
        assert page.page.find("a", string="Change your answers") is None
        assert trusts.member.get(f"{path}/aim").status == 404


class TestSubmitting:
    def test_a_whole_draft(self, trusts):
        path = trusts.draft(reference="R-77")
        check = trusts.lead.get(f"{path}/check")
        assert check.heading == "Check your answers"
        sent = trusts.lead.submit(f"{path}/check")
        assert (sent.status, sent.location) == (303, f"{path}/submitted")
        receipt = trusts.lead.get(sent.location)
        assert receipt.heading == "Request submitted"
        assert "R-77" in receipt.text
        assert "You can change it until 30 November 2026." in receipt.text
        assert trusts.row(path).state is RequestState.SUBMITTED

    def test_sent_twice_it_is_submitted_once(self, trusts, database):
        path = trusts.draft()
        form = trusts.lead.get(f"{path}/check").values()
        answers = [trusts.lead.post(f"{path}/check", form) for _ in range(2)]
        assert [(each.status, each.location) for each in answers] == [(303, f"{path}/submitted")] * 2
        assert count(database, AuditEntry, AuditEntry.action == Action.REQUEST_SUBMIT) == 1

    def test_two_leads_at_once_and_the_second_is_told(self, trusts, signed_in):
        second = signed_in(Role.TRUST_LEAD, organisation_id=trusts.organisations["T1"])
        path = trusts.draft()
        form = second.get(f"{path}/check").values()
        trusts.lead.submit(f"{path}/check")
        visit = second.post(f"{path}/check", form)
        assert (visit.status, visit.heading) == (409, "This has changed since you opened it")

    def test_changed_after_submitting_it_is_not_to_be_submitted_again(self, trusts):
        path = trusts.submitted()
        visit = trusts.lead.get(f"{path}/check")
        assert "each change is saved at once" in visit.text
        assert visit.page.select_one("main form") is None
        assert visit.page.find("a", string="Back to the request")["href"] == path

    def test_gaps_are_named_each_with_its_page(self, trusts):
        path = trusts.lead.submit("/requests/new").location.removesuffix("/priority")
        visit = trusts.lead.get(f"{path}/check")
        missing = {link.get_text(): link["href"] for link in visit.page.select(".nhsuk-warning-callout a")}
        assert missing["Choose a national priority"] == f"{path}/priority"
        pages = [href.removeprefix(f"{path}/") for href in dict.fromkeys(missing.values())]
        assert pages == [
            "priority",
            "topic",
            "aim",
            "skills",
            "shape",
            "amount",
            "sponsor",
            "urgency",
            "rank",
        ]
        assert missing["Choose at least one skill"] == f"{path}/skills"
        assert missing["Enter the name of the local lead"] == f"{path}/sponsor"
        assert visit.page.select_one("main form") is None

    def test_a_place_taken_meanwhile_is_said_on_the_page(self, trusts):
        trusts.submitted(rank=1)
        visit = trusts.lead.submit(f"{trusts.draft(rank=1)}/check")
        assert visit.status == 422
        assert visit.errors == [
            "Another of your requests in this round already has that place. Choose another place"
        ]

    def test_more_severity_than_is_left(self, trusts):
        trusts.submitted(rank=1, severity=4)
        visit = trusts.lead.submit(f"{trusts.draft(rank=2, severity=3)}/check")
        assert (visit.status, visit.errors) == (
            422,
            ["Your organisation has 2 of 6 severity points left in this round"],
        )


@ONE_ENGINE
class TestWithdrawing:
    def test_says_what_it_does_and_does_it(self, trusts):
        path = trusts.submitted()
        page = trusts.lead.get(f"{path}/withdraw")
        assert "are free for other requests while the round is open" in page.text
        sent = trusts.lead.submit(f"{path}/withdraw", {"reason": "We found help nearby"})
        assert (sent.status, sent.location) == (303, path)
        assert "Withdrawn on 2 November 2026." in trusts.lead.get(path).text
        assert "There is no result yet" not in trusts.lead.get(path).text
        assert trusts.lead.get(f"{path}/withdraw").location == path

    def test_a_reason_about_a_patient_is_refused_and_kept_on_the_page(self, trusts):
        path = trusts.submitted()
        words = "Patient 943 476 5919 went home <b>"
        visit = trusts.lead.submit(f"{path}/withdraw", {"reason": words})
        assert visit.status == 422
        assert "NHS number" in visit.errors[0]
        assert visit.values()["reason"] == words
        assert trusts.row(path).state is RequestState.SUBMITTED


@ONE_ENGINE
class TestCost:
    def test_no_page_takes_more_than_twelve_queries_or_100_kb(self, trusts, database):
        """Whatever the rows: the list with 1 and with 60 requests costs the same."""
        first = trusts.draft()
        visits = [trusts.lead.get("/requests")]
        with database.unit(writing=True) as unit:
            for number in range(60):
                whole_draft(unit, trusts.lead.actor, title=f"Request {number}")
        visits.append(trusts.lead.get("/requests"))
        assert visits[0].queries == visits[1].queries
        visits += [trusts.lead.get(first + page) for page in PAGES]
        submitted = trusts.submitted()
        visits += [trusts.lead.get(submitted), trusts.lead.get(f"{submitted}/submitted")]
        assert {visit.status for visit in visits} == {200}
        paths = [visit.response.request.path for visit in visits]
        dear = {path: visit.queries for path, visit in zip(paths, visits, strict=True)}
        assert {path: queries for path, queries in dear.items() if queries > MOST_QUERIES} == {}
        assert max(len(visit.response.get_data()) for visit in visits) < MOST_BYTES

    def test_every_page_has_one_heading_a_title_and_a_way_back(self, trusts):
        path = trusts.draft()
        for page in PAGES:
            visit = trusts.lead.get(path + page)
            assert len(visit.page.select("h1")) == 1, page
            assert visit.heading in visit.title, page
            assert visit.page.select_one(".nhsuk-back-link"), page


@ONE_ENGINE
class TestAddresses:
    def test_words_in_the_address_neither_change_the_request_nor_break_the_page(self, trusts):
        """Only what a page reads from its address is carried on; the rest is dropped."""
        path = trusts.draft()
        tail = "?request_id=1&_scheme=javascript&_external=1&_anchor=x&shape=training&priority=MEH"
        shape = trusts.lead.submit(f"{path}/shape{tail}", {"shape": "coaching"})
        assert (shape.status, shape.location) == (303, f"{path}/amount?shape=coaching")
        priority = trusts.lead.submit(f"{path}/priority{tail}", {"priority_code": "UEC"})
        assert (priority.status, priority.location) == (303, f"{path}/topic?priority=UEC")

    def test_no_draft_is_made_by_opening_the_first_page(self, trusts, database):
        trusts.lead.get("/requests/new")
        assert count(database, SupportRequest) == 0
