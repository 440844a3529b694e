"""Members of an organisation and people of the national team: who is listed, changed and removed, and by whom."""

import pytest

from tests.webapp.partners.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.store.accounts import Membership

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
LIST = "/organisation/members"


@pytest.fixture
def member(partners, signed_in):
    """A member of T3."""
    return signed_in(Role.TRUST_MEMBER, organisation_id=partners.organisations["T3"], name="Mo Member")


def page_of(database, person):
    with database.unit(writing=False) as unit:
        row = unit.session.query(Membership).filter_by(user_id=person.actor.user_id).one()
        return f"{LIST}/{row.id}"


@ONE_ENGINE
class TestMembers:
    def test_the_list(self, lead, member, other_lead):
        visit = lead.get(LIST)
        assert "Mo Member" in visit.text
        assert visit.queries <= MOST_QUERIES
        assert len(visit.response.get_data()) < MOST_BYTES
        assert "Mo Member" not in other_lead.get(LIST).text

    def test_removed_is_out_on_the_very_next_request(self, database, lead, member):
        assert member.get("/requests").status == 200
        page = page_of(database, member)
        done = lead.submit(page, form='form[action$="/remove"]')
        assert (done.status, done.location) == (303, LIST)
        assert member.get("/requests").location.startswith("/sign-in")

    def test_promoted_signs_in_anew(self, database, lead, member):
        done = lead.submit(page_of(database, member), {"role": "trust_lead"})
        assert done.location == LIST
        assert member.get("/requests").location.startswith("/sign-in")
        assert "Lead" in lead.get(LIST).text

    def test_nobody_reaches_another_organisations_people(self, database, lead, member, other_lead, signed_in):
        page = page_of(database, member)
        assert other_lead.get(page).status == 404
        protections = other_lead.get("/account/password").values()
        for path in (page, f"{page}/remove"):
            assert other_lead.post(path, {**protections, "role": "trust_lead", "version": "1"}).status == 404
        for role in (
            Role.TRUST_MEMBER,
            Role.PARTNER_EXPERT,
            Role.NATIONAL_ADMIN,
            Role.SYSTEM_ADMIN,
            Role.AUDITOR,
        ):
            somebody = signed_in(role, organisation_id=lead.actor.organisation_id)
            assert somebody.get(LIST).status == 403
            assert somebody.get(page).status == 404
        assert member.get("/requests").status == 200

    def test_a_lead_does_not_promote_or_lose_themselves(self, database, lead):
        own = page_of(database, lead)
        assert "Somebody else must change your role" in lead.get(own).text
        kept = lead.submit(own, form='form[action$="/remove"]')
        assert kept.status == 409
        assert "last lead" in kept.text

    def test_the_password_is_asked_again_after_ten_minutes(self, clock, lead):
        clock.forward(minutes=11)
        assert lead.get(LIST).location.startswith("/account/confirm")


@ONE_ENGINE
class TestAccounts:
    def test_switched_off_is_out_and_on_again_is_in(self, signed_in, member):
        page = f"/admin/accounts/{member.actor.user_id}"
        admin = signed_in(Role.SYSTEM_ADMIN)
        found = admin.get("/admin/accounts?q=mo+member")
        assert page in {str(each["href"]) for each in found.page.select("main a[href]")}
        assert admin.submit(page).status == 303
        assert member.get("/requests").location.startswith("/sign-in")
        assert "Switched off" in admin.get("/admin/accounts?state=off").text
        assert admin.submit(page).status == 303
        assert "They can sign in" in admin.get(page).text

    def test_not_ones_own_and_nobody_else_may(self, signed_in, lead):
        admin = signed_in(Role.SYSTEM_ADMIN)
        own = f"/admin/accounts/{admin.actor.user_id}"
        assert "somebody else must switch it off" in admin.get(own).text
        for role in (Role.NATIONAL_ADMIN, Role.AUDITOR, Role.TRUST_LEAD):
            assert signed_in(role).get("/admin/accounts").status == 403
            assert signed_in(role).get(own).status == 404
