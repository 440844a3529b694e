"""The month grid: filling, saving, never below what is promised, never over another tab."""

import pytest

from tests.webapp.partners.conftest import MOST_QUERIES

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
GRID = "/partner/capacity"
FORM = 'form[method="post"]'


@ONE_ENGINE
class TestGrid:
    def test_twelve_months_are_saved(self, partners):
        visit = partners.expert.submit(GRID, {"2026-12": "4", "2027-01": "0"}, form=FORM)
        assert (visit.status, visit.location) == (303, GRID)
        assert partners.days() == {
            "2026-12": 4,
            "2027-01": 0,
            **{f"2027-0{month}": 2 for month in range(2, 7)},
        }
        shown = partners.expert.get(GRID)
        assert len([name for name in shown.values() if name.startswith("20")]) == 12
        assert shown.queries <= MOST_QUERIES

    def test_filling_alike_saves_nothing_yet(self, partners):
        shown = partners.expert.get(f"{GRID}?every=3")
        assert {value for name, value in shown.values().items() if name.startswith("20")} == {"3"}
        assert partners.days()["2027-01"] == 2

    def test_no_fewer_than_promised(self, partners):
        partners.offered()
        assert "3 days of these months are promised" in partners.expert.get(GRID).text
        visit = partners.expert.submit(GRID, {"2027-01": "1", "2027-03": "9"}, form=FORM)
        assert visit.status == 422
        assert visit.errors == ["2 days are already promised in January 2027; enter 2 or more"]
        assert visit.values()["2027-03"] == "9"
        assert partners.days()["2027-03"] == 2

    def test_not_a_number(self, partners):
        visit = partners.expert.submit(GRID, {"2027-01": "1.5", "2027-02": ""}, form=FORM)
        assert visit.errors == [
            "Days in January 2027 must be a whole number from 0 to 1,000",
            "Enter the days for February 2027, 0 if there are none",
        ]

    def test_an_older_tab_does_not_overwrite(self, partners):
        older = partners.expert.get(GRID).values()
        partners.expert.submit(GRID, {"2027-01": "5"}, form=FORM)
        visit = partners.expert.post(GRID, {**older, "2027-01": "1"})
        assert visit.status == 409
        assert "January 2027 5 days" in visit.text
        assert partners.days()["2027-01"] == 5
        again = partners.expert.post(GRID, visit.values())
        assert (again.status, partners.days()["2027-01"]) == (303, 1)
