"""A file of a team's members: pooled, previewed, saved whole or not at all, and safe whatever it holds."""

import io
import time
import tracemalloc
import zipfile

import pytest

from tests.factories.accounts import person
from tests.factories.partners import active_partner
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import capacity, team_imports
from webapp.services.csv_text import FileRefusedError
from webapp.services.failures import NotFound, Rejected
from webapp.services.team_file import Known, read
from webapp.store.capacity import commit_days
from webapp.store.partners import PartnerKind

HEAD = "member,skills,2026-12,2027-01\n"
GOOD = f"{HEAD}Ann,UEC-FLO-DIS 3 2026; M-PDSA 2,2,3\nBen,M-PDSA 4 2025,1,\n"
KNOWN = Known({"UEC-FLO-DIS", "M-PDSA"}, ("2026-12", "2027-01"), 2026)


@pytest.fixture
def team(unit, country):
    """The team of S1 (two days in January), and its manager."""
    body = country.organisations["S1"]
    row = active_partner(unit, body, "P-1", kind=PartnerKind.SUPPORT_ORGANISATION)
    return row, person(unit.session, Role.PARTNER_MANAGER, organisation_id=body.id, partner_id=row.id)


def said(content):
    with pytest.raises(FileRefusedError) as refused:
        read(content if isinstance(content, bytes) else content.encode(), KNOWN)
    return [str(each) for each in refused.value.problems]


def save(unit, team, text=GOOD):
    row, actor = team
    pooled = team_imports.read(unit, content=text.encode())
    return team_imports.save(
        unit, actor=actor, partner_id=row.id, pooled=pooled, expected_version=row.version
    )


class TestReading:
    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("Ann,M-PDSA 5,1,1", "line 2, column 2"),
            ("Ann,NO-SUCH 2,1,1", 'line 2, column 2: "NO-SUCH" is not the code of a skill'),
            ("Ann,M-PDSA 2; M-PDSA 3,1,1", "line 2, column 2: M-PDSA is named twice"),
            ("Ann,M-PDSA 2 2027,1,1", "line 2, column 2: 2027 is not a year"),
            ("Ann,,1.5,1", 'line 2, column 3: "1.5" is not a whole number of days'),
            ("Ann,,-1,1", "line 2, column 3: begins like a formula"),
            ("Ann,,32,1", "line 2, column 3"),
            ("Ann,,\u0661,1", "line 2, column 3"),
            ("=1+1,,1,1", "line 2, column 1: begins like a formula"),
            ("\uff1dA1,,1,1", "line 2, column 1: begins like a formula"),
            ("943 476 5919,,1,1", "line 2, column 1: remove the number that looks like an NHS number"),
            (",,1,1", "line 2, column 1: the member is missing"),
            ("Ann,,1", "line 2: has 3 columns, the first line has 4"),
            ("A\u202enn,,1,1", "line 2, column 1"),
        ],
    )
    def test_each_fault_says_where_it_is(self, line, problem):
        assert said(HEAD + line)[0].startswith(problem)

    def test_a_member_twice_and_an_empty_file(self):
        assert said(f"{HEAD}Ann,,1,1\nann,,1,1") == ["line 3, column 1: ann stands on line 2 already"]
        assert "no members" in said(HEAD)[0]

    @pytest.mark.parametrize(
        ("head", "problem"),
        [
            ("name,skills,2026-12", "line 1: the first line must begin"),
            ("member,skills,2026-13", 'line 1, column 3: "2026-13" is not one of the coming months'),
            ("member,skills,2026-12,2026-12", "line 1, column 4: 2026-12 stands twice"),
        ],
    )
    def test_a_head_that_is_none(self, head, problem):
        assert said(f"{head}\nAnn,,1")[0].startswith(problem)

    def test_other_encodings_and_kinds_are_refused_with_a_word(self):
        assert "UTF-16" in said(GOOD.encode("utf-16"))[0]
        assert "not UTF-8" in said("Zo\u00eb,,1,1".encode("latin-1"))[0]
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("bomb", b"0" * 10_000_000)
        assert "Save it as CSV" in said(archive.getvalue())[0]

    @pytest.mark.parametrize(
        "content",
        [
            b"x" * 600_000,
            (HEAD + "a,,1,1\n" * 60_000).encode(),
            b"," * 500_000,
            b'"' * 500_000,
            (HEAD + "a" * 400_000 + ",,1,1").encode(),
        ],
    )
    def test_bombs_are_refused_soon_and_small(self, content):
        tracemalloc.start()
        began = time.process_time()
        said(content)
        assert time.process_time() - began < 5
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
        tracemalloc.stop()

    def test_one_bad_line_in_a_thousand(self):
        lines = [f"Member {number},,1,1" for number in range(1_000)]
        lines[700] = "Member 700,,1,x"
        assert said(HEAD + "\n".join(lines)) == [
            'line 702, column 4: "x" is not a whole number of days from 0 to 31'
        ]


class TestSaving:
    def test_the_pool_is_the_sum_and_a_second_time_changes_nothing(self, unit, team):
        row, actor = team
        first = save(unit, team)
        assert first.days == {"2026-12": (0, 3), "2027-01": (2, 3)}
        held = {each.skill_code: (each.level, each.last_used_year) for each in row.skills}
        assert held == {"UEC-FLO-DIS": (3, 2026), "M-PDSA": (4, 2025)}
        entries, version = len(unit.audit_entries), row.version
        assert save(unit, team).count == 0
        assert (len(unit.audit_entries), row.version) == (entries, version)
        cells = capacity.grid(unit, actor=actor, partner_id=row.id, months=["2026-12", "2027-02"])
        assert [cell.days for cell in cells] == [3, 2]

    def test_promised_days_stay_and_nothing_is_half_saved(self, unit, team):
        row, _ = team
        assert commit_days(unit.session, row.id, {"2027-01": 2}) is None
        with pytest.raises(Rejected, match="January 2027"):
            save(unit, team, f"{HEAD}Ann,M-PDSA 4 2026,9,1\n")

    def test_an_experts_profile_and_anothers_team_are_not_there(self, unit, team, country):
        row, _ = team
        pooled = team_imports.read(unit, content=GOOD.encode())
        for other in (country.lead, person(unit.session, Role.PARTNER_MANAGER)):
            with pytest.raises(AccessDenied):
                team_imports.preview(unit, actor=other, partner_id=row.id, pooled=pooled)
        expert = active_partner(unit, country.organisations["T3"], "P-2")
        owner = person(unit.session, Role.PARTNER_EXPERT, partner_id=expert.id)
        with pytest.raises(NotFound):
            team_imports.preview(unit, actor=owner, partner_id=expert.id, pooled=pooled)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            "{}",
            '{"members":1,"days":{"2027-01":1e9},"skills":{}}',
            '{"members":1,"days":{"2027-01":true},"skills":{}}',
            '{"members":1,"days":[],"skills":{}}',
            "[" * 5_000,
        ],
    )
    def test_a_preview_that_was_tampered_with(self, text):
        with pytest.raises(Rejected):
            team_imports.pooled_of(text)
