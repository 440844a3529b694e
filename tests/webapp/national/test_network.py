"""The network of a run in pictures: what the tables beside them say."""

import csv
import io

import pytest

from tests.webapp.national.conftest import Desk
from webapp.store.matches import ProposedMatch
from webapp.store.organisations import Organisation, PublishedFigure
from webapp.store.runs import Run, RunState


def rows(desk: Desk, caption: str) -> list[list[str]]:
    """The cells of a table, by its caption."""
    page = desk.reviewer.get(f"{desk.run}/network").page
    table = next(each for each in page.select("table") if each.caption.get_text(strip=True) == caption)
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")
    ]


def test_days_are_counted_by_the_partners_home_and_the_beneficiarys_region(desk: Desk) -> None:
    found = rows(desk, "Days from partners of each region (rows) to each region (columns)")
    assert sum(int(row[-1]) for row in found) == 9
    assert sorted(int(cell) for row in found for cell in row[1:-1] if cell != "0") == [3, 6]


def test_the_file_says_who_supports_whom_by_priority(desk: Desk) -> None:
    text = desk.reviewer.get(f"{desk.run}/network/flows.csv").response.get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(line["Days"]) for line in lines) == 9
    assert sum(int(line["Matches"]) for line in lines) == 3


def test_providers_are_grouped_by_their_published_waiting_list(desk: Desk) -> None:
    with desk.database.unit(writing=True, request_id="figure") as unit:
        unit.session.add(
            PublishedFigure(
                organisation_id=desk.organisations["T1"],
                measure="rtt_waiting",
                label="Patients on the waiting list",
                value=70_000,
                unit="patients",
                period="2026",
                source="made up",
                higher_is_worse=False,
            )
        )
    found = {row[0].split(":")[0]: row[1:] for row in rows(desk, "By size of provider")}
    assert found["Large"][0] == "2"
    assert found["No waiting list published"][0] == "1"


def test_a_request_with_no_other_candidate_counts_against_its_partner(desk: Desk) -> None:
    with desk.database.unit(writing=True, request_id="only") as unit:
        match = unit.session.get_one(ProposedMatch, desk.matches["R-2"])
        match.evidence = {**match.evidence, "candidates": 1}
    leaning = rows(desk, "Partners on whom the round leans")
    assert leaning[0][1] == "1"
    assert {row[1] for row in leaning[1:]} == {"0"}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
class TestWhatCannotBeShown:
    def test_a_run_that_has_not_finished_has_no_network(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="failed") as unit:
            run = unit.session.get_one(Run, desk.run_id)
            run.is_current, run.state = False, RunState.FAILED
        assert desk.reviewer.get(f"{desk.run}/network").status == 404

    def test_bodies_without_a_place_are_left_off_the_map_and_not_off_the_tables(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="nowhere") as unit:
            for row in unit.session.query(Organisation):
                row.latitude = row.longitude = None
        visit = desk.reviewer.get(f"{desk.run}/network")
        assert visit.status == 200
        assert visit.page.select("svg circle") == []
        assert rows(desk, "By size of provider")
