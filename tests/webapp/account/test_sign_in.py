"""Signing in as a person does it: password, code, role; and all the ways in which it is refused."""

import pytest
from sqlalchemy import select, update

from tests.webapp.account.conftest import COMMAND, PASSWORD, enter
from webapp.authority.roles import Role
from webapp.security import credentials
from webapp.services import accounts
from webapp.store.accounts import User
from webapp.store.audit import AuditEntry
from webapp.store.sign_ins import SignIn

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
WRONG = "The email address or the password is not right"


@ONE_ENGINE
class TestPassword:
    def test_the_right_password_leads_on(self, visitor, account):
        visit = enter(visitor, account(Role.TRUST_LEAD), path="/sign-in?next=/account")
        assert (visit.status, visit.location) == (303, "/account/start?next=/account")
        assert visitor.get("/account").heading == "Your account"

    def test_the_address_is_compared_in_its_normal_form(self, visitor, account):
        assert enter(visitor, f"  {account(Role.TRUST_LEAD).upper()} ").status == 303

    def test_a_wrong_password_and_an_unknown_address_look_the_same(self, app, visitor, account):
        known = enter(visitor, account(Role.TRUST_LEAD), "not the right one")
        unknown = enter(visitor, "nobody@example.org", "not the right one")
        assert known.status == unknown.status == 422
        assert known.errors == unknown.errors == [WRONG]

    def test_an_unknown_address_is_hashed_too(self, app, visitor, monkeypatch):
        tried = []
        monkeypatch.setattr(credentials, "library_verify", lambda *args: tried.append(args) or False)
        enter(visitor, "nobody@example.org")
        assert len(tried) == 1

    def test_refusals_are_on_record_without_the_address(self, visitor, account, database):
        enter(visitor, account(Role.TRUST_LEAD), "not the right one")
        with database.unit(writing=False) as unit:
            last = unit.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert (last.action, last.outcome) == ("account.sign_in", "refused")
        assert "@" not in last.subject_id + last.reason

    def test_somebody_without_a_role_or_turned_off_is_refused_alike(self, visitor, account, database):
        email = account(Role.TRUST_LEAD)
        with database.unit(writing=True) as unit:
            unit.session.execute(update(User).where(User.email == email).values(active=False, version=9))
        assert enter(visitor, email).errors == [WRONG]
        assert enter(visitor, account()).errors == [WRONG]

    def test_a_long_password_is_no_burden(self, visitor, account):
        assert enter(visitor, account(Role.TRUST_LEAD), "x" * 100_000).errors == [WRONG]


