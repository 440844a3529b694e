"""Every page of the national team: who may open it, how many queries it takes, how large it is."""

import pytest

from tests.webapp.national.conftest import MOST_BYTES, MOST_QUERIES, Desk
from webapp.authority.roles import Role
from webapp.store.partners import Partner

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
NATIONAL = (Role.NATIONAL_REVIEWER, Role.NATIONAL_ADMIN)
READERS = (*NATIONAL, Role.AUDITOR)
POLICY_READERS = (*READERS, Role.BOARD_MEMBER)
EVERYBODY = (*READERS, Role.REGIONAL_READER, Role.BOARD_MEMBER, Role.SYSTEM_ADMIN, Role.TRUST_LEAD)

PAGES = {
    "/national": (*READERS, Role.REGIONAL_READER),
    "/national/rounds": (*READERS, Role.REGIONAL_READER),
    "/national/rounds/{round_id}": (*READERS, Role.REGIONAL_READER),
    "/national/rounds.csv": READERS,
    "/national/rounds/{round_id}/runs.csv": READERS,
    "/national/rounds/{round_id}/offers": READERS,
    "/national/rounds/{round_id}/offers.csv": READERS,
    "/national/rounds/{round_id}/comments.csv": READERS,
    "/national/runs": READERS,
    "/national/runs.csv": READERS,
    "/national/runs/{run_id}/certificate.csv": READERS,
    "/national/runs/{run_id}/basis.csv": READERS,
    "/national/stories.csv": NATIONAL,
    "/national/rounds/{round_id}/run": NATIONAL,
    "/national/rounds/{round_id}/repairs": READERS,
    "/national/rounds/{round_id}/repairs.csv": READERS,
    "/national/rounds/{round_id}/repairs/waiting.csv": READERS,
    "/national/runs/{run_id}/events.csv": READERS,
    "/national/rounds/new": NATIONAL,
    "/national/learn": READERS,
    "/national/learn/overruled": READERS,
    "/national/learn/overruled.csv": READERS,
    "/national/learn/waits/list.csv": READERS,
    "/national/fairness": READERS,
    "/national/fairness.csv": READERS,
    "/national/fairness/waiting.csv": READERS,
    "/national/runs/{run_id}": READERS,
    "/national/runs/{run_id}/network": READERS,
    "/national/runs/{run_id}/network/flows.csv": READERS,
    "/national/runs/{run_id}/network/boards.csv": READERS,
    "/national/runs/{run_id}/network/sizes.csv": READERS,
    "/national/runs/{run_id}/network/thin.csv": READERS,
    "/national/runs/{run_id}/network/leaning.csv": READERS,
    "/national/runs/{run_id}/evidence/coverage.csv": READERS,
    "/national/runs/{run_id}/evidence/bottlenecks.csv": READERS,
    "/national/runs/{run_id}/evidence/reasons.csv": READERS,
    "/national/runs/{run_id}/thin/1": READERS,
    "/national/runs/{run_id}/thin/1.csv": READERS,
    "/national/runs/{run_id}/unmet/{unmet_id}/why-not": NATIONAL,
    "/national/runs/{run_id}/review": (*READERS, Role.REGIONAL_READER),
    "/national/runs/{run_id}/review.csv": READERS,
    "/national/runs/{run_id}/unmet": (*READERS, Role.REGIONAL_READER),
    "/national/runs/{run_id}/unmet.csv": READERS,
    "/national/runs/{run_id}/instance.json": READERS,
    "/national/runs/{run_id}/board": READERS,
    "/national/runs/{run_id}/unmet/{unmet_id}/letter": READERS,
    "/national/matches/{match_id}/letters": READERS,
    "/national/rounds/{round_id}/comments-until": NATIONAL,
    "/national/runs/{run_id}/unmet/{unmet_id}": READERS,
    "/national/runs/{run_id}/approve": NATIONAL,
    "/national/runs/{run_id}/publication": READERS,
    "/national/matches/{match_id}/candidates.csv": READERS,
    "/national/matches/{match_id}/losers.csv": READERS,
    "/national/matches/{match_id}/load.csv": READERS,
    "/national/matches/{match_id}": (*READERS, Role.REGIONAL_READER),
    "/national/requests": (*READERS, Role.REGIONAL_READER),
    "/national/requests.csv": READERS,
    "/national/requests/{request_id}": (*READERS, Role.REGIONAL_READER),
    "/national/requests/{request_id}/return": NATIONAL,
    "/national/rounds/{round_id}/check": READERS,
    "/national/rounds/{round_id}/check.csv": READERS,
    "/national/rounds/{round_id}/check/thin": READERS,
    "/national/rounds/{round_id}/check/thin/list.csv": READERS,
    "/national/rounds/{round_id}/policy": (Role.NATIONAL_ADMIN,),
    "/national/rounds/{round_id}/scenario": NATIONAL,
    "/national/rounds/{round_id}/compare": READERS,
    "/national/runs/{run_id}/basis": READERS,
    "/national/runs/{run_id}/adopt": NATIONAL,
    "/national/policy": POLICY_READERS,
    "/national/policy.csv": READERS,
    "/national/policy/{policy_id}": POLICY_READERS,
    "/national/policy/{policy_id}/values.csv": READERS,
    "/national/policy/{policy_id}/decide": (Role.NATIONAL_ADMIN,),
    "/national/policy/new": (Role.NATIONAL_ADMIN,),
    "/national/policy/priorities": POLICY_READERS,
    "/national/policy/priorities.csv": READERS,
    "/national/policy/priorities/UEC": (Role.NATIONAL_ADMIN,),
    "/national/policy/priorities/new": (Role.NATIONAL_ADMIN,),
    "/national/partners": READERS,
    "/national/partners.csv": READERS,
}


