"""The file of a team's members at the door: template, preview, save."""

import io

import pytest

from tests.webapp.partners.conftest import MOST_QUERIES

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGE = "/partner/team-file"
GOOD = b"member,skills,2026-12\nAnn,M-PDSA 4 2026,2\nBen,,3\n"


def send(person, content):
    fields = person.get(PAGE).values()
    return person.post(PAGE, {**fields, "file": (io.BytesIO(content), "team.csv")})


@ONE_ENGINE
class TestTeamFile:
    def test_previewed_then_saved_then_without_change(self, partners):
        shown = send(partners.manager, GOOD)
        assert (shown.status, shown.heading) == (200, "What the file would change")
        assert "2 changes would be made" in shown.text
        assert shown.queries <= MOST_QUERIES
        done = partners.manager.post(f"{PAGE}/save", shown.values())
        assert (done.status, done.location) == (303, "/partner")
        held = {each.skill_code: each.level for each in partners.row(partners.team_id).skills}
        assert held["M-PDSA"] == 4
        again = send(partners.manager, GOOD)
        assert "It changes nothing" in again.text
        assert again.page.select_one('main form[method="post"]') is None

    def test_a_fault_changes_nothing_and_is_said(self, partners):
        refused = send(partners.manager, GOOD + b"Cat,,x\n")
        assert refused.status == 422
        assert "Nothing was imported: 1 problem in the file" in refused.text
        assert "Line 4, column 3" in refused.text
        assert partners.manager.submit(PAGE).errors == ["Choose a file"]

    def test_the_template_can_be_sent_back(self, partners):
        template = partners.manager.get(f"{PAGE}/template.csv").response.get_data(as_text=True)
        assert template.startswith("member,skills,2026-11,2026-12")
        assert "M-PDSA" in partners.manager.get(f"{PAGE}/skills.csv").response.get_data(as_text=True)
        filled = template.strip() + "\r\nAnn," + "M-PDSA 2" + ",1" * 12 + "\r\n"
        assert send(partners.manager, filled.encode()).heading == "What the file would change"

    def test_too_large_and_not_for_experts(self, partners):
        large = send(partners.manager, b"x" * 300_000)
        assert (large.status, "larger than 256 kB" in large.text) == (422, True)
        assert partners.expert.get(PAGE).status == 404
        tampered = {**partners.manager.get(PAGE).values(), "pooled": "[]"}
        assert partners.manager.post(f"{PAGE}/save", tampered).status == 422
