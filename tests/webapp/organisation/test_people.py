"""People of ours who offer support: who sees them, what is said of their release and skills."""

import pytest

from tests.webapp.partners.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
LIST = "/organisation/people"


@ONE_ENGINE
class TestPeople:
    def test_the_list_leads_to_the_person(self, partners, lead, other_lead):
        visit = lead.get(LIST)
        assert "Partner P-1" in visit.text
        assert visit.queries <= MOST_QUERIES
        found = {str(link["href"]) for link in visit.page.select("main a[href]")}
        assert f"{LIST}/{partners.expert_id}" in found
        shown = lead.get(f"{LIST}/{partners.expert_id}")
        assert (shown.status, shown.heading) == (200, "Partner P-1")
        assert shown.queries <= MOST_QUERIES
        assert len(shown.response.get_data()) < MOST_BYTES
        assert "Nobody of your organisation offers support yet" in other_lead.get(LIST).text

    def test_withdrawn_with_what_stands_in_view_and_told_to_the_expert(self, partners, lead):
        partners.offered()
        no = f"{LIST}/{partners.expert_id}/refuse"
        assert "1 offer or engagement of theirs stands now" in lead.get(no).text
        assert lead.submit(no).errors == ["Say in a sentence why; the person reads it"]
        done = lead.submit(no, {"note": "We are short of staff"})
        assert (done.status, done.location) == (303, f"{LIST}/{partners.expert_id}")
        assert partners.row().releases[-1].state == "withdrawn"
        told = partners.expert.get("/partner").text
        assert "withdrew its release on 2 November 2026" in told
        assert "We are short of staff" in told

    def test_given_again(self, partners, lead):
        lead.submit(f"{LIST}/{partners.expert_id}/refuse", {"note": "Busy"})
        given = lead.submit(f"{LIST}/{partners.expert_id}")
        assert given.status == 303
        assert partners.row().releases[-1].state == "given"

    def test_a_skill_is_endorsed_and_an_older_tab_is_told(self, partners, lead):
        page = f"{LIST}/{partners.expert_id}"
        form = 'form[action$="/endorse"]'
        older = lead.get(page)
        first = str(older.page.select_one(form)["action"])
        assert lead.submit(page, form=form).status == 303
        assert "Endorsed by the employer on 2 November 2026" in lead.get(page).text
        late = lead.post(first, older.values())
        assert late.status == 409

    def test_nobody_else_comes_in(self, partners, lead, other_lead, signed_in):
        page = f"{LIST}/{partners.expert_id}"
        absent = f"{LIST}/{partners.team_id}"
        for role in (Role.TRUST_MEMBER, Role.PARTNER_EXPERT, Role.NATIONAL_ADMIN, Role.SYSTEM_ADMIN):
            assert signed_in(role, organisation_id=partners.organisations["T3"]).get(LIST).status == 403
        for path in (page, absent, f"{page}/refuse"):
            assert other_lead.get(path).status == 404
        own_protections = other_lead.get("/account/password").values()
        assert other_lead.post(f"{page}/release", {**own_protections, "version": "1"}).status == 404
        assert partners.row().releases[-1].state == "given"
