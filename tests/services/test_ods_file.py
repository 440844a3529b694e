import pytest

from tests.services.ods_documents import document, fields, whole_file
from webapp.services import ods_file
from webapp.services.csv_text import FileRefusedError
from webapp.services.ods_file import read
from webapp.services.ods_names import differ_only_in_case, ordinary_case


def _problems(content):
    with pytest.raises(FileRefusedError) as refused:
        read(content)
    return [str(problem) for problem in refused.value.problems]


def _changed(column, value):
    line = fields()
    line[column - 1] = value
    return document([fields("RA1"), line, fields("RA2")])


class TestWholeFiles:
    def test_one_of_the_published_shape_is_read(self):
        rows = read(whole_file())
        assert len(rows) == 274
        assert sum(row.closed is not None for row in rows) == 72
        assert {len(row.code) for row in rows} == {3, 5}
        assert [row.code for row in rows if row.region is None] == ["W0X", "W1X", "W2X"]

    def test_a_byte_order_mark_and_unquoted_fields_are_fine(self):
        content = b"\xef\xbb\xbf" + document([fields()]).replace(b'"', b"")
        assert read(content)[0].code == "RZ1"

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
    def test_an_empty_one_is_refused(self, content):
        assert _problems(content) == ["The file holds no organisations."]

    def test_one_bad_row_in_a_thousand_refuses_all(self):
        lines = [fields(f"{number:05d}") for number in range(1000)]
        lines[567] = fields("00567", opened="20261301")
        assert _problems(document(lines)) == ["line 568, column 11: 20261301 is not a date of the calendar"]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
    def test_a_wide_encoding_is_refused(self, encoding):
        assert len(_problems(whole_file().decode().encode(encoding))) == 1

    def test_bytes_that_are_no_text_are_refused_with_their_line(self):
        content = document([fields(), fields("RA2", "CAF\x00 NHS TRUST")])
        assert _problems(content) == ["line 2: holds a NUL byte: this is not a plain text file"]
        content = document([fields()]) + "RA2,CAFÉ".encode("latin-1")
        assert _problems(content) == ["line 2: holds bytes that are not UTF-8 text"]

    def test_too_many_bytes_or_lines_are_refused(self, monkeypatch):
        assert _problems(b" " * (ods_file.MAX_BYTES + 1)) == ["The file is larger than 5 MB."]
        monkeypatch.setattr(ods_file, "MAX_ROWS", 3)
        content = document([fields(f"RA{number}") for number in range(5)])
        assert _problems(content)[0].startswith("line 4: The file has more than 3 lines")

    def test_a_quotation_mark_that_never_closes_is_refused(self):
        assert "cannot be read as comma-separated values" in _problems(whole_file() + b'"R')[0]

    def test_reasons_are_many_but_bounded(self):
        content = document([fields(f"R{number:04d}", closed="soon") for number in range(300)])
        with pytest.raises(FileRefusedError) as refused:
            read(content)
        assert (refused.value.count, len(refused.value.problems)) == (300, 100)


class TestLines:
    @pytest.mark.parametrize(
        ("column", "value", "reason"),
        [
            (1, "", "is not the code of an organisation"),
            (1, "ra1", "is not the code of an organisation"),
            (1, "RA12", "is not the code of an organisation"),
            (1, "RÄ1", "is not the code of an organisation"),
            (2, "  ", "the name is missing"),
            (2, "A" * 201, "is longer than 200 characters"),
            (2, "TRUST\u202e", "holds a control or invisible character"),
            (2, "TRUST\nNHS", "holds a control or invisible character"),
            (3, "Y5", "is not the code of a region"),
            (4, "Q M", "is not the code of an ICB"),
            (11, "", "the open date is missing"),
            (11, "1991-04-01", "is not a date written as yyyymmdd"),
            (11, "١٩٩١٠٤٠١", "is not a date written as yyyymmdd"),
            (11, "00010101", "is not between 1900 and 2100"),
            (11, "20230229", "is not a date of the calendar"),
            (12, "99991231", "is not between 1900 and 2100"),
            (12, "19910331", "the close date is before the open date"),
        ],
    )
    def test_a_field_that_cannot_be_is_refused_with_line_and_column(self, column, value, reason):
        (problem,) = _problems(_changed(column, value))
        assert problem.startswith(f"line 2, column {column}: ")
        assert reason in problem

    @pytest.mark.parametrize("count", [1, 26, 28])
    def test_another_number_of_columns_is_refused(self, count):
        line = (fields() * 2)[:count]
        assert _problems(document([fields("RA1"), line])) == [f"line 2: has {count} columns, not 27"]

    def test_an_empty_line_in_the_middle_is_refused(self):
        content = document([fields("RA1")]) + b"\r\n" + document([fields("RA2")])
        assert _problems(content) == ["line 2: is empty"]

    def test_a_code_that_stands_twice_is_refused(self):
        content = document([fields("RA1"), fields("RA2"), fields("RA1")])
        assert _problems(content) == ["line 3, column 1: RA1 stands on line 1 already"]

    def test_a_header_is_no_organisation(self):
        assert len(_problems(document([["Column"] * 27, fields()]))) >= 1


class TestNames:
    @pytest.mark.parametrize(
        ("capitals", "ordinary"),
        [
            ("KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST", "King's College Hospital NHS Foundation Trust"),
            ("THE HILLINGDON HOSPITALS NHS TRUST", "The Hillingdon Hospitals NHS Trust"),
            ("GUY'S AND ST THOMAS' NHS TRUST", "Guy's and St Thomas' NHS Trust"),
            ("BARNET, ENFIELD AND HARINGEY NHS TRUST", "Barnet, Enfield and Haringey NHS Trust"),
            ("STOKE-ON-TRENT  CARE", "Stoke-on-Trent Care"),
            ("O'NEILL CENTRE FOR CARE", "O'Neill Centre for Care"),
            ("Written by a Person", "Written by a Person"),
        ],
    )
    def test_capitals_become_ordinary_case(self, capitals, ordinary):
        assert ordinary_case(capitals) == ordinary

    def test_case_and_spaces_make_no_other_name(self):
        assert differ_only_in_case("Barts  Health NHS Trust", "BARTS HEALTH NHS TRUST")
        assert not differ_only_in_case("Barts Health", "Barts Care")
