"""Scenarios and comparisons by the pages: made from a form, compared, adopted by two people."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.webapp.national.conftest import Desk
from webapp.services import benefit_beside, run_documents
from webapp.store.policies import Policy
from webapp.store.runs import DocumentKind, Run, RunDocument, RunState

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
pytestmark = ONE_ENGINE
MONTHS = 6
LEVELS = [
    {"name": "floors", "value": 3.0, "bound": 3.0, "held": 3.0, "seconds": 0.1},
    {"name": "value", "value": 9.0, "bound": 9.5, "held": 9.0, "seconds": 0.1},
]


def result(*engagements: tuple[str, str, int], unmet: tuple[str, ...] = ()) -> bytes:
    """A result document with these (partner, request, days)."""
    plain = {
        "engagements": [
            {"partner": partner, "request": request, "days": [days, *[0] * (MONTHS - 1)]}
            for partner, request, days in engagements
        ],
        "unmet": [{"request": request, "days_short": 6, "reason": "no_capacity_left"} for request in unmet],
    }
    return json.dumps(plain).encode()


@pytest.fixture
def other(desk: Desk) -> UUID:
    """A finished scenario beside the desk's run: R-1 loses, R-2 gains, R-3 gets another partner."""
    with desk.database.unit(writing=True, request_id="other") as unit:
        first = unit.session.get_one(Run, desk.run_id)
        before = result(("P-1", "R-1", 6), ("P-3", "R-3", 2), unmet=("R-2",))
        run_documents.add(unit.session, first.id, DocumentKind.RESULT, before)
        row = Run(
            round_id=first.round_id,
            number=2,
            policy_id=first.policy_id,
            name="Mental health doubled",
            is_scenario=True,
            changes={"changes": {"weights": [{"priority": "MEH", "factor": 2}]}},
            held=[],
            state=RunState.FINISHED,
            queued_at=unit.now,
            finished_at=unit.now,
            certificate_passed=True,
            solver_status="optimal",
            levels=LEVELS,
            summary={"days": 9, "seconds": 0.1},
        )
        unit.session.add(row)
        unit.flush()
        size = update(RunDocument).where(RunDocument.kind == DocumentKind.INSTANCE)
        unit.session.execute(size.values(size=benefit_beside.MOST_BYTES))
        after = result(("P-1", "R-1", 1), ("P-1", "R-2", 5), ("INVENTED-001", "R-3", 2))
        run_documents.add(unit.session, row.id, DocumentKind.RESULT, after)
        return row.id


