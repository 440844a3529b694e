"""The question pages: what people type comes back with what is wrong, and nothing half right is kept."""

import pytest
from sqlalchemy import func, select

from webapp.authority.actions import Action
from webapp.store.audit import AuditEntry

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NOT_DAYS = (
    "-1",
    "0",
    "1.5",
    "1000000000",
    "1e400",
    "nan",
    "1_2",
    "\u0661\u0662",
    "\uff11\uff12",
    "0x1f",
    "12 days",
    "<b>5</b>",
)
MARKUP = '</textarea><script>alert("x")</script> & "quotes" '
NHS_NUMBERS = ("943 476 5919", "9434765919", "943-476-5919")


def errors_of_fields(visit):
    """The error beside each field, by the field's id."""
    found = visit.page.select(".nhsuk-error-message")
    return {
        tag["id"].removesuffix("-error"): tag.get_text(strip=True).removeprefix("Error:") for tag in found
    }


@ONE_ENGINE
class TestBadNumbers:
    def test_each_comes_back_as_it_was_typed(self, trusts):
        path = trusts.draft(days=6)
        for typed in NOT_DAYS:
            visit = trusts.lead.submit(f"{path}/amount", {"days": typed, "max_team": "2"})
            assert visit.status == 422, typed
            assert visit.errors == ["Days must be a whole number from 1 to 1,000"]
            assert visit.title.startswith("Error: ")
            values = visit.values()
            assert (values["days"], values["max_team"], values["delivery"]) == (typed, "2", "mixed")
            assert visit.page.select_one('.nhsuk-error-summary a[href="#days"]')
        assert trusts.row(path).days == 6

    def test_nothing_and_more_than_the_team(self, trusts):
        path = trusts.draft()
        visit = trusts.lead.submit(f"{path}/amount", {"days": " ", "max_team": "6"})
        assert visit.errors == [
            "Enter how many days of support you want",
            "Partners must be a whole number from 1 to 5",
        ]

    def test_months_the_wrong_way_round_or_beyond_the_round(self, trusts):
        path = trusts.submitted()
        months = {"window_first": "2027-06", "window_last": "2027-01"}
        visit = trusts.lead.submit(f"{path}/amount", months)
        assert visit.errors == ["The last month must not be before the first"]
        assert {name: visit.values()[name] for name in months} == months
        beyond = trusts.lead.submit(f"{path}/amount", {"window_last": "2029-01"})
        assert (beyond.status, beyond.errors) == (422, ["Choose the last month"])

    @pytest.mark.parametrize(
        ("page", "field", "value"),
        [
            ("urgency", "severity", "5"),
            ("urgency", "severity", "x"),
            ("rank", "rank", "0"),
            ("rank", "rank", "1e3"),
        ],
    )
    def test_a_choice_that_is_not_offered(self, trusts, page, field, value):
        path = trusts.draft()
        visit = trusts.lead.submit(f"{path}/{page}", {field: value})
        assert visit.status == 422
        assert len(visit.errors) == 1

    def test_a_shape_that_is_none_leads_to_the_shapes(self, trusts):
        path = trusts.draft()
        assert trusts.lead.get(f"{path}/amount?shape=everything").location == f"{path}/shape"


@ONE_ENGINE
class TestWords:
    def test_markup_stays_words_on_every_page_that_shows_it(self, trusts):
        path = trusts.draft()
        trusts.lead.submit(f"{path}/aim", {"aim": MARKUP, "measure": MARKUP})
        assert trusts.row(path).aim == MARKUP.strip()
        for page in ("/aim", "/check", ""):
            visit = trusts.lead.get(path + page)
            assert '<script>alert("x")' not in visit.response.get_data(as_text=True)
        assert MARKUP.strip() in trusts.lead.get(f"{path}/check").page.get_text()
        assert trusts.lead.get(f"{path}/aim").values()["aim"] == MARKUP.strip()

    def test_an_nhs_number_is_refused_and_the_words_are_kept(self, trusts):
        path = trusts.draft()
        for number in NHS_NUMBERS:
            words = f"As for {number}, <i>he</i> waited"
            visit = trusts.lead.submit(f"{path}/aim", {"aim": words, "measure": "Days waited"})
            assert visit.status == 422, number
            assert "NHS number" in visit.errors[0]
            assert (visit.values()["aim"], visit.values()["measure"]) == (words, "Days waited")
            assert list(errors_of_fields(visit)) == ["aim"]

    def test_too_long_empty_and_hidden(self, trusts):
        path = trusts.draft()
        long = "x" * 2001
        visit = trusts.lead.submit(f"{path}/aim", {"aim": long, "measure": "  "})
        assert visit.errors == [
            "What you want to achieve must be 2,000 characters or fewer",
            "Enter how you would know that it worked",
        ]
        assert visit.values()["aim"] == long
        title = trusts.lead.submit(f"{path}/aim", {"title": "gohome\u202e"})
        assert (title.status, len(title.errors)) == (422, 1)

    def test_the_same_words_in_another_form_of_unicode_are_the_same(self, trusts):
        path = trusts.draft()
        trusts.lead.submit(f"{path}/sponsor", {"sponsor_name": "Ame\u0301lie", "lead_email": "a@example.org"})
        assert trusts.row(path).sponsor_name == "Am\u00e9lie"

    def test_a_code_that_is_none_of_ours(self, trusts):
        path = trusts.draft()
        assert trusts.lead.submit(f"{path}/topic", {"topic_code": "MEH-FLO"}).errors == ["Choose a topic"]
        assert trusts.lead.submit(f"{path}/in-place", {"existing_method_code": "UEC"}).status == 422
        assert trusts.board_lead.submit("/requests/new", {"beneficiary_id": "1"}).status == 422


