"""The second factor: asked for after the password, each code once, set up where a role needs it."""

import re

import pyotp
import pytest

from tests.webapp.account.conftest import code_at, enter
from webapp.authority.roles import Role

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestSecondFactor:
    def test_password_alone_opens_nothing(self, visitor, account):
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        assert visitor.get("/account").location == "/sign-in/code?next=/account"

    def test_the_code_completes_it_once(self, app, visitor, account, clock):
        email = account(Role.NATIONAL_REVIEWER, second_factor=True)
        enter(visitor, email)
        pending = visitor.client.get_cookie("sign-in").value
        assert visitor.submit("/sign-in/code", {"code": code_at(clock)}).status == 303
        assert visitor.client.get_cookie("sign-in").value != pending
        assert visitor.get("/account").status == 200
        other = type(visitor)(app.test_client(), visitor.database)
        enter(other, email)
        assert other.submit("/sign-in/code", {"code": code_at(clock)}).status == 422
        clock.forward(seconds=30)
        assert other.submit("/sign-in/code", {"code": code_at(clock)}).status == 303

    @pytest.mark.parametrize("code", ["000000", "", "12345", "abcdef", "१२३४५६", "1" * 1000])
    def test_a_wrong_code(self, visitor, account, code):
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        visit = visitor.submit("/sign-in/code", {"code": code})
        assert visit.status == 422
        assert visit.errors

    def test_tries_are_limited_and_the_owner_gets_in_later(self, visitor, account, clock):
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        statuses = [visitor.submit("/sign-in/code", {"code": "000000"}).status for _ in range(11)]
        assert statuses == [422] * 10 + [429]
        clock.forward(minutes=15)
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        assert visitor.submit("/sign-in/code", {"code": code_at(clock)}).status == 303

    def test_a_pending_sign_in_ends_after_ten_minutes(self, visitor, account, clock):
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        clock.forward(minutes=11)
        assert visitor.get("/sign-in/code").location == "/sign-in"

    def test_it_has_to_be_set_up_where_the_role_needs_it(self, app, visitor, account, clock):
        enter(visitor, account(Role.AUDITOR))
        assert visitor.get("/account").location == "/account/second-factor?next=/account"
        opened = visitor.get("/account/second-factor")
        assert len(opened.response.get_data()) < 50_000  # the picture of the key is most of it
        key = opened.page.select_one(".app-key").get_text().replace("-", "")
        form = {**opened.values(), "code": pyotp.TOTP(key).at(clock())}
        kept = visitor.post("/account/second-factor", form)
        codes = [line.get_text() for line in kept.page.select(".app-codes li")]
        assert len(codes) == 8
        assert all(re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", code) for code in codes)
        assert visitor.get("/account").status == 200
        self._each_code_works_once(visitor, codes[0])

    def _each_code_works_once(self, visitor, code):
        shown = [cell.get_text(strip=True) for cell in visitor.get("/account").page.select("dd")]
        email = next(words for words in shown if "@" in words)
        for expected in (303, 422):
            visitor.client.delete_cookie("sign-in")
            enter(visitor, email)
            assert visitor.submit("/sign-in/recovery-code", {"code": code}).status == expected

    def test_somebody_with_it_cannot_set_up_another_before_giving_it(self, visitor, account):
        enter(visitor, account(Role.NATIONAL_REVIEWER, second_factor=True))
        assert visitor.get("/account/second-factor").location == "/sign-in"

    def test_a_made_up_secret_is_not_kept(self, visitor, account):
        enter(visitor, account(Role.AUDITOR))
        form = {
            **visitor.get("/account/second-factor").values(),
            "sealed": '{"v":1,"type":"totp"}',
            "code": "123456",
        }
        assert visitor.post("/account/second-factor", form).status == 422
