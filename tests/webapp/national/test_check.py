"""Before solving, by the pages: counted by a worker, read from what was stored, one press to write to people."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.engines import Clock
from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.services import round_checks
from webapp.store.outbox import OutboxMessage
from webapp.store.partners import Partner, PartnerSkill, Release
from webapp.store.round_checks import RoundCheck
from webapp.store.rounds import Round

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def counted(desk: Desk) -> Desk:
    """The desk's round, counted: P-1 with old interests, P-2 without a release, a skill that nobody holds."""
    with desk.database.unit(writing=True, request_id="stale") as unit:
        unit.session.get_one(Partner, desk.partners["P-1"]).interests_confirmed_on = None
        unit.session.execute(Release.__table__.delete().where(Release.partner_id == desk.partners["P-2"]))
        rows = unit.session.scalars(select(PartnerSkill).where(PartnerSkill.skill_code == "M-PDSA"))
        for row in rows:
            unit.session.delete(row)
    assert round_checks.count_due(desk.database) == 1
    return desk


def messages(desk: Desk) -> list[str]:
    with desk.database.unit(writing=False) as unit:
        kinds = select(OutboxMessage.kind).order_by(OutboxMessage.kind)
        return [kind for kind in unit.session.scalars(kinds) if kind in KINDS]


KINDS = {
    "request.few_candidates",
    "partner.interests_stale",
    "partner.release_missing",
    "partner.skill_wanted",
}


class TestCounting:
    def test_it_is_stored_once_and_again_when_asked(self, counted: Desk, clock: Clock) -> None:
        assert round_checks.count_due(counted.database) == 0
        clock.forward(minutes=5)
        with counted.database.unit(writing=True, request_id="again") as unit:
            round_checks.ask(unit, actor=counted.reviewer.actor, round_id=counted.round_id)
        clock.forward(minutes=1)
        assert round_checks.count_due(counted.database) == 1
        clock.forward(hours=2)
        assert round_checks.count_due(counted.database) == 1
        with counted.database.unit(writing=False) as unit:
            assert len(unit.session.scalars(select(RoundCheck)).all()) == 1

    @ONE_ENGINE
    def test_before_the_first_count_the_page_says_so(self, desk: Desk) -> None:
        visit = desk.reviewer.get(f"{desk.round}/check")
        assert "It is being counted" in visit.text
        assert visit.page.select_one("[data-reload-seconds]") is not None

    @ONE_ENGINE
    def test_what_stops_a_run_is_said(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="odd") as unit:
            row = unit.session.get_one(Round, desk.round_id).policy
            row.parameters = {**row.parameters, "priorities": row.parameters["priorities"][1:]}
        round_checks.count_due(desk.database)
        visit = desk.reviewer.get(f"{desk.round}/check")
        assert "A run could not start yet: " in visit.text
        assert "is not in the policy" in visit.text


@ONE_ENGINE
class TestPage:
    def test_demand_stands_beside_what_there_is(self, counted: Desk) -> None:
        visit = counted.reviewer.get(f"{counted.round}/check")
        assert "3 requests ask for 18 days." in visit.text
        assert visit.queries <= 12
        topics = visit.page.select_one("#topics table.app-heat")
        assert "Topic UEC-FLO" in topics.get_text()
        rows = counted.admin.get(f"{counted.round}/check.csv").response.get_data(as_text=True).splitlines()
        assert rows[0].startswith(
            "Grouping,Group,Requests,Days asked for,Days there are,Asked for in January 2027"
        )
        assert any(row.startswith("By region,North,2,12,") for row in rows)

    def test_it_can_be_counted_again(self, counted: Desk) -> None:
        visit = counted.reviewer.submit(f"{counted.round}/check", form='form[action$="/again"]')
        assert (visit.status, visit.location) == (303, f"{counted.round}/check")

    def test_each_thing_to_mend_is_listed(self, counted: Desk) -> None:
        for concern, said in (
            ("stale", "Partner P-1"),
            ("unreleased", "Partner P-2"),
            ("unoffered", "Method M-PDSA"),
        ):
            visit = counted.reviewer.get(f"{counted.round}/check/{concern}")
            assert said in visit.text
            assert visit.queries <= 12
        assert counted.reviewer.get(f"{counted.round}/check/other").status == 404

    def test_one_press_writes_to_those_who_can_mend_it(self, counted: Desk) -> None:
        page = f"{counted.round}/check/unreleased"
        form = 'form[action$="/ask"]'
        assert counted.reviewer.submit(page, {"one": "P-2"}, form=form).status == 303
        assert messages(counted) == ["partner.release_missing"]
        assert counted.reviewer.submit(page, form=form).status == 303
        assert messages(counted) == ["partner.release_missing"]  # once a day
        assert counted.reviewer.submit(f"{counted.round}/check/stale", form=form).status == 303
        assert counted.reviewer.submit(f"{counted.round}/check/unoffered", form=form).status == 303
        assert set(messages(counted)) == {"partner.release_missing", "partner.interests_stale"}
        made_up = counted.reviewer.submit(page, {"one": "P-4"}, form=form)
        assert made_up.status == 422

    def test_an_auditor_reads_and_does_not_write(self, counted: Desk) -> None:
        auditor = counted.who(Role.AUDITOR)
        visit = auditor.get(f"{counted.round}/check/unreleased")
        assert visit.status == 200
        assert visit.page.select_one("main button") is None
        token = str(visit.page.select_one('input[name="csrf_token"]')["value"])
        sent = {"csrf_token": token, "one": "P-2"}
        assert auditor.post(f"{counted.round}/check/unreleased/ask", sent).status == 404
        assert messages(counted) == []


@ONE_ENGINE
class TestRoundPolicy:
    def test_a_matched_round_keeps_its_version(self, desk: Desk) -> None:
        page = f"{desk.round}/policy"
        assert desk.admin.submit(page).status == 409
        assert desk.reviewer.get(page).status == 404
