"""Lists: filter, sort, pages and CSV by the address alone."""

import csv
import io
from dataclasses import dataclass

import pytest
from flask import Flask
from openpyxl import load_workbook

from webapp.ui.listing import ROWS_ON_A_PAGE, ChoiceFilter, Column, Listing, TextFilter
from webapp.ui.paging import page_of_rows


@dataclass
class Row:
    name: str
    days: int | None
    state: str = "open"


LISTING = Listing(
    caption="Requests",
    columns=(
        Column("name", "Name", lambda row: row.name, link=lambda row: f"/r/{row.name}"),
        Column("days", "Days", lambda row: row.days, numeric=True),
        Column("state", "State", lambda row: row.state, tag=lambda _row: "blue", sortable=False),
    ),
    filters=(
        TextFilter("q", "Search", lambda row: row.name),
        ChoiceFilter("state", "State", (("open", "Open"), ("closed", "Closed")), lambda row: row.state),
    ),
    default_sort="name",
    noun="request",
)
MORE = "This file ends here, after 2 rows. The list has more. Use the filters of the list to get the others."
ROWS = [Row("beta", 2), Row("Alpha", 10), Row("gamma", None, "closed"), Row("delta", 2)]


def names(arguments):
    return [row[0].text for row in LISTING.show(ROWS, arguments).rows]


class TestTheAddressDecides:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({}, ["Alpha", "beta", "delta", "gamma"]),
            ({"sort": "-name"}, ["gamma", "delta", "beta", "Alpha"]),
            ({"sort": "days"}, ["beta", "delta", "Alpha", "gamma"]),
            ({"sort": "-days"}, ["Alpha", "beta", "delta", "gamma"]),
            ({"sort": "state"}, ["Alpha", "beta", "delta", "gamma"]),
            ({"sort": "password; --"}, ["Alpha", "beta", "delta", "gamma"]),
            ({"q": "ALP"}, ["Alpha"]),
            ({"q": "a l"}, ["Alpha", "delta"]),
            ({"state": "closed"}, ["gamma"]),
            ({"state": "secret"}, ["Alpha", "beta", "delta", "gamma"]),
        ],
    )
    def test_rows(self, arguments, expected):
        assert names(arguments) == expected

    def test_heads_say_how_they_are_sorted_and_turn_it_round(self):
        table = LISTING.show(ROWS, {"sort": "-days", "q": "a"})
        by_title = {head.title: head for head in table.heads}
        assert by_title["Days"].order == "descending"
        assert by_title["Days"].href == "?q=a&sort=days"
        assert by_title["Name"].href == "?q=a&sort=name"
        assert by_title["State"].href is None


class TestPages:
    def many(self, arguments):
        return LISTING.show([Row(f"{n:04}", n) for n in range(260)], arguments)

    @pytest.mark.parametrize(
        ("page", "first"),
        [
            ("1", "0000"),
            ("2", "0025"),
            ("11", "0250"),
            ("99999", "0250"),
            ("0", "0000"),
            ("-1", "0000"),
            ("x", "0000"),
            ("1" * 40, "0000"),
        ],
    )
    def test_any_page_number_gives_a_page(self, page, first):
        table = self.many({"page": page})
        assert table.rows[0][0].text == first
        assert len(table.rows) <= ROWS_ON_A_PAGE

    def test_links_to_the_pages_near_by(self):
        pages = self.many({"page": "6", "sort": "days"}).pages
        assert [item["number"] for item in pages["items"]] == [1, 5, 6, 7, 11]
        assert pages["next"]["href"] == "?sort=days&page=7"

    def test_no_pages_for_a_short_list(self):
        assert LISTING.show(ROWS, {}).pages is None

    def test_how_many_there_are(self):
        assert LISTING.show(ROWS, {}).count == "4 requests"
        assert LISTING.show(ROWS, {"q": "Alpha"}).count == "1 request matches your filters"


class TestRowsAtHand:
    def test_a_page_of_them_keeps_what_is_named_of_the_address(self):
        rows, pages = page_of_rows(range(60), {"page": "2", "q": "x y", "other": "1"}, "q", "from")
        assert rows == tuple(range(25, 50))
        assert pages["previous"]["href"] == "?q=x+y"
        assert pages["next"]["href"] == "?q=x+y&page=3"

    @pytest.mark.parametrize(("asked", "first"), [("0", 0), ("-1", 0), ("99", 50), ("x", 0), ("", 0)])
    def test_a_page_out_of_range_gives_the_nearest(self, asked, first):
        assert page_of_rows(range(60), {"page": asked})[0][0] == first

    def test_none_where_all_is_on_one(self):
        assert page_of_rows(range(25), {}) == (tuple(range(25)), None)


class TestFiles:
    def file(self, rows, address="/?sort=-days"):
        with Flask("x").test_request_context(address):
            answer = LISTING.file(rows, {"sort": "-days"}, "requests")
            return answer, answer.get_data()

    def test_csv_has_all_rows_of_the_view(self):
        answer, content = self.file([Row(f"n{n}", n) for n in range(60)])
        written = list(csv.reader(io.StringIO(content.decode())))
        assert written[0] == ["Name", "Days", "State"]
        assert [line[1] for line in written[1:3]] == ["59", "58"]
        assert len(written) == 61
        assert answer.headers["Content-Disposition"] == 'attachment; filename="requests.csv"'

    @pytest.mark.parametrize(("rows", "says"), [(2, False), (3, True)])
    def test_one_that_ends_before_the_list_does_says_so_in_its_last_row(self, rows, says):
        for kind in ("csv", "xlsx"):
            with Flask("x").test_request_context(f"/?as={kind}"):
                content = LISTING.file_of(ROWS[:rows], "requests", most=2).get_data()
            if kind == "csv":
                first = [line[0] for line in csv.reader(io.StringIO(content.decode("utf-8-sig")))][1:]
            else:
                first = [
                    row[0].value for row in load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)
                ]
            assert first == ["beta", "Alpha", *([MORE] if says else [])]

    def test_xlsx_has_the_same_rows_and_no_formula(self):
        answer, content = self.file([Row("=1+1", 3), Row("+44\x07", 2), Row("n", 1)], "/?as=xlsx")
        sheet = load_workbook(io.BytesIO(content)).active
        rows = list(sheet.iter_rows(min_row=2))
        assert [(row[0].value, row[0].data_type, row[1].value) for row in rows] == [
            ("=1+1", "s", 3),
            ("+44", "s", 2),
            ("n", "s", 1),
        ]
        assert [row[0].quotePrefix for row in rows] == [True, True, False]
        assert answer.headers["Content-Disposition"] == 'attachment; filename="requests.xlsx"'

    def test_a_list_with_a_file_links_to_both_kinds_with_its_filters(self):
        table = LISTING.show(ROWS, {"q": "Alpha"}, csv_href="/requests.csv")
        assert table.csv_href == "/requests.csv?q=Alpha&sort=name"
        assert table.xlsx_href == "/requests.csv?q=Alpha&sort=name&as=xlsx"
