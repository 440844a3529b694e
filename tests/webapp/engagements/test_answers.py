"""Answering offers at the door: both sides' pages, two tabs, the back button, other people's offers."""

import uuid

import pytest

from webapp.store.offers import OfferState

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MOST_QUERIES, MOST_BYTES = 12, 100_000


def small(visit):
    return (
        visit.status == 200 and visit.queries <= MOST_QUERIES and len(visit.response.get_data()) < MOST_BYTES
    )


class TestRequester:
    def test_the_list_leads_to_an_offer_with_context_and_what_a_no_does(self, sides):
        path = f"/offers/{sides.offer_id}"
        for person in (sides.lead, sides.member):
            visit = person.get("/offers")
            assert path in {str(link["href"]) for link in visit.page.select("a[href]")}
            assert small(visit)
        page = sides.lead.get(path)
        assert small(page)
        for words in (
            "Why this partner",
            "3 days",
            "January 2027",
            "9 November 2026",
            "If you say no",
            "never",
        ):
            assert words in page.text, words
        assert page.page.select_one(f'a[href="{path}/accept"]')
        assert not sides.member.get(path).page.select_one(f'a[href="{path}/accept"]')
        assert sides.lead.get("/offers/offers.csv").response.mimetype == "text/csv"

    def test_a_no_needs_a_reason_and_keeps_the_words(self, sides):
        path = f"/offers/{sides.offer_id}/decline"
        missing = sides.lead.submit(path, {"words": "Not this winter"})
        assert (missing.status, missing.errors) == (422, ["Choose why you decline"])
        assert "Not this winter" in missing.text
        done = sides.lead.submit(path, {"words": "Not this winter", "reason": "timing"})
        assert (done.status, done.location) == (303, f"/offers/{sides.offer_id}")
        assert "You declined" in sides.lead.get(done.location).text
        over = sides.expert.get(f"/partner/matches/{sides.offer_id}")
        assert "Not this winter" not in over.text
        assert "If you say no" not in over.text + sides.lead.get(done.location).text
        assert sides.expert.get(path).status == 409


class TestWaiting:
    def test_the_first_page_of_each_side_says_what_waits_for_its_answer(self, sides):
        asks = "1 offer waits for your organisation's answer, by 9 November 2026."
        for person in (sides.lead, sides.member):
            shown = person.get("/requests")
            assert asks in shown.text
            assert small(shown)
        own = sides.expert.get("/partner")
        assert "1 offer waits for your answer, by 9 November 2026." in own.text
        assert own.page.select_one('main a[href="/partner/matches"]')
        assert small(own)
        assert "waits for" not in sides.other_lead.get("/requests").text

    def test_it_says_so_no_more_once_answered_or_lapsed(self, sides, clock):
        sides.expert.submit(f"/offers/{sides.offer_id}/accept")
        assert "waits for" not in sides.expert.get("/partner").text
        assert "waits for" in sides.lead.get("/requests").text
        clock.forward(days=8)
        fresh = sides.lead.get("/requests")
        assert "waits for" not in fresh.text


class TestBothSides:
    def test_two_tabs_and_the_back_button_answer_once(self, sides):
        path = f"/offers/{sides.offer_id}/accept"
        tab, other_tab = sides.expert.get(path), sides.expert.get(path)
        assert small(tab)
        assert sides.expert.post(path, tab.values()).location == f"/partner/matches/{sides.offer_id}"
        again = sides.expert.post(path, tab.values())  # the same form once more: led where the first use led
        assert (again.status, again.location) == (303, f"/partner/matches/{sides.offer_id}")
        assert sides.expert.post(path, other_tab.values()).status == 409
        assert sides.expert.get(path).status == 409  # the page behind the back button
        assert sides.offer().state is OfferState.PARTNER_ACCEPTED

    def test_an_old_page_says_what_has_happened_and_can_be_sent_again(self, sides):
        path = f"/offers/{sides.offer_id}/accept"
        old = sides.lead.get(path)
        sides.expert.submit(path)
        stale = sides.lead.post(path, old.values())
        assert stale.status == 409
        assert "The partner has accepted" in stale.text
        done = sides.lead.post(path, stale.values())
        assert done.location.endswith("/agreement")
        assert "Both sides have accepted" in sides.lead.get(done.location).text

    def test_somebody_elses_offer_is_like_none(self, sides):
        for person in (sides.other_lead, sides.reviewer):
            for end in ("", "/accept", "/decline"):
                absent = person.get(f"/offers/{uuid.uuid4()}{end}")
                found = person.get(f"/offers/{sides.offer_id}{end}")
                assert found.status == absent.status == 404, end
        assert sides.member.get(f"/offers/{sides.offer_id}/accept").status == 404


def test_a_suggested_colleague_is_read_by_the_national_team_alone(sides):
    answer = {"reason": "no_time", "colleague": "Nia Okafor of Body T3 <b>"}
    assert sides.expert.submit(f"/offers/{sides.offer_id}/decline", answer).status == 303
    request_id = sides.offer().request_id
    page = sides.reviewer.get(f"/national/requests/{request_id}")
    assert "and suggested: Nia Okafor of Body T3 <b>." in page.text
    assert page.page.select_one('main a[href="/join"]')
    assert small(page)
    assert "Nia Okafor" not in sides.lead.get(f"/requests/{request_id}").text
    assert "Nia Okafor" not in sides.lead.get(f"/offers/{sides.offer_id}").text
