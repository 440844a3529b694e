"""CSRF, the one-time token of a form, repeated parameters, limits of size."""

import secrets
import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from webapp.access import WITHOUT_CSRF_TOKEN
from webapp.authority.roles import Role
from webapp.security import form_tokens, kept_words
from webapp.store.audit import AuditEntry

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def acts(database):
    """How many acts are on record."""
    with database.unit(writing=False) as unit:
        return unit.session.scalar(select(func.count()).select_from(AuditEntry))


@ONE_ENGINE
class TestCrossSiteRequests:
    def test_every_unsafe_route_refuses_a_form_without_its_token(self, probed, signed_in, database):
        """Walks the map of addresses as somebody signed in: 400 everywhere (410 for a link that is none), no effect."""
        person = signed_in(Role.NATIONAL_ADMIN)
        accepted = []
        for rule in probed.url_map.iter_rules():
            left_out = ("probe.section", "probe.thing", *WITHOUT_CSRF_TOKEN)
            if "POST" not in rule.methods or rule.endpoint.startswith(left_out):
                continue
            with probed.test_request_context():
                known = {"status": 500, "token": "a" * 43}
                values = {name: known.get(name) or uuid4() for name in rule.arguments}
                path = probed.url_for(rule.endpoint, **values)
            refused = (400, 410) if "token" in rule.arguments else (400,)
            if person.post(path, {"name": "x"}).status not in refused:
                accepted.append(path)
        assert accepted == []
        assert acts(database) == 0

    def test_the_token_of_another_browser_is_refused(self, probed, signed_in, visitor, database):
        """A form of one's own leads back to one's words; one without one's own note is refused outright."""
        person = signed_in(Role.TRUST_MEMBER)
        foreign = visitor.get("/sign-in").values()["csrf_token"]
        hidden = {**person.get("/probe/name").values(), "csrf_token": foreign, "name": "x"}
        back = person.post("/probe/name", hidden)
        assert (back.status, back.location.partition("?")[0]) == (303, "/probe/name")
        without = {name: value for name, value in hidden.items() if name != kept_words.FIELD}
        assert person.post("/probe/name", without).status == 400
        assert acts(database) == 0

    def test_signing_in_from_another_site_is_refused(self, visitor):
        visit = visitor.post("/sign-in", {"email": "a@example.org", "password": "x" * 12})
        assert (visit.status, visit.heading) == (400, "This page had been open too long")

    def test_reading_has_no_effect(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        person.get("/probe/name?name=Changed&version=1")
        assert acts(database) == 0


class TestFormTokens:
    def test_a_replay_leads_where_the_first_use_led_and_does_nothing(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        form = {**person.get("/probe/name").values(), "name": "Once"}
        first, second = person.post("/probe/name", form), person.post("/probe/name", form)
        assert (second.status, second.location) == (first.status, first.location) == (303, first.location)
        assert acts(database) == 1

    def test_the_same_token_with_other_words_is_refused(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        form = person.get("/probe/name").values()
        person.post("/probe/name", {**form, "name": "Once"})
        refused = person.post("/probe/name", {**form, "name": "Twice"})
        assert (refused.status, refused.heading) == (409, "This cannot be done now")

    def test_one_persons_token_means_nothing_to_another(self, probed, signed_in, database):
        one, other = signed_in(Role.TRUST_MEMBER), signed_in(Role.TRUST_MEMBER)
        form = {**one.get("/probe/name").values(), "name": "Mine"}
        one.post("/probe/name", form)
        theirs = {**other.get("/probe/name").values(), "name": "Mine", "form_token": form["form_token"]}
        assert other.post("/probe/name", theirs).status == 303
        assert acts(database) == 2

    def test_a_form_that_was_refused_can_be_sent_again(self, probed, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        form = person.get("/probe/name").values()
        assert person.post("/probe/name", {**form, "name": "taken"}).status == 422
        assert person.post("/probe/name", {**form, "name": "free"}).status == 303

    def test_ten_at_once_have_one_effect(self, probed, signed_in, database):
        """C04: a double click, a client that tries again; all led to the same place."""
        person = signed_in(Role.TRUST_MEMBER)
        form = {**person.get("/probe/name").values(), "name": "Together"}
        cookies = {cookie.key: cookie.value for cookie in person.client._cookies.values()}
        answers, barrier = [], threading.Barrier(5)

        def send():
            client = probed.test_client()
            for name, value in cookies.items():
                client.set_cookie(name, value)
            barrier.wait()
            response = client.post("/probe/name", data=form)
            answers.append((response.status_code, response.headers.get("Location")))

        threads = [threading.Thread(target=send) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(answers) == {(303, "/account?named=2")}
        assert acts(database) == 1


@ONE_ENGINE
class TestBadRequests:
    def test_a_parameter_given_twice_is_refused(self, probed, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        form = person.get("/probe/name").values()
        assert person.post("/probe/name", {**form, "name": ["a", "b"]}).status == 400
        assert person.get("/probe/section/public.read?page=1&page=2").status == 400

    @pytest.mark.parametrize("token", ["", "short", "a" * 500, "../../../etc/passwd-and-more"])
    def test_a_form_token_that_is_none_of_ours(self, probed, signed_in, token):
        person = signed_in(Role.TRUST_MEMBER)
        form = {**person.get("/probe/name").values(), "name": "x", form_tokens.FIELD: token}
        assert person.post("/probe/name", form).status == 400

    def test_a_body_that_is_too_large(self, probed, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        form = person.get("/probe/name").values()
        assert person.post("/probe/name", {**form, "name": "x" * 3_000_000}).status == 413

    def test_a_form_with_too_many_parts(self, probed, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        boundary = secrets.token_hex(8)
        part = f'--{boundary}\r\nContent-Disposition: form-data; name="n"\r\n\r\n1\r\n'
        body = part * 600 + f"--{boundary}--\r\n"
        visit = person.post("/probe/name", body, content_type=f"multipart/form-data; boundary={boundary}")
        assert visit.status == 413

    def test_columns_that_the_form_does_not_have_are_not_changed(self, probed, signed_in, database):
        """Z05: extra fields are only fields, never columns."""
        person = signed_in(Role.TRUST_MEMBER)
        extra = {"active": "", "role": "national_admin", "role_epoch": "9", "email": "a@b.example"}
        person.submit("/probe/name", {"name": "Same", **extra})
        assert person.get("/account").status == 200
        assert "a@b.example" not in person.get("/account").text
