"""Lists as files: what a spreadsheet must never run, and what stays a number or a day."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from webapp.ui.files import FORMULA_STARTS, safe_cell, xlsx_file


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_csv_cell_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(("value", "cell"), [(-5, "-5"), (1.5, "1.5"), (None, ""), ("plain", "plain")])
def test_numbers_stay_numbers(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


def test_an_xlsx_cell_has_the_type_of_its_value() -> None:
    values = [f"{start}cmd|' /C calc'!A0" for start in FORMULA_STARTS]
    with Flask("x").test_request_context():
        content = xlsx_file(
            ["A", "B", "C"], [(each, -5, date(2027, 1, 2)) for each in values], "x"
        ).get_data()
    rows = list(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
    assert {row[0].data_type for row in rows} == {"s"}
    assert {(row[1].value, row[2].value.date()) for row in rows} == {(-5, date(2027, 1, 2))}
