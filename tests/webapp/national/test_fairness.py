"""Fairness over rounds: one column for each round with a current run."""

import csv
import io

import pytest

from tests.webapp.national.conftest import MOST_QUERIES, Desk, copy_of
from webapp.authority.roles import Role
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import RequestState, SupportRequest


def cells(desk: Desk, beginning: str) -> dict[str, list[str]]:
    """The shares of each group in the table whose caption begins so."""
    page = desk.reviewer.get("/national/fairness").page
    table = next(each for each in page.select("table") if each.caption.get_text().startswith(beginning))
    return {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in table.select("tbody tr")
    }


def add_earlier_round(desk: Desk) -> None:
    """A round before, with a current run that looked at no request."""
    with desk.database.unit(writing=True, request_id="earlier") as unit:
        session = unit.session
        round_ = copy_of(session.get_one(Round, desk.round_id), number=9, state=RoundState.ENDED)
        session.add(round_)
        session.flush()
        session.add(copy_of(session.get_one(Run, desk.run_id), round_id=round_.id))


def test_shares_are_days_met_of_days_asked_for(desk: Desk) -> None:
    text = desk.reviewer.get("/national/fairness.csv").response.get_data(as_text=True)
    regions = [row for row in csv.DictReader(io.StringIO(text)) if row["Grouping"] == "By region"]
    assert sum(int(row["Days met"]) for row in regions) == 9
    assert {row["Share"] for row in regions} == {
        str(round(int(row["Days met"]) / int(row["Days asked for"]), 4)) for row in regions
    }
    shown = cells(desk, "By region")
    assert [shown[row["Group"]] for row in regions] == [
        [f"{float(row['Share']):.0%}"[:-1]] for row in regions
    ]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestRounds:
    def test_each_round_is_a_column_and_a_group_it_lacks_is_a_dash(self, desk: Desk) -> None:
        add_earlier_round(desk)
        assert {len(row) for row in cells(desk, "By region").values()} == {2}
        assert all(not row[1].isdigit() for row in cells(desk, "By region").values())

    def test_the_list_of_rounds_leads_there_for_those_who_may_read_runs(self, desk: Desk) -> None:
        link = '/national/fairness"'
        assert link in str(desk.reviewer.get("/national/rounds").page)
        north = desk.who(Role.REGIONAL_READER, region_code="Y1")
        assert link not in str(north.get("/national/rounds").page)

    def test_who_got_nobody_brings_a_credit_and_its_limit_is_said(self, desk: Desk) -> None:
        page = desk.reviewer.get("/national/fairness")
        assert "Everybody who asked in the last published round got somebody." in page.text
        assert "10% at most in all" in page.text
        with desk.database.unit(writing=True, request_id="unmatched") as unit:
            row = unit.session.get_one(SupportRequest, desk.requests["R-2"])
            row.state = RequestState.UNMATCHED
            name = row.requester.name
        page = desk.reviewer.get("/national/fairness")
        assert page.queries <= MOST_QUERIES
        (table,) = [each for each in page.page.select("table") if "Rounds without anybody" in each.get_text()]
        told = [cell.get_text(strip=True) for cell in table.select("tbody td")]
        assert (told[0], told[2]) == (name, "1")
        file = desk.reviewer.get("/national/fairness/waiting.csv").response.get_data(as_text=True)
        assert file.splitlines()[1] == ",".join(told)

    def test_without_a_run_it_says_so(self, signed_in) -> None:
        assert "No round has a finished run yet." in signed_in(Role.AUDITOR).get("/national/fairness").text