def address(desk: Desk, path: str) -> str:
    return path.format(
        round_id=desk.round_id,
        run_id=desk.run_id,
        match_id=desk.matches["R-1"],
        request_id=desk.requests["R-1"],
        policy_id=desk.policy_id,
        unmet_id=desk.requests["R-2"],
    )


@ONE_ENGINE
def test_each_page_answers_those_who_may_read_it_and_nobody_else(desk: Desk) -> None:
    scopes = {
        Role.REGIONAL_READER: {"region_code": "Y1"},
        Role.TRUST_LEAD: {"organisation_id": desk.organisations["T2"]},
    }
    wrong = []
    for path, readers in PAGES.items():
        for role in EVERYBODY:
            visit = desk.who(role, **scopes.get(role, {})).get(address(desk, path))
            expected = (200,) if role in readers else (403, 404)
            if visit.status not in expected:
                wrong.append(f"{path} for {role}: {visit.status}")
    assert not wrong


@ONE_ENGINE
def test_the_number_of_rows_costs_no_queries(crowd: Desk) -> None:
    wrong = []
    for path in PAGES:
        visit = crowd.admin.get(address(crowd, path))
        size = len(visit.response.get_data())
        if visit.status != 200 or visit.queries > MOST_QUERIES or size >= MOST_BYTES:
            wrong.append(f"{path}: {visit.status}, {visit.queries} queries, {size:,} bytes")
    assert not wrong


@ONE_ENGINE
class TestRegionalReader:
    def north(self, desk: Desk):
        return desk.who(Role.REGIONAL_READER, region_code="Y1")

    def test_the_round_leads_to_the_regions_own_matches(self, desk: Desk) -> None:
        visit = self.north(desk).get(desk.round)
        assert f"{desk.run}/review" in {str(link["href"]) for link in visit.page.select("main a[href]")}
        listed = self.north(desk).get(f"{desk.run}/review")
        assert desk.match("R-1") in str(listed.page)
        assert desk.match("R-2") not in str(listed.page)
        assert "Body T3" not in listed.text

    def test_other_regions_matches_and_requests_are_not_there(self, desk: Desk) -> None:
        north = self.north(desk)
        assert north.get(desk.match("R-2")).status == 404
        assert north.get(f"/national/requests/{desk.requests['R-2']}").status == 404
        own = north.get(desk.match("R-1"))
        assert "Body T3" not in own.text
        assert str(desk.requests["R-2"]) not in str(own.page)
        assert str(desk.requests["R-3"]) in str(own.page)
        assert desk.requests["R-2"].hex not in str(north.get("/national/requests").page).replace("-", "")
        assert "Every request has all its days" in north.get(f"{desk.run}/unmet").text

    def test_nothing_can_be_decided(self, desk: Desk) -> None:
        visit = self.north(desk).get(desk.match())
        assert visit.page.select_one("main form") is None
        token = str(visit.page.select_one('input[name="csrf_token"]')["value"])
        sent = {"csrf_token": token, "kind": "approve", "reason": "We like it"}
        assert self.north(desk).post(desk.match(), sent).status == 404
        assert desk.decisions() == []

    def test_what_partners_declared_is_not_shown(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="stale") as unit:
            unit.session.get_one(Partner, desk.partners["P-1"]).interests_confirmed_on = None
        words = "interests have not been confirmed"
        assert words in desk.reviewer.get(desk.match()).text
        assert words not in self.north(desk).get(desk.match()).text


@ONE_ENGINE
def test_an_empty_service_says_what_to_do(signed_in) -> None:
    reviewer = signed_in(Role.NATIONAL_REVIEWER)
    assert "There is no round yet." in reviewer.get("/national").text
    assert "There is no round yet." in reviewer.get("/national/rounds").text
    assert "No requests yet." in reviewer.get("/national/requests").text
    assert "No partners yet." in reviewer.get("/national/partners").text
