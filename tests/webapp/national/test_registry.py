"""The registry as the national team reads it: lists of one round, in the order that their heads say."""

import pytest

from tests.webapp.national.conftest import Desk
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import RequestState, SupportRequest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def references(desk: Desk, query: str) -> list[str]:
    page = desk.reviewer.get(f"/national/requests{query}").page
    cells = page.select('main tbody td[data-heading="Reference"]')
    return [cell.get_text(strip=True) for cell in cells]


@ONE_ENGINE
class TestRequests:
    def test_a_round_leads_to_its_own_requests_alone(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="other") as unit:
            first = unit.session.get_one(Round, desk.round_id)
            other = Round(
                name="Later",
                number=first.number + 1,
                state=RoundState.OPEN,
                opens_on=first.opens_on,
                closes_on=first.closes_on,
                first_month=first.first_month,
                horizon_months=first.horizon_months,
                policy_id=first.policy_id,
            )
            unit.session.add(other)
            unit.session.flush()
            unit.session.get_one(SupportRequest, desk.requests["R-2"]).round_id = other.id
        (link,) = desk.reviewer.get(desk.round).page.select('main a[href^="/national/requests"]')
        assert references(desk, str(link["href"]).removeprefix("/national/requests")) == ["R-1", "R-3"]
        assert references(desk, "") == ["R-1", "R-2", "R-3"]

    def test_states_are_in_words_for_whoever_reads_and_drafts_are_not_offered(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="returned") as unit:
            unit.session.get_one(SupportRequest, desk.requests["R-2"]).state = RequestState.RETURNED
        visit = desk.reviewer.get("/national/requests?state=returned")
        assert "1 request matches your filters" in visit.text
        assert visit.page.select_one("main td .nhsuk-tag").get_text(strip=True) == "Returned for more"
        offered = [each["value"] for each in visit.page.select("select[name=state] option")]
        assert "draft" not in offered
        assert "returned" in offered

    def test_the_order_is_the_one_that_the_head_of_the_column_says(self, desk: Desk) -> None:
        assert references(desk, "?sort=severity")[0] == "R-3"
        assert references(desk, "?sort=-severity")[-1] == "R-3"
