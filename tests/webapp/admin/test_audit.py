"""The audit's page: whose acts who reads, filters, files; and the page of jobs."""

import pytest

from tests.webapp.organisation.conftest import lead, other_lead
from tests.webapp.partners.conftest import MOST_QUERIES, partners
from webapp.admin.routes import audit as audit_routes
from webapp.authority.roles import Role
from webapp.services import audit_trail, jobs

__all__ = ["lead", "other_lead", "partners"]
ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
AUDIT = "/admin/audit"


@pytest.fixture
def acted(partners, lead, other_lead):
    """T3's lead has withdrawn a release; T1's lead was refused."""
    page = f"/organisation/people/{partners.expert_id}"
    lead.submit(f"{page}/refuse", {"note": "Busy"})
    assert other_lead.get(page).status == 404
    return partners


@ONE_ENGINE
class TestAudit:
    def test_a_lead_reads_their_own_organisations_acts_only(self, acted, lead, other_lead):
        own = lead.get(AUDIT)
        assert own.queries <= MOST_QUERIES
        assert "partner: release" in own.text
        assert str(acted.expert_id)[:8] not in other_lead.get(f"{AUDIT}?outcome=done").text
        refused = other_lead.get(f"{AUDIT}?outcome=refused")
        assert "Refused" in refused.text

    def test_filters_narrow_it(self, acted, lead):
        assert "partner: release" in lead.get(f"{AUDIT}?noun=partner").text
        assert "Nothing matches your filters" in lead.get(f"{AUDIT}?noun=round").text
        assert "1 act matches your filters" in lead.get(f"{AUDIT}?subject={acted.expert_id}").text

    def test_the_file_holds_the_same(self, acted, lead, signed_in):
        file = lead.get(f"{AUDIT}.csv?noun=partner")
        assert file.response.mimetype == "text/csv"
        assert "partner: release" in file.response.get_data(as_text=True)
        everything = signed_in(Role.AUDITOR).get(f"{AUDIT}.csv").response.get_data(as_text=True)
        assert len(everything.splitlines()) > 5

    def test_a_file_that_does_not_hold_all_of_it_says_so(self, acted, signed_in, monkeypatch):
        auditor = signed_in(Role.AUDITOR)
        whole = auditor.get(f"{AUDIT}.csv?noun=partner").response.get_data(as_text=True).splitlines()
        most = len(whole) - 2
        monkeypatch.setattr(audit_routes, "MOST_IN_FILE", most)
        monkeypatch.setattr(audit_trail, "ASKED_FOR_FILE", most + 1)
        monkeypatch.setattr(audit_trail, "PORTION", 2)
        cut = auditor.get(f"{AUDIT}.csv?noun=partner").response.get_data(as_text=True).splitlines()
        assert cut[:-1] == whole[:-1]
        assert "The list has more." in cut[-1]

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.AUDITOR, 200),
            (Role.NATIONAL_ADMIN, 200),
            (Role.NATIONAL_REVIEWER, 403),
            (Role.TRUST_MEMBER, 403),
            (Role.PARTNER_EXPERT, 403),
            (Role.SYSTEM_ADMIN, 403),
        ],
    )
    def test_who_reads_it(self, signed_in, role, status):
        assert signed_in(role).get(AUDIT).status == status


@ONE_ENGINE
class TestJobs:
    def test_a_silent_worker_is_said(self, database, clock, signed_in):
        assert "Nothing is being done" in signed_in(Role.SYSTEM_ADMIN).get("/admin/jobs").text
        with database.unit(writing=True) as unit:
            jobs.give_sign(unit, machine="one")
        assert "Nothing is being done" not in signed_in(Role.SYSTEM_ADMIN).get("/admin/jobs").text
        clock.forward(minutes=4)
        visit = signed_in(Role.SYSTEM_ADMIN).get("/admin/jobs")
        assert "Silent" in visit.text
        assert visit.queries <= MOST_QUERIES

    def test_nobody_else_reads_it(self, signed_in):
        for role in (Role.AUDITOR, Role.NATIONAL_ADMIN, Role.TRUST_LEAD):
            assert signed_in(role).get("/admin/jobs").status == 403
