"""What is put to a partner: nothing before publication, the context after it, names once both have said yes."""

import pytest

from tests.webapp.partners.conftest import MOST_BYTES, MOST_QUERIES
from webapp.store.offers import OfferState

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestMatches:
    def test_before_publication_it_says_what_is_awaited(self, partners):
        visit = partners.expert.get("/partner/matches")
        assert "Nothing has been put to you yet." in visit.text
        assert visit.page.table is None

    def test_the_list_leads_to_the_match(self, partners):
        path = partners.offered()
        visit = partners.expert.get("/partner/matches")
        assert path in {str(link["href"]) for link in visit.page.select("a[href]")}
        assert "Offered to you" in visit.text
        assert visit.queries <= MOST_QUERIES

    def test_a_match_has_context_and_no_names_yet(self, partners):
        visit = partners.expert.get(partners.offered())
        assert (visit.status, visit.heading) == (200, "Leaving hospital sooner")
        for words in (
            "Body T1",
            "42 km",
            "January 2027",
            "2 days",
            "Why you",
            "You bring",
            "1 other request",
        ):
            assert words in visit.text
        assert "A Sponsor" not in visit.text
        assert "lead@example.org" not in visit.text
        assert visit.queries <= MOST_QUERIES
        assert len(visit.response.get_data()) < MOST_BYTES

    def test_names_stand_there_once_both_have_said_yes(self, partners):
        visit = partners.expert.get(partners.offered(OfferState.ACCEPTED))
        assert "A Sponsor" in visit.text
        assert "lead@example.org" in visit.text

    def test_nobody_else_sees_it(self, partners):
        assert partners.manager.get(partners.offered()).status == 404
