from datetime import date

import pytest
from sqlalchemy import delete, func, select

from seeds.loaders import load_organisations
from tests.services.ods_documents import closed_trusts, document, fields, open_trusts, whole_file
from webapp.authority.actor import Actor, SystemActor
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services.csv_text import FileRefusedError
from webapp.services.imports import import_ods, preview_ods, read_ods
from webapp.services.ods_changes import ChangeKind
from webapp.services.ods_file import read
from webapp.store.audit import AuditEntry
from webapp.store.organisations import Organisation, OrganisationKind, Predecessor, by_code

COMMAND = SystemActor("command")


@pytest.fixture
def ods_content(published_ods_file):
    """The published file where this machine has it, else one of the same shape."""
    return published_ods_file.read_bytes() if published_ods_file else whole_file()


@pytest.fixture
def england(unit):
    load_organisations(unit.session)
    return unit


def _import(unit, *lines):
    return import_ods(unit, actor=COMMAND, rows=read(document(lines)))


def _line(code, **changes):
    """A trust of the reference data as the file has it, with some fields changed."""
    line = next(line for line in open_trusts() if line[0] == code)
    positions = {"name": 1, "region": 2, "board": 3, "opened": 10, "closed": 11}
    for name, value in changes.items():
        line[positions[name]] = value
    return line


class TestAPublishedFile:
    def test_it_adds_closed_trusts_and_skips_what_lies_outside(self, england, ods_content):
        before = england.session.scalar(select(func.count()).select_from(Organisation))
        preview = import_ods(england, actor=COMMAND, rows=read(ods_content))
        assert {change.kind for change in preview.changes} == {ChangeKind.CLOSED_BEFORE}
        assert preview.count == 72
        assert len(preview.skipped) == 3
        assert preview.warnings == ()
        assert list(preview.lines())[-1] == "72 changes"
        after = england.session.scalar(select(func.count()).select_from(Organisation))
        assert after == before + 72

    def test_the_second_time_it_changes_nothing(self, england, ods_content):
        import_ods(england, actor=COMMAND, rows=read(ods_content))
        again = import_ods(england, actor=COMMAND, rows=read(ods_content))
        assert list(again.lines())[-1] == "0 changes"
        assert [entry.action for entry in england.audit_entries] == ["reference.import"]

    def test_a_preview_changes_nothing(self, england, ods_content):
        preview = preview_ods(england, actor=COMMAND, rows=read(ods_content))
        assert preview.count == 72
        assert not england.session.new
        assert not england.session.dirty
        assert england.audit_entries == []

    def test_into_a_service_without_trusts_it_opens_them(self, england, ods_content):
        england.session.execute(delete(Predecessor))
        england.session.execute(delete(Organisation).where(Organisation.kind == OrganisationKind.TRUST))
        preview = import_ods(england, actor=COMMAND, rows=read(ods_content))
        kinds = [change.kind for change in preview.changes]
        assert (kinds.count(ChangeKind.OPENS), kinds.count(ChangeKind.CLOSED_BEFORE)) == (199, 72)
        assert import_ods(england, actor=COMMAND, rows=read(ods_content)).count == 0


class TestChanges:
    def test_absent_is_not_closed(self, england):
        assert _import(england, _line("RYR")).count == 0
        assert by_code(england.session, "R1H").close_date is None

    def test_a_trust_opens_under_its_board(self, england):
        preview = _import(england, fields("RZ9", "NEW TRUST OF LONDON NHS TRUST", opened="20261001"))
        row = by_code(england.session, "RZ9")
        assert (row.name, row.region_code, row.icb_code) == ("New Trust of London NHS Trust", "Y56", "QMF")
        assert [change.kind for change in preview.changes] == [ChangeKind.OPENS]
        assert list(preview.lines())[-1] == "1 change"

    def test_a_trust_closes_and_the_one_that_took_it_over_follows(self, england):
        _import(england, fields("RVJ", "NORTH BRISTOL NHS TRUST", region="Y58", board="QUY"))
        preview = _import(
            england, fields("RVJ", "NORTH BRISTOL NHS TRUST", region="Y58", board="QUY", closed="20260630")
        )
        row = by_code(england.session, "RVJ")
        assert (row.close_date, row.successor_code) == (date(2026, 6, 30), "RA7")
        assert [change.kind for change in preview.changes] == [ChangeKind.CLOSES]
        assert "RA7 took it over" in preview.changes[0].detail

    def test_a_trust_moves_and_is_renamed(self, england):
        preview = _import(england, _line("RYR", board="QKS", name="SUSSEX CARE NHS TRUST"))
        assert [change.kind for change in preview.changes] == [ChangeKind.MOVES, ChangeKind.RENAMES]
        row = by_code(england.session, "RYR")
        assert (row.icb_code, row.name) == ("QKS", "Sussex Care NHS Trust")

    def test_a_name_that_differs_only_in_case_is_kept(self, england):
        by_code(england.session, "RYR").name = "university HOSPITALS Sussex NHS Foundation Trust"
        assert _import(england, _line("RYR")).count == 0
        assert by_code(england.session, "RYR").name.startswith("university HOSPITALS")

    def test_a_closed_trust_may_open_again(self, england):
        _import(england, _line("RYR", closed="20260930"))
        preview = _import(england, _line("RYR"))
        assert [change.kind for change in preview.changes] == [ChangeKind.REOPENS]
        assert by_code(england.session, "RYR").close_date is None

    def test_a_row_outside_the_seven_regions_is_listed_and_skipped(self, england):
        preview = _import(
            england, fields("RZ9", region="W00", board="QMF"), fields("RZ8", region="", board="")
        )
        assert preview.count == 0
        assert [line.split()[0] for line in preview.skipped] == ["RZ9", "RZ8"]
        assert by_code(england.session, "RZ9") is None