class TestCompare:
    def test_who_gains_and_who_loses(self, desk: Desk, other: UUID) -> None:
        visit = desk.reviewer.get(f"/national/rounds/{desk.round_id}/compare?a={desk.run_id}&b={other}")
        assert visit.location == f"/national/compare/{desk.run_id}/{other}"
        shown = desk.reviewer.get(visit.location)
        assert "gives as many days: 8 of 18 asked for, instead of 8. 2 matches new, 1 gone." in shown.text
        assert "1 request gains days, 1 request loses days, 1 request gets other partners" in shown.text
        table = shown.page.select("main table")[-1]
        gains = [row.select("td")[-1].get_text(strip=True) for row in table.select("tbody tr")]
        assert gains == ["-5", "0", "+5"]
        assert shown.queries <= 12
        losers = desk.reviewer.get(f"{visit.location}?who=loses")
        assert "1 request match" in losers.text

    def test_partners_and_files(self, desk: Desk, other: UUID) -> None:
        address = f"/national/compare/{desk.run_id}/{other}"
        shown = desk.reviewer.get(f"{address}/partners")
        assert "Invented partner 1" in shown.text
        rows = desk.admin.get(f"{address}/requests.csv").response.get_data(as_text=True).splitlines()
        assert len(rows) == 4
        assert rows[0].endswith("Partners before,Partners after")
        groups = desk.admin.get(f"{address}/groups.csv").response.get_data(as_text=True)
        assert "By region,South,6,0,5" in groups

    def test_a_level_of_one_run_alone_is_not_compared(self, desk: Desk, other: UUID) -> None:
        shown = desk.reviewer.get(f"/national/compare/{desk.run_id}/{other}").text
        assert "Not used Not used 3 days short 3 days short Cannot be compared" in shown
        assert "Compare days and the other levels rather than benefit" in shown
        assert "Each counted with its own weights: see above" in shown

    def test_a_level_that_one_run_did_not_aim_at_is_counted_in_what_it_proposes(
        self, desk: Desk, other: UUID
    ) -> None:
        counted = {"floors": 5.0, "worst_group": 0.4, "worst_request": 0.0, "travel": 1200.0, "change": 4}
        with desk.database.unit(writing=True, request_id="counted") as unit:
            for run_id, share in ((desk.run_id, 0.4), (other, 0.5)):
                run = unit.session.get_one(Run, run_id)
                run.certificate = {"breaches": [], "measures": {**counted, "worst_group": share}}
        shown = desk.reviewer.get(f"/national/compare/{desk.run_id}/{other}").text
        assert "5 days short Not aimed at 3 days short 3 days short The second, by 2 days." in shown
        assert "40.0% Not aimed at 50.0% Not aimed at The second, by 10.0 percentage points." in shown
        assert "1,200 kilometre-days Not aimed at 1,200 kilometre-days Not aimed at The same" in shown
        assert "Few changes" not in shown

    def test_one_that_waits_says_so(self, desk: Desk, other: UUID) -> None:
        with desk.database.unit(writing=True, request_id="wait") as unit:
            row = unit.session.get_one(Run, other)
            row.state, row.certificate_passed = RunState.QUEUED, False
        shown = desk.reviewer.get(f"/national/compare/{desk.run_id}/{other}")
        assert "waits for a worker" in shown.text
        assert shown.page.select_one("[data-reload-seconds]") is not None

    def test_the_rounds_run_and_the_newest_other_one_are_chosen_already(
        self, desk: Desk, other: UUID
    ) -> None:
        page = desk.reviewer.get(f"/national/rounds/{desk.round_id}/compare").page
        chosen = [each["value"] for each in page.select("select option[selected]")]
        assert chosen == [str(desk.run_id), str(other)]

    def test_there_must_be_two(self, desk: Desk) -> None:
        shown = desk.reviewer.get(f"/national/rounds/{desk.round_id}/compare")
        assert "Two finished runs are needed" in shown.text
        assert desk.reviewer.get(f"/national/compare/{desk.run_id}/{desk.round_id}").status == 404


