"""Charts as numbers: lengths of bars, shades of a heat table."""

from webapp.ui.charts import SHADES, bar_chart, heat_table

REGIONS = (("Y1", "North"), ("Y2", "South"))
PRIORITIES = (("UEC", "Urgent care"), ("ELE", "Elective"))


class TestBarChart:
    def test_the_longest_bar_is_the_greatest_value_unless_another_is_named(self) -> None:
        assert [bar.length for bar in bar_chart("T", [("a", 2, "2"), ("b", 4, "4")]).bars] == [50, 100]
        assert [bar.length for bar in bar_chart("T", [("a", 2, "2")], most=8).bars] == [25]

    def test_nothing_at_all_draws_no_bar(self) -> None:
        assert [bar.length for bar in bar_chart("T", [("a", 0, "0")]).bars] == [0]


class TestHeatTable:
    def test_the_most_has_the_darkest_shade_nothing_has_none_and_little_is_still_seen(self) -> None:
        values = {("Y1", "UEC"): 1000, ("Y1", "ELE"): 1, ("Y2", "UEC"): 500}
        table = heat_table("Days", "Region", REGIONS, PRIORITIES, values)
        shades = [[cell.shade for cell in row.cells] for row in table.rows]
        assert shades == [[SHADES, 1], [3, 0]]
        assert [cell.shown for cell in table.rows[0].cells] == ["1,000", "1"]

    def test_rows_add_up_where_a_total_is_named(self) -> None:
        values = {("Y1", "UEC"): 3, ("Y1", "ELE"): 4}
        assert [row.total for row in heat_table("T", "R", REGIONS, PRIORITIES, values, total="All").rows] == [
            "7",
            "0",
        ]
        assert heat_table("T", "R", REGIONS, PRIORITIES, values).rows[0].total == ""

    def test_an_empty_table_has_no_shade(self) -> None:
        table = heat_table("T", "R", REGIONS, PRIORITIES, {})
        assert {cell.shade for row in table.rows for cell in row.cells} == {0}
