"""The month grid: filling, saving, never below what is promised, never over another tab."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from tests.webapp.partners.conftest import MOST_QUERIES
from webapp.partners.forms.capacity import filling
from webapp.services.capacity import MonthOfDays

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

    def test_what_is_no_number_of_days_fills_nothing_and_says_so(self, partners):
        for typed in ("1000000000", "1001", "-1", "3.5", "\u0663", "x"):
            shown = partners.expert.get(f"{GRID}?every={typed}")
            assert shown.page.select_one("#every")["value"] == typed
            told = shown.page.select_one("#every-error").get_text(" ", strip=True)
            assert told == "Error: Days in a usual month must be a whole number from 0 to 1,000"
            assert shown.values()["2027-01"] == "2"

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


@pytest.mark.parametrize(
    ("today", "days"), [(date(2026, 11, 1), 21), (date(2026, 11, 27), 2), (date(2026, 11, 30), 1)]
)
def test_a_month_that_is_nearly_over_is_filled_with_the_share_that_is_left(today, days):
    fill = filling(MultiDict({"every": "21"}), today)  # November 2026 has 21 working days
    assert fill.days(MonthOfDays("2026-11", 0, 0, 0)) == days
    assert fill.days(MonthOfDays("2026-12", 0, 0, 0)) == 21
    assert fill.days(MonthOfDays("2026-11", 9, 9, 1)) == max(days, 9)
