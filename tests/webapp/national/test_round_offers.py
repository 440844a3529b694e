"""The offers of a round: the list says how each stands and what came of it, and goes out as CSV and XLSX."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.factories.accounts import person
from tests.factories.offers import published_offer
from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.store.engagements import Engagement
from webapp.store.offers import OfferState, Side
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import SupportRequest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def offered(desk: Desk) -> Desk:
    """One offer was accepted and has an engagement, another was declined by the partner."""
    with desk.database.unit(writing=True, request_id="offers") as unit:
        session = unit.session
        by = tuple(person(session, Role.NATIONAL_ADMIN).user_id for _ in range(2))
        offers = []
        for number, state in ((1, OfferState.ACCEPTED), (2, OfferState.OFFERED)):
            partner = session.get_one(Partner, desk.partners[f"P-{number}"])
            request = session.get_one(SupportRequest, desk.requests[f"R-{number}"])
            offers.append(published_offer(unit, partner, request, by, state=state))
        offers[1].state, offers[1].declined_by = OfferState.DECLINED, Side.PARTNER
        offers[1].decline_reason, offers[1].answered_at = "no_time", unit.now
        session.add(
            Engagement(
                offer_id=offers[0].id, partner_id=offers[0].partner_id, request_id=offers[0].request_id
            )
        )
        session.get_one(Round, desk.round_id).state = RoundState.PUBLISHED
    return desk


@ONE_ENGINE
class TestOffersOfARound:
    def test_the_round_leads_to_them_and_they_say_how_each_stands(self, offered: Desk) -> None:
        page = f"{offered.round}/offers"
        assert offered.reviewer.get(offered.round).page.select_one(f'main a[href="{page}"]')
        text = offered.reviewer.get(page).text
        for words in ("Accepted by both sides", "Declined", "I have no time after all", "Partner P-2"):
            assert words in text
        accepted = offered.reviewer.get(f"{page}?state=accepted").text
        assert "Partner P-1" in accepted
        assert "Partner P-2" not in accepted

    def test_the_file_has_all_of_them_in_either_kind(self, offered: Desk) -> None:
        page = f"{offered.round}/offers.csv"
        lines = offered.admin.get(page).response.get_data(as_text=True).splitlines()
        assert len(lines) == 3
        assert lines[0].startswith("Reference,Request,For,Partner,Days")
        book = load_workbook(io.BytesIO(offered.admin.get(f"{page}?as=xlsx").response.get_data()))
        assert book.active.max_row == 3