@ONE_ENGINE
class TestSessions:
    def test_a_new_identifier_at_sign_in_and_none_that_was_planted(self, app, visitor, account):
        visitor.client.set_cookie("sign-in", "planted-by-somebody-else-1234567890")
        enter(visitor, account(Role.TRUST_LEAD))
        assert visitor.client.get_cookie("sign-in").value != "planted-by-somebody-else-1234567890"
        visitor.client.set_cookie("sign-in", "planted-by-somebody-else-1234567890")
        assert visitor.get("/account").status == 302

    def test_only_a_hash_is_stored(self, visitor, account, database):
        enter(visitor, account(Role.TRUST_LEAD))
        token = visitor.client.get_cookie("sign-in").value
        with database.unit(writing=False) as unit:
            assert token not in unit.session.scalars(select(SignIn.token_hash)).all()

    def test_an_old_cookie_is_refused_after_signing_out(self, visitor, account):
        enter(visitor, account(Role.TRUST_LEAD))
        kept = {name: visitor.client.get_cookie(name).value for name in ("sign-in",)}
        page = visitor.get("/account").page
        token = page.select_one("header input[name=csrf_token]")["value"]
        assert visitor.post("/sign-out", {"csrf_token": token}).location == "/signed-out"
        for name, value in kept.items():
            visitor.client.set_cookie(name, value)
        assert visitor.get("/account").status == 302

    def test_it_ends_when_idle_and_at_the_latest_after_twelve_hours(self, visitor, account, clock):
        enter(visitor, account(Role.TRUST_LEAD))
        clock.forward(hours=2, minutes=1)
        assert visitor.get("/account").status == 302
        enter(visitor, account(Role.TRUST_LEAD))
        for _ in range(12):
            clock.forward(minutes=59)
            assert visitor.get("/account").status == 200
        clock.forward(minutes=59)
        assert visitor.get("/account").status == 302

    def test_a_reviewer_is_signed_out_after_half_an_hour(self, app, signed_in, clock):
        reviewer = signed_in(Role.NATIONAL_REVIEWER)
        clock.forward(minutes=29)
        assert reviewer.get("/account").status == 200
        clock.forward(minutes=31)
        assert reviewer.get("/account").status == 302

    def test_a_role_that_is_taken_away_is_gone_on_the_next_request(self, app, signed_in, database):
        person = signed_in(Role.NATIONAL_REVIEWER)
        with database.unit(writing=True) as unit:
            user = accounts.get_user(unit, person.actor.user_id)
            held = user.memberships[0].id
            accounts.remove_role(unit, actor=COMMAND, user_id=user.id, membership_id=held)
        assert person.get("/account").status == 302

    def test_an_account_that_is_turned_off_is_out_on_the_next_request(self, app, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        with database.unit(writing=True) as unit:
            accounts.switch(unit, actor=COMMAND, user_id=person.actor.user_id, active=False)
        assert person.get("/account").status == 302


@ONE_ENGINE
class TestLimits:
    def test_one_persons_password_cannot_be_guessed_for_ever(self, visitor, account, clock):
        email = account(Role.TRUST_LEAD)
        statuses = [enter(visitor, email, f"wrong password {n}").status for n in range(11)]
        assert statuses == [422] * 10 + [429]
        assert enter(visitor, email).status == 429
        clock.forward(minutes=15)
        assert enter(visitor, email).status == 303

    def test_an_unknown_address_is_limited_alike(self, visitor):
        statuses = [enter(visitor, "nobody@example.org", f"wrong password {n}").status for n in range(11)]
        assert statuses == [422] * 10 + [429]

    def test_another_worker_counts_on(self, app, visitor, account, settings, clock):
        from webapp import create_app

        email = account(Role.TRUST_LEAD)
        for n in range(10):
            enter(visitor, email, f"wrong password {n}")
        second = create_app(settings, clock=clock)
        other = type(visitor)(second.test_client(), second.extensions["database"])
        assert enter(other, email).status == 429
        second.extensions["database"].dispose()


@ONE_ENGINE
class TestRoles:
    def test_two_roles_are_acted_in_one_at_a_time(self, visitor, account):
        enter(visitor, account(Role.TRUST_LEAD, Role.PARTNER_EXPERT))
        assert visitor.get("/account").location == "/account/role?next=/account"
        opened = visitor.get("/account/role")
        choices = [box["value"] for box in opened.page.select("input[type=radio]")]
        before = visitor.client.get_cookie("sign-in").value
        assert visitor.submit("/account/role", {"role": choices[0]}).status == 303
        assert visitor.client.get_cookie("sign-in").value != before
        assert "Expert" in visitor.get("/account").text
        visitor.submit("/account/role", {"role": choices[1]})
        assert "Lead of a requesting organisation" in visitor.get("/account").text

    def test_somebody_elses_role_is_refused(self, app, visitor, account, signed_in, database):
        other = signed_in(Role.NATIONAL_ADMIN)
        with database.unit(writing=False) as unit:
            theirs = accounts.get_user(unit, other.actor.user_id).memberships[0].id
        enter(visitor, account(Role.TRUST_LEAD, Role.PARTNER_EXPERT))
        assert visitor.submit("/account/role", {"role": str(theirs)}).status == 422


@ONE_ENGINE
class TestOwnAccount:
    def test_a_new_password_signs_other_devices_out(self, app, visitor, account):
        email = account(Role.TRUST_LEAD)
        enter(visitor, email)
        other = type(visitor)(app.test_client(), visitor.database)
        enter(other, email)
        fields = {"password": PASSWORD, "new_password": "brass kettle meadow"}
        assert visitor.submit("/account/password", fields).status == 303
        assert visitor.get("/account").status == 200
        assert other.get("/account").status == 302
        assert enter(other, email).status == 422
        assert enter(other, email, "brass kettle meadow").status == 303

    @pytest.mark.parametrize(
        ("password", "says"),
        [
            ("short", "12 characters or more"),
            ("x" * 129, "128 characters or fewer"),
            ("password1234", "harder to guess"),
            ("aaaaaaaaaaaaaa", "harder to guess"),
            ("nhs england 2026", "harder to guess"),
            ("Sam Example 12", "harder to guess"),
        ],
    )
    def test_a_password_that_cannot_be_used(self, visitor, account, password, says):
        enter(visitor, account(Role.TRUST_LEAD))
        visit = visitor.submit("/account/password", {"password": PASSWORD, "new_password": password})
        assert visit.status == 422
        assert says in visit.errors[0]

    def test_starred_acts_ask_again_after_ten_minutes(self, probed, visitor, account, clock):
        enter(visitor, account(Role.TRUST_LEAD))
        assert visitor.get("/probe/section/export.download").status == 200
        clock.forward(minutes=11)
        asked = visitor.get("/probe/section/export.download")
        assert asked.location == "/account/confirm?next=/probe/section/export.download"
        assert visitor.submit(asked.location, {"password": "wrong password"}).status == 422
        confirmed = visitor.submit(asked.location, {"password": PASSWORD})
        assert confirmed.location == "/account/start?next=/probe/section/export.download"
        assert visitor.get("/probe/section/export.download").status == 200