class TestNewScenario:
    def test_a_preset_is_filled_in_and_several_wait(self, desk: Desk) -> None:
        address = f"/national/rounds/{desk.round_id}/scenario"
        opened = desk.reviewer.get(f"{address}?double=MEH")
        assert opened.values()["factor_MEH"] == "2"
        assert opened.values()["name"] == "Priority MEH doubled"
        assert desk.reviewer.submit(f"{address}?double=MEH").status == 303
        more = {
            "name": "More people",
            "more_count": "2",
            "more_skill": "skill UEC-FLO-BED",
            "more_region": "Y1",
            "more_days": "4",
            "without": "P-1, P-2",
        }
        assert desk.reviewer.submit(address, more).status == 303
        with desk.database.unit(writing=False) as unit:
            rows = unit.session.scalars(select(Run).where(Run.state == RunState.QUEUED).order_by(Run.number))
            told = [row.changes["changes"] for row in rows]
        assert told[0]["weights"] == [{"priority": "MEH", "factor": 2}]
        assert told[1]["without"] == ["P-1", "P-2"]
        assert told[1]["more"][0]["skill"] == "UEC-FLO-BED"
        basis = desk.reviewer.get(desk.round).page.find("a", string="Scenario 3: More people")
        shown = desk.reviewer.get(f"{basis['href']}/basis").text
        assert "2 more partners in North: Skill UEC-FLO-BED, 4 days a month each." in shown
        assert "Without Partner P-1 (P-1), Partner P-2 (P-2)." in shown

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("factor_MEH", "0", "must be a number from 0.01 to 100"),
            ("factor_MEH", "nan", "must be a number from 0.01 to 100"),
            ("factor_MEH", str(2**62), "must be a number from 0.01 to 100"),
            ("without", "P-99", "There is no active partner P-99"),
            ("more_count", "2", "Enter the skill of the new partners"),
            ("place_value", "1", "Another level has place 1 already"),
        ],
    )
    def test_bad_values_come_back_on_their_field(self, desk: Desk, field: str, value: str, said: str) -> None:
        visit = desk.reviewer.submit(
            f"/national/rounds/{desk.round_id}/scenario", {"name": "Trial", field: value}
        )
        assert visit.status == 422
        assert said in " ".join(visit.errors)

    def test_a_skill_that_could_be_several_is_asked_again(self, desk: Desk) -> None:
        fields = {"name": "Trial", "more_count": "1", "more_region": "Y1", "more_days": "3"}
        address = f"/national/rounds/{desk.round_id}/scenario"
        visit = desk.reviewer.submit(address, {**fields, "more_skill": "flo"})
        assert "Type one of these: " in " ".join(visit.errors)
        assert desk.reviewer.submit(address, {**fields, "more_skill": "luck"}).errors == [
            "There is no skill of that name"
        ]
        (said,) = desk.reviewer.submit(address, {**fields, "more_skill": "skillful"}).errors
        assert said.startswith("There is no skill of that name. Type one of these: ")

    def test_partners_to_leave_out_go_by_their_names_too(self, desk: Desk) -> None:
        address = f"/national/rounds/{desk.round_id}/scenario"
        several = desk.reviewer.submit(address, {"name": "Trial", "without": "Partner"}).errors
        assert several[0].startswith(
            "Several partners are called that. Type one of these: Partner P-1 (P-1);"
        )
        named = {"name": "Without two", "without": "partner p-1, P-2"}
        assert desk.reviewer.submit(address, named).status == 303
        with desk.database.unit(writing=False) as unit:
            run = unit.session.scalars(select(Run).where(Run.state == RunState.QUEUED)).one()
            assert run.changes["changes"]["without"] == ["P-1", "P-2"]


class TestAdoption:
    def test_two_people_and_the_run_says_so(self, desk: Desk, other: UUID) -> None:
        run = f"/national/runs/{other}"
        assert "Make it the round's run" in desk.admin.get(f"{run}/basis").text
        unsaid = desk.admin.submit(f"{run}/adopt", {"reason": " "})
        assert unsaid.errors == ["Enter why this scenario should become the round's run"]
        assert desk.admin.submit(f"{run}/adopt", {"reason": "The board prefers it"}).status == 303
        assert desk.admin.submit(f"{run}/adoption", {"answer": "confirm"}).status == 409
        visit = desk.second_admin.submit(f"{run}/adoption", {"answer": "confirm"})
        assert (visit.status, visit.location) == (303, run)
        with desk.database.unit(writing=False) as unit:
            current = unit.session.scalars(select(Run).where(Run.is_current)).one()
            assert current.id == other
        basis = desk.admin.get(f"{run}/basis").text
        assert "confirmed it on" in basis
        assert "Reason: The board prefers it" in basis


class TestPreview:
    def test_values_are_shown_beside_the_run_that_stands_and_then_proposed(self, desk: Desk) -> None:
        fields = {
            "name": "Spring",
            "reason": "The board met",
            "effective_from-day": "2",
            "effective_from-month": "11",
            "effective_from-year": "2026",
            "weight_MEH": "3",
            "act": "preview",
        }
        visit = desk.admin.submit("/national/policy/new", fields)
        assert visit.status == 303, visit.errors
        shown = desk.admin.get(visit.location)
        assert "Run 1 and Scenario 2: Trying Spring" in shown.heading
        assert "Priority MEH 1 3" in shown.text
        with desk.database.unit(writing=False) as unit:
            assert len(unit.session.scalars(select(Policy)).all()) == 1
        propose = shown.page.find("a", string=lambda text: text and "Propose these values" in text)
        opened = desk.admin.get(propose["href"])
        assert (opened.values()["name"], opened.values()["weight_MEH"]) == ("Spring", "3")
        assert desk.admin.submit(propose["href"]).status == 303
        with desk.database.unit(writing=False) as unit:
            assert [row.name for row in unit.session.scalars(select(Policy).order_by(Policy.number))] == [
                "Winter",
                "Spring",
            ]