class TestOlderBoards:
    def test_a_board_that_merged_gives_way_to_its_successor(self, england):
        preview = _import(england, _line("R1K", board="QRV"), fields("RZ9", board="QRV"))
        assert [change.code for change in preview.changes] == ["RZ9"]
        assert by_code(england.session, "RZ9").icb_code == "Z9B2Z"
        assert "ICB QRV has ended; Z9B2Z follows it" in preview.warnings[0]

    def test_a_board_that_was_split_is_flagged_and_a_known_trust_stays(self, england):
        preview = _import(england, _line("RGR", board="QJG"))
        assert preview.count == 0
        assert "was split between D7T5G and T6Y0W; it stays under T6Y0W" in preview.warnings[0]

    def test_an_unknown_trust_of_a_split_board_is_kept_there_for_a_person(self, england):
        preview = _import(england, fields("RZ9", region="Y61", board="QJG"))
        assert by_code(england.session, "RZ9").icb_code == "QJG"
        assert "a person must choose" in preview.warnings[0]
        assert _import(england, fields("RZ9", region="Y61", board="QJG")).count == 0

    def test_an_unknown_board_is_a_warning(self, england):
        preview = _import(england, _line("RYR", board="QZZ"), fields("RZ9", board="X1Y2Z"))
        assert [change.code for change in preview.changes] == ["RZ9"]
        assert by_code(england.session, "RZ9").icb_code is None
        assert by_code(england.session, "RYR").icb_code == "S9B9J"
        assert len(preview.warnings) == 2
        assert _import(england, fields("RZ9", board="X1Y2Z")).count == 0


class TestRefusals:
    def test_one_bad_line_leaves_everything_as_it_was(self, england, tmp_path):
        file = tmp_path / "etr.csv"
        file.write_bytes(document([*closed_trusts(), fields("RZ9", opened="soon")]))
        with pytest.raises(FileRefusedError):
            import_ods(england, actor=COMMAND, rows=read_ods(file))
        assert by_code(england.session, "RVJ") is None

    def test_a_code_that_is_no_trust_refuses_the_file(self, england):
        with pytest.raises(FileRefusedError) as refused:
            _import(england, _line("RYR", name="ANOTHER NAME"), fields("QMF"), fields("Y56"))
        assert [str(problem) for problem in refused.value.problems] == [
            "line 2, column 1: QMF is an ICB here, not a trust",
            "line 3, column 1: Y56 is a region here, not a trust",
        ]
        assert by_code(england.session, "RYR").name != "Another Name"

    def test_a_file_that_is_not_there_is_refused_in_words(self, tmp_path):
        with pytest.raises(FileRefusedError) as refused:
            read_ods(tmp_path / "nothing.csv")
        assert "cannot be read: No such file" in str(refused.value)
        with pytest.raises(FileRefusedError):
            read_ods(tmp_path)

    @pytest.mark.parametrize("role", [Role.TRUST_LEAD, Role.NATIONAL_REVIEWER, Role.SYSTEM_ADMIN])
    def test_other_roles_may_not_import(self, england, role):
        actor = Actor(user_id=england.session.scalar(select(Organisation.id).limit(1)), role=role)
        with pytest.raises(AccessDenied):
            import_ods(england, actor=actor, rows=read(document([fields()])))


class TestAudit:
    def test_an_import_leaves_one_entry(self, england):
        _import(england, fields("RZ8"), fields("RZ9"))
        england.commit()
        rows = list(england.session.scalars(select(AuditEntry)))
        assert [(row.action, row.subject_kind, row.subject_id) for row in rows] == [
            ("reference.import", "reference", "ods")
        ]
