"""The overview says what is missing or stale, and a partner takes part or pauses there."""

import pytest

from tests.webapp.partners.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.store.offers import OfferState

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestOverview:
    def test_a_whole_profile_shows_its_days(self, partners):
        visit = partners.expert.get("/partner")
        assert (visit.status, visit.heading) == (200, "Partner P-1")
        assert "12 days offered in 12 months" in visit.text
        assert "Stops matching" not in visit.text
        assert visit.queries <= MOST_QUERIES
        assert len(visit.response.get_data()) < MOST_BYTES

    def test_a_manager_sees_the_team(self, partners):
        assert partners.manager.get("/partner").heading == "Partner P-2"

    def test_pause_and_take_part_again(self, partners):
        paused = partners.expert.submit("/partner/pause")
        assert (paused.status, paused.location) == (303, "/partner")
        assert partners.row().state == "paused"
        assert "nobody is proposed to you" in partners.expert.get("/partner").text
        assert partners.expert.submit("/partner").status == 303
        assert partners.row().state == "active"

    def test_others_have_no_overview(self, partners, signed_in):
        assert signed_in(Role.TRUST_LEAD).get("/partner").status == 403
        assert signed_in(Role.NATIONAL_REVIEWER).get("/partner/matches").status == 403
        assert signed_in(Role.TRUST_LEAD).get("/partner/matches").status == 403


@ONE_ENGINE
class TestStopping:
    def test_what_a_pause_undoes_is_named_and_a_second_press_saves(self, partners):
        assert "No match is affected" in partners.expert.get("/partner/pause").text
        older = partners.expert.get("/partner/pause").values()
        partners.offered()
        told = partners.expert.post("/partner/pause", older)
        assert "This affects 1 match" in told.text
        assert "Leaving hospital sooner, for Body T1" in told.text
        assert partners.row().state == "active"
        assert partners.expert.post("/partner/pause", told.values()).status == 303
        assert partners.row().state == "paused"

    def test_nobody_leaves_in_the_middle_of_an_engagement(self, partners):
        partners.offered(OfferState.ACCEPTED)
        refused = partners.expert.submit("/partner/leave")
        assert refused.status == 422
        assert "End what you have agreed first" in refused.errors[0]
        assert partners.row().state == "active"

    def test_leaving_is_for_good(self, partners):
        assert partners.manager.submit("/partner/leave").location == "/partner"
        assert partners.row(partners.team_id).state == "left"
        assert "You have left" in partners.manager.get("/partner").text
