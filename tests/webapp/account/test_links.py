"""Forgotten passwords, invitations and registrations at the door: one answer for everybody, links that work once."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.site import Person
from webapp.authority.roles import Role
from webapp.store.accounts import User
from webapp.store.outbox import OutboxMessage

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PASSWORD = "three quiet otters"
LINKS = {"account.reset": "/reset/", "account.invitation": "/invitation/", "account.registration": "/join/"}


@pytest.fixture
def link(app, database):
    """Reads the newest message of a kind as its owner does: gives the link's path."""

    def read(kind):
        with database.unit(writing=False) as unit:
            query = select(OutboxMessage).where(OutboxMessage.kind == kind)
            row = unit.session.scalars(query.order_by(OutboxMessage.created_at.desc())).first()
            return LINKS[kind] + app.extensions["sealer"].unseal(row.sealed)

    return read


@pytest.fixture
def user(signed_in, database):
    """A lead with an account; their address."""
    lead = signed_in(Role.TRUST_LEAD)
    with database.unit(writing=False) as unit:
        return lead, unit.session.get_one(User, lead.actor.user_id).email


@pytest.fixture
def stranger(app):
    """Another visitor, in a browser of their own."""
    return Person(app.test_client(), app.extensions["database"])


def sign_in(visitor, email, password=PASSWORD):
    return visitor.submit("/sign-in", {"email": email, "password": password})


@ONE_ENGINE
class TestForgottenPassword:
    def test_the_answer_is_the_same_for_everybody(self, visitor, user):
        visitor.submit("/forgotten-password", {"email": "first@example.org"})  # makes the audit's first entry
        answers = [
            visitor.submit("/forgotten-password", {"email": email})
            for email in (user[1], "nobody@example.org")
        ]
        assert len({(each.status, each.location) for each in answers}) == 1
        assert "We have sent an email" in visitor.get(answers[0].location).text
        assert abs(answers[0].queries - answers[1].queries) <= 1

    def test_a_new_password_ends_every_sign_in_and_the_link_is_dead(self, visitor, user, link):
        lead, email = user
        visitor.submit("/forgotten-password", {"email": email})
        path = link("account.reset")
        weak = visitor.submit(path, {"password": "short"})
        assert weak.errors == ["Password must be 12 characters or more"]
        done = visitor.submit(path, {"password": PASSWORD})
        assert (done.status, done.location) == (303, "/sign-in")
        assert lead.get("/account").location.startswith("/sign-in")
        assert visitor.get(path).status == 410
        assert sign_in(visitor, email).status == 303

    def test_an_unknown_link_says_what_to_do(self, visitor):
        visit = visitor.get("/reset/" + "a" * 43)
        assert (visit.status, visit.heading) == (410, "This link cannot be used")
        assert visitor.get("/reset/short").status == 404

    def test_a_forged_host_makes_no_link(self, visitor, user, database):
        forged = visitor.get("/forgotten-password", base_url="http://evil.example")
        assert forged.status == 400

    def test_tries_are_counted(self, visitor, user):
        for _ in range(5):
            assert visitor.submit("/forgotten-password", {"email": user[1]}).status == 303
        assert visitor.submit("/forgotten-password", {"email": user[1]}).status == 429


@ONE_ENGINE
class TestInvitation:
    def test_somebody_new_accepts_and_is_in(self, lead_of_t3, visitor, link):
        lead = lead_of_t3
        sent = lead.submit(
            "/organisation/members/invite",
            {"email": "new@example.org", "name": "New Person", "role": "trust_member"},
        )
        assert sent.location == "/organisation/members"
        assert "New Person (new@example.org), member" in lead.get("/organisation/members").text
        path = link("account.invitation")
        assert "Body T3 invites you" in visitor.get(path).text
        done = visitor.submit(path, {"password": PASSWORD})
        assert (done.status, urlsplit(done.location).path) == (303, "/account/start")
        assert visitor.get("/account").text.count("New Person")
        assert "None." in lead.get("/organisation/members").text
        assert visitor.get(path).status == 410

    def test_a_national_role_sets_up_the_second_step_first(self, signed_in, visitor, link):
        admin = signed_in(Role.NATIONAL_ADMIN)
        admin.submit(
            "/national/users/invite", {"email": "rev@example.org", "name": "R", "role": "national_reviewer"}
        )
        visitor.submit(link("account.invitation"), {"password": PASSWORD})
        assert visitor.get("/national").location.startswith("/account/second-factor")

    def test_a_role_out_of_reach_is_refused_with_words(self, lead_of_t3):
        visit = lead_of_t3.submit(
            "/organisation/members/invite",
            {"email": "x@example.org", "name": "X", "role": "national_admin"},
        )
        assert (visit.status, visit.errors) == (422, ["Choose a role"])
        assert visit.values()["email"] == "x@example.org"


ANSWERS = {"role": "partner_expert", "name": "Ann Expert", "email": "ann@example.org"}


@ONE_ENGINE
class TestJoining:
    def test_from_the_start_page_to_an_account(self, visitor, link):
        assert "/join" in {str(each["href"]) for each in visitor.get("/").page.select("main a[href]")}
        assert visitor.submit("/join", ANSWERS).location == "/link-sent"
        done = visitor.submit(link("account.registration"), {"password": PASSWORD})
        assert done.status == 303
        assert visitor.get("/partner").location == "/partner/register"

    def test_a_known_address_is_answered_alike(self, visitor, stranger, user):
        known = visitor.submit("/join", {**ANSWERS, "email": user[1]})
        unknown = stranger.submit("/join", ANSWERS)
        assert (known.status, known.location) == (unknown.status, unknown.location)

    def test_somebody_with_an_account_takes_the_second_role(self, user, database):
        lead, _ = user
        assert lead.get("/join").location == "/join/too"
        assert lead.submit("/join/too").location.startswith("/sign-in")
        assert lead.get("/account").location.startswith("/sign-in")
        with database.unit(writing=False) as unit:
            held = unit.session.get_one(User, lead.actor.user_id).memberships
            assert sorted(each.role for each in held) == ["partner_expert", "trust_lead"]
