"""One's own account: name, and sign-ins elsewhere."""

import pytest

from webapp.authority.roles import Role

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestOwnAccount:
    def test_signing_out_everywhere_else_keeps_this_sign_in(self, signed_in):
        here = signed_in(Role.TRUST_MEMBER)
        elsewhere = signed_in(Role.TRUST_MEMBER, user_id=here.actor.user_id)
        assert "1 other device or browser" in here.get("/account").text
        assert here.submit("/account", form='form[action$="/end"]').location == "/account"
        assert elsewhere.get("/account").location.startswith("/sign-in")
        assert "Signed in elsewhere" not in here.get("/account").text

    def test_a_name_in_any_script_and_none_with_hidden_characters(self, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        assert person.submit("/account/name", {"name": "\u0141ucja \u738b"}).location == "/account"
        assert "\u0141ucja \u738b" in person.get("/account").text
        for name in ("", "A\u202eB", "943 476 5919"):
            assert person.submit("/account/name", {"name": name}).status == 422