class TestTwoAtOnce:
    def test_the_second_sees_both_texts_and_may_send_again(self, trusts):
        path = trusts.draft(aim="As it was")
        form = trusts.member.get(f"{path}/aim").values()
        trusts.lead.submit(f"{path}/aim", {"aim": "What the lead wrote"})
        visit = trusts.member.post(f"{path}/aim", {**form, "aim": "What the member wrote"})
        assert visit.status == 409
        assert "What the lead wrote" in visit.page.select_one(".nhsuk-warning-callout").get_text()
        assert visit.values()["aim"] == "What the member wrote"
        assert trusts.row(path).aim == "What the lead wrote"
        again = trusts.member.post(f"{path}/aim", visit.values())
        assert (again.status, trusts.row(path).aim) == (303, "What the member wrote")

    def test_sent_twice_it_is_kept_once(self, trusts, database):
        path = trusts.draft()
        form = {**trusts.lead.get(f"{path}/aim").values(), "aim": "Once"}
        with database.unit(writing=False) as unit:
            drafts = select(func.count()).where(AuditEntry.action == Action.REQUEST_DRAFT)
            before = unit.session.scalar(drafts)
        answers = [trusts.lead.post(f"{path}/aim", form) for _ in range(2)]
        assert [(each.status, each.location) for each in answers] == [(303, f"{path}/skills")] * 2
        with database.unit(writing=False) as unit:
            assert unit.session.scalar(drafts) == before + 1

    def test_a_version_that_never_was(self, trusts):
        path = trusts.draft(aim="As it was")
        for version in ("", "0", "-1", "999999", "x", "1e3"):
            visit = trusts.lead.submit(f"{path}/aim", {"aim": "Mine", "version": version})
            assert visit.status == 409, version
        assert trusts.row(path).aim == "As it was"


@ONE_ENGINE
class TestOrder:
    def test_the_pages_follow_one_another_to_the_answers(self, trusts):
        """Each page saved untouched leads to the next one, and loses nothing."""
        path = trusts.draft(trusts.member)
        before = trusts.row(path)
        page, seen = f"{path}/priority", []
        while not page.endswith("/check"):
            seen.append(page.removeprefix(path).partition("?")[0])
            if page.endswith("/skills"):
                page = trusts.member.get(page).page.find("a", string=lambda text: "Continue" in (text or ""))[
                    "href"
                ]
                continue
            page = trusts.member.submit(page).location
        assert seen == [
            "/priority",
            "/topic",
            "/aim",
            "/skills",
            "/shape",
            "/amount",
            "/sponsor",
            "/in-place",
            "/urgency",
            "/rank",
        ]
        after = trusts.row(path)
        for name in ("title", "aim", "measure", "days", "window_last", "sponsor_name", "severity", "rank"):
            assert getattr(after, name) == getattr(before, name)

    def test_from_the_answers_it_leads_back_there(self, trusts):
        path = trusts.draft()
        groups = trusts.lead.get(f"{path}/check").page.select(".app-answers a")
        pages = [link["href"] for link in groups]
        assert pages[0] == f"{path}/priority?from=check"
        topic = trusts.lead.submit(pages[0]).location
        assert topic == f"{path}/topic?priority=UEC&from=check"
        assert trusts.lead.submit(topic).location == f"{path}/check"
        assert trusts.lead.submit(f"{path}/urgency?from=check").location == f"{path}/check"

    def test_what_is_usual_for_a_shape_is_filled_in(self, trusts):
        path = trusts.lead.submit("/requests/new").location.removesuffix("/priority")
        values = trusts.lead.get(f"{path}/amount?shape=hands_on").values()
        assert (values["days"], values["max_team"], values["delivery"]) == ("48", "2", "on_site")

    def test_points_and_places_left_stand_beside_the_question(self, trusts):
        trusts.submitted(rank=1, severity=4)
        path = trusts.draft(rank=2)
        visit = trusts.lead.get(f"{path}/urgency")
        assert "Severity points left: 2 of 6" in visit.text
        assert "Uses 2 points." in visit.text
        assert "Uses 3 points: more than you have left." in visit.text
        places = trusts.lead.get(f"{path}/rank")
        assert [each["value"] for each in places.page.select("input[name=rank]")] == ["2", "3"]
        assert "First: it matters most to us: Leaving hospital sooner" in places.text
